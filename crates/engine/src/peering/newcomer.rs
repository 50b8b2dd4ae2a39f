//! What a server checks before a host's snapshot becomes the base of its log (protocol section 5, "Joining").

use std::sync::Arc;

use scaiwave_protocol::log::Snapshot;
use scaiwave_protocol::{Code, RoomId, ServerName};
use scaiwave_room::RoomState;
use scaiwave_store::Change;

use super::{Word, key_of, mark, nonsense, of_record, prove_host, to_client};
use crate::{Outcome, Tenant};

/// Fetches the host's newest snapshot of a room and proves that it is the host's to give.
pub(crate) async fn proven_snapshot(
    tenant: &Arc<Tenant>,
    host: &ServerName,
    room_id: &RoomId,
) -> Outcome<(Snapshot, RoomState)> {
    let snapshot = tenant
        .remote
        .snapshot(host, room_id)
        .await
        .map_err(|error| to_client(host, error))?;
    if &snapshot.room_id != room_id {
        return Err(nonsense(host));
    }
    let key = key_of(tenant, host, snapshot.sig.key_id).await?;
    snapshot.verify(&key)?;
    let room = RoomState::from_snapshot(&snapshot)?;
    if room.host() != host {
        return Err(Code::NotHost
            .because("the snapshot is not of a room that this server hosts")
            .into());
    }
    prove_host(tenant, &room).await?;
    Ok((snapshot, room))
}

/// The snapshot's word for other servers' keys is the host's alone, until they have been asked.
pub(crate) fn unconfirmed_keys(tenant: &Tenant, room: &RoomState) -> Outcome<Vec<Change>> {
    let mut marks = Vec::new();
    for (name, server) in room
        .servers()
        .iter()
        .filter(|(name, _)| *name != room.host())
    {
        match of_record(tenant, &server.descriptor) {
            Word::Known => {}
            Word::Unconfirmed(key) => {
                marks.push(mark(tenant, room.room_id(), name, &key));
            }
            Word::Forged => {
                return Err(Code::KeyUntrusted
                    .because("the snapshot gives this server a key that it never had")
                    .into());
            }
        }
    }
    Ok(marks)
}
