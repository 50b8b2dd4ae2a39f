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
    /// Canonical bytes of the event.
    pub(super) event: Vec<u8>,
    /// Where it stands, as the host says.
    pub(super) seq: Option<u64>,
}

/// Notes that these are not to be sent again while their entries are on their way.
///
/// An entry may have been faster than this answer. It can be here only if our log reaches that far, so
/// that one read a room tells most of the time that nothing more has to be asked.
pub(super) async fn note(
    tenant: &Arc<Tenant>,
    host: &ServerName,
    taken: Vec<Taken>,
) -> Result<(), StoreError> {
    for one in &taken {
        tenant.submitted.add(host, one.event_id);
    }
    let mut heads: BTreeMap<RoomId, u64> = BTreeMap::new();
    for one in &taken {
        if !heads.contains_key(&one.room_id) {
            let room = tenant.store.room(&one.room_id).await?;
            heads.insert(one.room_id.clone(), room.map_or(0, |row| row.head.seq));
        }
    }
    for one in &taken {
        let head = heads.get(&one.room_id).copied().unwrap_or(0);
        // A leave is another matter: after a declining one nothing of the room comes here.
        if one.seq.is_none_or(|seq| seq <= head) || is_leave(&one.event) {
            look_closer(tenant, host, one).await?;
        }
    }
    Ok(())
}

async fn look_closer(
    tenant: &Arc<Tenant>,
    host: &ServerName,
    one: &Taken,
) -> Result<(), StoreError> {
    let (room_id, event_id) = (&one.room_id, one.event_id);
    if let Some(seq) = one.seq
        && lane::taken(tenant, room_id, event_id, seq).await.is_err()
    {
        tracing::error!(%room_id, %event_id, "a taken event could not be noted");
    }
    let waits = tenant.store.pending_event(room_id, &event_id).await?;
    if waits.is_none() {
        tenant.submitted.remove(host, &event_id);
    }
    Ok(())
}

/// Whether a stored event says that somebody leaves.
pub(crate) fn is_leave(event: &[u8]) -> bool {
    let Ok(event) = Event::from_stored(event) else {
        return false;
    };
    let content = event.content();
    let membership = content.and_then(|content| content.get("membership")?.as_str());
    event.kind().as_str() == MEMBER && membership == Some(Membership::Leave.as_str())
}
