use std::collections::BTreeMap;
use std::sync::Arc;

use scaiwave_protocol::event::content;
use scaiwave_protocol::{EventId, Fqid, RoomId};
use scaiwave_store::{Direction, StoreError, TimelineQuery};

use super::view;
use crate::view::{EventView, TimelinePage};
use crate::{Denial, Outcome, Tenant, Viewer, rooms};

/// Lines in one page.
const PAGE_MAX: u32 = 200;

/// Which page of which timeline.
#[derive(Clone, Debug)]
pub struct PageQuery {
    /// Where.
    pub room_id: RoomId,
    /// Exclusive; none starts at the end that the direction leaves.
    pub from_seq: Option<u64>,
    /// Which way.
    pub direction: Direction,
    /// At most 200.
    pub limit: u32,
    /// Only this thread.
    pub thread: Option<EventId>,
}

/// A page of a timeline. The newest page ends with what still waits for the room's host.
pub async fn page(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    query: PageQuery,
) -> Outcome<TimelinePage> {
    rooms::access::readable(tenant, viewer, &query.room_id).await?;
    let limit = query.limit.clamp(1, PAGE_MAX);
    let newest = query.direction == Direction::Back && query.from_seq.is_none();
    let rows = tenant.store.timeline(TimelineQuery {
        room_id: query.room_id.clone(),
        from_seq: query.from_seq,
        direction: query.direction,
        // One more tells whether there is more.
        limit: limit + 1,
        thread: query.thread,
    });
    let mut rows = rows.await?;
    let has_more = rows.len() > limit as usize;
    if has_more {
        match query.direction {
            Direction::Back => drop(rows.remove(0)),
            Direction::Forward => drop(rows.pop()),
        }
    }
    let next_seq = match query.direction {
        Direction::Back => rows.first(),
        Direction::Forward => rows.last(),
    };
    let next_seq = next_seq.map(|row| row.entry.seq);
    let mut events: Vec<EventView> = rows
        .into_iter()
        .map(|row| view::of_row(&query.room_id, row))
        .collect::<Result<_, _>>()?;
    if newest {
        events.extend(pending(tenant, &query.room_id).await?);
    }
    name_senders(tenant, &query.room_id, &mut events).await?;
    let events = events
        .into_iter()
        .map(|event| view::for_viewer(tenant, viewer, event))
        .collect();
    Ok(TimelinePage {
        events,
        has_more,
        next_seq,
    })
}

async fn pending(tenant: &Tenant, room_id: &RoomId) -> Result<Vec<EventView>, StoreError> {
    let rows = tenant.store.pending(room_id).await?;
    rows.into_iter()
        .filter(|row| row.kind == content::MESSAGE)
        .map(view::of_pending)
        .collect()
}

async fn name_senders(
    tenant: &Tenant,
    room_id: &RoomId,
    events: &mut [EventView],
) -> Result<(), StoreError> {
    let mut names: BTreeMap<Fqid, Option<String>> = BTreeMap::new();
    for event in events {
        if !names.contains_key(&event.sender) {
            let name = view::name_in_room(tenant, room_id, &event.sender).await?;
            names.insert(event.sender.clone(), name);
        }
        event.sender_name = names.get(&event.sender).cloned().flatten();
    }
    Ok(())
}

/// One event.
pub async fn get(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    event_id: EventId,
) -> Outcome<EventView> {
    rooms::access::readable(tenant, viewer, room_id).await?;
    let event = view::current_view(tenant, room_id, &event_id).await?;
    event
        .map(|event| view::for_viewer(tenant, viewer, event))
        .ok_or_else(Denial::no_such_event)
}
