use std::collections::BTreeMap;
use std::sync::Arc;

use scaiwave_protocol::event::content;
use scaiwave_protocol::{EventId, Fqid, Json, RoomId};
use scaiwave_store::record::TimelineRow;
use scaiwave_store::{Direction, StoreError};

use super::found::Found;
use super::view;
use crate::view::{EventView, TimelinePage};
use crate::{Denial, Outcome, Tenant, Viewer, damage, rooms};

/// Lines in one page.
pub(super) const PAGE_MAX: u32 = 200;

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
///
/// The newest page never waits for another server. Below it, what is not stored here is fetched; when it
/// cannot be had now, the page says so and where.
pub async fn page(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    query: PageQuery,
) -> Outcome<TimelinePage> {
    rooms::access::readable(tenant, viewer, &query.room_id).await?;
    let query = PageQuery {
        limit: query.limit.clamp(1, PAGE_MAX),
        ..query
    };
    let newest = query.direction == Direction::Back && query.from_seq.is_none();
    let found = if newest {
        // It never waits for another server.
        Found::beside(tenant, &query, u64::MAX).await?
    } else {
        Found::filled(tenant, &query).await?
    };
    let gap = found.gap(tenant, &query).await?;
    let has_more = found.has_more(query.direction);
    let next_seq = found.next_seq(query.direction);
    let mut events = lines(tenant, &query.room_id, found.rows).await?;
    if newest {
        events.extend(pending(tenant, &query.room_id, query.thread).await?);
    }
    let events = shown(tenant, viewer, &query.room_id, events).await?;
    Ok(TimelinePage {
        events,
        has_more,
        next_seq,
        gap,
    })
}

/// Without the names of their senders, and without those that are damaged.
pub(super) async fn lines(
    tenant: &Tenant,
    room_id: &RoomId,
    rows: Vec<TimelineRow>,
) -> Result<Vec<EventView>, StoreError> {
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let event_id = row.entry.event_id;
        let line = view::of_row(room_id, row);
        lines.extend(damage::left_out(tenant, room_id, event_id, line).await?);
    }
    Ok(lines)
}

/// The lines of a page as one viewer sees them.
pub(super) async fn shown(
    tenant: &Tenant,
    viewer: &Viewer,
    room_id: &RoomId,
    mut events: Vec<EventView>,
) -> Result<Vec<EventView>, StoreError> {
    name_senders(tenant, room_id, &mut events).await?;
    let events = events.into_iter();
    Ok(events
        .map(|event| view::for_viewer(tenant, viewer, event))
        .collect())
}

/// What waits for the room's host, of the room or of one thread.
pub(super) async fn pending(
    tenant: &Tenant,
    room_id: &RoomId,
    thread: Option<EventId>,
) -> Result<Vec<EventView>, StoreError> {
    let rows = tenant.store.pending(room_id).await?;
    let messages = rows.into_iter().filter(|row| row.kind == content::MESSAGE);
    let mut events: Vec<EventView> = messages.map(view::of_pending).collect::<Result<_, _>>()?;
    if let Some(root) = thread {
        events.retain(|event| stands_in(event, &root));
    }
    Ok(events)
}

fn stands_in(event: &EventView, root: &EventId) -> bool {
    let named = ["thread_root", "reply_to_event_id"];
    let names_root = |name: &&str| {
        let id = event.content.get(name).and_then(Json::as_str);
        id.and_then(|id| EventId::parse(id).ok()) == Some(*root)
    };
    event.id == *root || named.iter().any(names_root)
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
