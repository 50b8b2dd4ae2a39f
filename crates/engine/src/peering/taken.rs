//! Pending events of which their host says that it has taken them.

use std::collections::BTreeMap;
use std::sync::Arc;

use scaiwave_protocol::event::content::{MEMBER, Membership};
use scaiwave_protocol::{Event, EventId, RoomId, ServerName};
use scaiwave_store::StoreError;

use crate::{Tenant, lane};

/// One of them.
pub(super) struct Taken {
    pub(super) room_id: RoomId,
    pub(super) event_id: EventId,
    /// Whether somebody of ours leaves by it.
    pub(super) leaves: bool,
    /// Where it stands, as the host says.
    pub(super) seq: Option<u64>,
}

/// Notes that these are not to be sent again while their entries are on their way.
///
/// An entry may have been faster than this answer. It can be here only if our log reaches that far, so
/// that one read a room tells most of the time that nothing more has to be asked; and then its lane is
/// asked about all of them at once.
pub(super) async fn note(
    tenant: &Arc<Tenant>,
    host: &ServerName,
    taken: Vec<Taken>,
) -> Result<(), StoreError> {
    let mut rooms: BTreeMap<RoomId, Vec<Taken>> = BTreeMap::new();
    for one in taken {
        tenant.submitted.add(host, one.event_id);
        match rooms.get_mut(&one.room_id) {
            Some(others) => others.push(one),
            None => drop(rooms.insert(one.room_id.clone(), vec![one])),
        }
    }
    for (room_id, taken) in rooms {
        let room = tenant.store.room(&room_id).await?;
        let head = room.map_or(0, |row| row.head.seq);
        let events: Vec<_> = taken
            .into_iter()
            // A leave is another matter: after a declining one nothing of the room comes here.
            .filter(|one| one.leaves || one.seq.is_none_or(|seq| seq <= head))
            .map(|one| (one.event_id, one.seq))
            .collect();
        if !events.is_empty() {
            look_closer(tenant, host, &room_id, events).await;
        }
    }
    Ok(())
}

async fn look_closer(
    tenant: &Arc<Tenant>,
    host: &ServerName,
    room_id: &RoomId,
    events: Vec<(EventId, Option<u64>)>,
) {
    match lane::taken(tenant, room_id, events).await {
        Ok(done) => done
            .iter()
            .for_each(|event_id| tenant.submitted.remove(host, event_id)),
        Err(_) => tracing::error!(%room_id, "that events were taken could not be noted"),
    }
}

/// Whether a stored event of this type says that somebody leaves.
pub(crate) fn is_leave(kind: &str, event: &[u8]) -> bool {
    // Reading a message to learn that it is none would cost more than all else that is done with it.
    if kind != MEMBER {
        return false;
    }
    let Ok(event) = Event::from_stored(event) else {
        return false;
    };
    let content = event.content();
    let membership = content.and_then(|content| content.get("membership")?.as_str());
    membership == Some(Membership::Leave.as_str())
}
