use std::sync::Arc;

use scaiwave_protocol::{EventId, RoomId, ServerName};
use scaiwave_store::StoreError;
use scaiwave_store::record::{EntryRow, PendingRow, Refused, RoomRow, Verdict};

use crate::view::EventState;
use crate::{Denial, Outcome, Tenant, Viewer, peering, rooms};

/// Whether one server has an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Its log reaches at least as far: it is on that server's disk.
    Acknowledged,
    /// Not yet.
    Waiting {
        /// ms since the Unix epoch.
        since: u64,
    },
    /// It refused the room's entries: nothing more is sent to it there until that is settled.
    Stopped,
    /// The host said no.
    Refused,
    /// The host has not told about that server yet.
    NotKnown,
}

/// One server of the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerDelivery {
    /// Which.
    pub server: ServerName,
    /// Whether it hosts the room.
    pub host: bool,
    /// Whether it has the event.
    pub arrival: Arrival,
    /// Since when this server could not reach it (ms); we speak only with those that we exchange
    /// something with.
    pub unreachable_since: Option<u64>,
}

/// Where an event has arrived: the truth about delivery to servers, never about who has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which event.
    pub event_id: EventId,
    /// Pending, sequenced or refused.
    pub state: EventState,
    /// In the room's log.
    pub seq: Option<u64>,
    /// Servers with somebody in the room, by name, this one among them.
    pub servers: Vec<ServerDelivery>,
    /// When the host told of the others (ms); none in rooms of ours, where it is known at once.
    pub told_at: Option<u64>,
}

/// Where an event has arrived, for those who are in the room.
pub async fn delivery(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    event_id: &EventId,
) -> Outcome<Delivery> {
    rooms::access::readable(tenant, viewer, room_id).await?;
    let room = tenant.store.room(room_id).await?;
    let room = room.ok_or_else(Denial::no_such_room)?;
    let entry = tenant.store.entry(room_id, event_id).await?;
    if let Some(entry) = entry.filter(|entry| entry.verdict != Verdict::Void) {
        return Ok(sequenced(tenant, &room, &entry).await?);
    }
    let pending = tenant.store.pending_event(room_id, event_id).await?;
    let pending = pending.ok_or_else(Denial::no_such_event)?;
    Ok(not_sequenced(tenant, &room, pending).await?)
}

async fn present(tenant: &Tenant, room_id: &RoomId) -> Result<Vec<ServerName>, StoreError> {
    let servers = tenant.store.room_servers(room_id).await?;
    let present = servers.into_iter().filter(|row| row.present);
    Ok(present.map(|row| row.server).collect())
}

async fn sequenced(
    tenant: &Tenant,
    room: &RoomRow,
    entry: &EntryRow,
) -> Result<Delivery, StoreError> {
    let ours = &room.host == tenant.server_name();
    let heard = tenant.deliveries.heard(&room.room_id);
    let told_at = heard.as_ref().filter(|_| !ours).map(|(_, at)| *at);
    let acked = if ours {
        peering::acked(tenant, &room.room_id).await?
    } else {
        heard.map(|(acked, _)| acked).unwrap_or_default()
    };
    let stopped: Vec<ServerName> = tenant
        .store
        .followers(&room.room_id)
        .await?
        .into_iter()
        .filter(|follower| follower.stopped.is_some())
        .map(|follower| follower.server)
        .collect();
    let arrival = |server: &ServerName| {
        // The host gave it its place, and we read it from our own disk.
        if server == &room.host || server == tenant.server_name() {
            return Arrival::Acknowledged;
        }
        match acked.get(server) {
            Some(seq) if *seq >= entry.seq => Arrival::Acknowledged,
            Some(_) if stopped.contains(server) => Arrival::Stopped,
            Some(_) => Arrival::Waiting { since: entry.ts },
            None => Arrival::NotKnown,
        }
    };
    let servers = present(tenant, &room.room_id).await?.into_iter();
    let servers = servers.map(|server| line(tenant, room, arrival(&server), server));
    Ok(Delivery {
        event_id: entry.event_id,
        state: EventState::Sequenced,
        seq: Some(entry.seq),
        servers: servers.collect(),
        told_at,
    })
}

/// An event of ours that the host has not sequenced: it is here and nowhere else.
async fn not_sequenced(
    tenant: &Tenant,
    room: &RoomRow,
    row: PendingRow,
) -> Result<Delivery, StoreError> {
    let since = row.created_at;
    let state = match row.refused {
        None => EventState::Pending,
        Some(Refused { code, message }) => EventState::Refused { code, message },
    };
    let refused = state != EventState::Pending;
    let arrival = |server: &ServerName| {
        if server == tenant.server_name() {
            Arrival::Acknowledged
        } else if refused {
            Arrival::Refused
        } else {
            Arrival::Waiting { since }
        }
    };
    let servers = present(tenant, &room.room_id).await?.into_iter();
    let servers = servers.map(|server| line(tenant, room, arrival(&server), server));
    Ok(Delivery {
        event_id: row.event_id,
        state,
        seq: None,
        servers: servers.collect(),
        told_at: None,
    })
}

fn line(tenant: &Tenant, room: &RoomRow, arrival: Arrival, server: ServerName) -> ServerDelivery {
    let host = server == room.host;
    // A follower exchanges a room's entries with its host alone: of the others it knows by hearsay.
    let ours_to_say = host || &room.host == tenant.server_name();
    let unreachable_since = tenant.peers.unreachable_since(&server);
    ServerDelivery {
        host,
        arrival,
        unreachable_since: unreachable_since.filter(|_| ours_to_say),
        server,
    }
}
