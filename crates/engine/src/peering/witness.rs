//! Whether a host speaks the truth about other servers' keys (protocol section 4, "Forged keys").
//!
//! Outside the verdict: the log stands as it is. A record whose key we do not know to be that server's
//! leaves its words unconfirmed until the server itself has been asked; if it does not list the key, the
//! host has forged it.

use std::sync::Arc;

use scaiwave_protocol::descriptor::{Descriptor, Pins};
use scaiwave_protocol::{PublicKey, RoomId, ServerName};
use scaiwave_store::record::UnconfirmedRow;
use scaiwave_store::{Change, Commit};

use crate::audit::{self, Action, Actor, Happening};
use crate::{RemoteError, Tenant, lane};

/// What we know of the key that signed a descriptor in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// It is that server's.
    Known,
    /// Only the host says so.
    Unconfirmed(PublicKey),
    /// It is said to be ours, and never was.
    Forged,
}

/// Compares a record's descriptor with what we know of its server.
pub(crate) fn of_record(tenant: &Tenant, descriptor: &Descriptor) -> Word {
    let server = descriptor.server_name();
    let Some(record) = descriptor.key(descriptor.signed_with()) else {
        return Word::Known;
    };
    let key = *record.public_key();
    if server == tenant.server_name() {
        // A key that one of ours has endorsed was ours, even if a restored backup does not hold it.
        let ours = Pins {
            keys: tenant.keyring.public_keys(),
            ..Pins::default()
        };
        let trusted = ours.judge(descriptor).trusted;
        let is_ours = trusted.iter().any(|record| record.public_key() == &key);
        return if is_ours { Word::Known } else { Word::Forged };
    }
    if tenant.peers.believes(server, &key) {
        Word::Known
    } else {
        Word::Unconfirmed(key)
    }
}

/// The row that marks a server's words as unconfirmed.
pub(crate) fn mark(
    tenant: &Tenant,
    room_id: &RoomId,
    server: &ServerName,
    key: &PublicKey,
) -> Change {
    Change::PutUnconfirmed(UnconfirmedRow {
        room_id: room_id.clone(),
        server: server.clone(),
        key: key.to_string(),
        since: tenant.world.now(),
    })
}

/// Asks each server whose words are unconfirmed for its own descriptor.
pub(crate) async fn confirm(tenant: &Arc<Tenant>) {
    let rows = match tenant.store.unconfirmed().await {
        Ok(rows) => rows,
        Err(error) => return tracing::error!(%error, "unconfirmed keys cannot be read"),
    };
    let mut asked: Option<(ServerName, Result<Descriptor, RemoteError>)> = None;
    let mut rows = rows;
    rows.sort_by(|a, b| a.server.cmp(&b.server));
    for row in rows {
        if asked
            .as_ref()
            .is_none_or(|(server, _)| server != &row.server)
        {
            let answer = tenant.remote.descriptor(&row.server).await;
            asked = Some((row.server.clone(), answer));
        }
        if let Some((_, Ok(descriptor))) = &asked
            && descriptor.server_name() == &row.server
        {
            hear(tenant, row, descriptor).await;
        }
    }
}

/// A server's own word about a key.
async fn hear(tenant: &Arc<Tenant>, row: UnconfirmedRow, own: &Descriptor) {
    let lists = own
        .keys()
        .iter()
        .any(|record| record.public_key().to_string() == row.key);
    let (room_id, server) = (row.room_id.clone(), row.server.clone());
    if !lists && !forged(tenant, &room_id, &server).await {
        return;
    }
    let heard = Change::DropUnconfirmed(row.room_id, row.server, row.key);
    if let Err(error) = tenant.store.commit(Commit::of(vec![heard])).await {
        tracing::error!(%error, "a confirmed key could not be noted; it is asked for again");
    }
}

/// The host has put a key into the log that is not that server's: the room becomes read-only here. Says
/// whether that could be written down.
pub(crate) async fn forged(tenant: &Arc<Tenant>, room_id: &RoomId, server: &ServerName) -> bool {
    let reason = format!(
        "the room's host has put a key into the log in the name of {server} that {server} never had"
    );
    let room = tenant.store.room(room_id).await.ok().flatten();
    let host = room.map(|room| room.host);
    let alarm = audit::alarm(
        tenant,
        Happening {
            actor: Actor::Server,
            action: Action::HostForgedKey,
            peer: host.as_ref(),
            room_id: Some(room_id),
            message: format!(
                "This room is read-only here from now on: {reason}. What it says in that name cannot be believed"
            ),
        },
    );
    let frozen = lane::freeze(tenant, room_id, reason, vec![alarm]).await;
    frozen.is_ok()
}
