use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_store::record::EvidenceRow;

use super::access;
use crate::peering::Compared;
use crate::{Denial, Outcome, Tenant, Viewer};

/// What this server can say of the history of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrityView {
    /// Where our own log stands.
    pub head: LogPoint,
    /// Who sequences.
    pub host: ServerName,
    /// Set when the room is read-only here because its host is at fault.
    pub frozen: Option<String>,
    /// Servers that must say what they hold of the room before it goes on.
    pub waiting_for: Vec<ServerName>,
    /// The other servers in the room.
    pub servers: Vec<ServerHistoryView>,
}

/// Another server in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHistoryView {
    /// Which.
    pub server: ServerName,
    /// The last comparison of its history with ours; none since this process started.
    pub compared: Option<Compared>,
    /// Whether the host's word for its key waits for its own.
    pub unconfirmed: bool,
}

/// Whether everybody in a room holds the same history, as far as is known here; for its members.
pub async fn integrity(
    tenant: &Tenant,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<IntegrityView> {
    access::readable(tenant, viewer, room_id).await?;
    let room = tenant.store.room(room_id).await?;
    let room = room.ok_or_else(Denial::no_such_room)?;
    let unconfirmed = tenant.store.unconfirmed().await?;
    let servers = tenant.store.room_servers(room_id).await?;
    let others = servers
        .into_iter()
        .filter(|row| row.present && &row.server != tenant.server_name());
    let servers = others.map(|row| ServerHistoryView {
        compared: tenant.histories.of(room_id, &row.server),
        unconfirmed: unconfirmed
            .iter()
            .any(|key| &key.room_id == room_id && key.server == row.server),
        server: row.server,
    });
    Ok(IntegrityView {
        servers: servers.collect(),
        head: room.head,
        host: room.host,
        frozen: room.frozen,
        waiting_for: tenant.doubts.unheard(room_id),
    })
}

/// Proof against the hosts of a room, for admins.
pub async fn evidence(
    tenant: &Tenant,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<Vec<EvidenceRow>> {
    viewer.must_be_admin()?;
    let room = tenant.store.room(room_id).await?;
    room.ok_or_else(Denial::no_such_room)?;
    Ok(tenant.store.evidence(room_id).await?)
}
