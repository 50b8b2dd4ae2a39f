use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use scaiwave_protocol::{EventId, RoomId};

use crate::view::EventView;
use crate::{Outcome, Tenant, Viewer, messages};

/// Events in one page.
const PAGE_MAX: u32 = 500;

/// What changed since a position. Each event stands in it once, as it is now.
#[derive(Clone, Debug)]
pub struct SyncPage {
    /// (position of its last change, the event), by position.
    pub events: Vec<(u64, EventView)>,
    /// To go on from.
    pub next_cursor: u64,
    /// Whether to go on at once.
    pub has_more: bool,
}

/// Events of the viewer's rooms that are new or changed since a position.
pub async fn sync(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    since: u64,
    limit: u32,
) -> Outcome<SyncPage> {
    let limit = limit.clamp(1, PAGE_MAX);
    let rooms: HashSet<RoomId> = tenant
        .store
        .joined_rooms(&viewer.fqid)
        .await?
        .into_iter()
        .collect();
    // Only what the hub has released: above it, a lower position may still be on its way.
    let safe = tenant.hub.position();
    let rows = tenant.store.stream_after(since, limit).await?;
    let has_more =
        rows.len() >= limit as usize && rows.last().is_some_and(|row| row.position < safe);
    let mut latest: BTreeMap<(RoomId, EventId), u64> = BTreeMap::new();
    let mut next_cursor = since;
    for entry in rows.into_iter().filter(|entry| entry.position <= safe) {
        next_cursor = entry.position;
        let is_event = matches!(
            entry.row.kind.as_str(),
            "event" | "edit" | "redaction" | "reaction"
        );
        if let (true, Some(room), Some(event)) = (is_event, entry.row.room_id, entry.row.event_id)
            && rooms.contains(&room)
        {
            latest.insert((room, event), entry.position);
        }
    }
    let mut events = Vec::with_capacity(latest.len());
    for ((room, event), position) in latest {
        if let Some(view) = messages::current_view(tenant, &room, &event).await? {
            events.push((position, messages::for_viewer(tenant, viewer, view)));
        }
    }
    events.sort_by_key(|(position, _)| *position);
    Ok(SyncPage {
        events,
        next_cursor,
        has_more,
    })
}
