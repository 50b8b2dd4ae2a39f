use std::sync::Arc;

use scaiwave_protocol::{EventId, RoomId};
use scaiwave_store::Direction;

use super::found::Found;
use super::page::{self, PAGE_MAX, PageQuery};
use crate::view::AroundPage;
use crate::{Denial, Outcome, Tenant, Viewer, rooms};

/// Around which event of which timeline.
#[derive(Clone, Debug)]
pub struct AroundQuery {
    /// Where.
    pub room_id: RoomId,
    /// What stands in the middle.
    pub event_id: EventId,
    /// At most 200, the event itself among them. What waits for the host comes on top.
    pub limit: u32,
    /// Only this thread, in which the event stands.
    pub thread: Option<EventId>,
}

impl AroundQuery {
    fn side(&self, direction: Direction, from_seq: Option<u64>, limit: u32) -> PageQuery {
        PageQuery {
            room_id: self.room_id.clone(),
            from_seq,
            direction,
            limit,
            thread: self.thread,
        }
    }
}

/// An event with what stands before and after it: half of the page each, so that somebody can jump to it
/// and read on both ways.
///
/// It shows what is stored here and waits for no other server. At what is missing the page ends, and the
/// next one in that direction fetches it.
pub async fn around(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    query: AroundQuery,
) -> Outcome<AroundPage> {
    rooms::access::readable(tenant, viewer, &query.room_id).await?;
    let limit = query.limit.clamp(1, PAGE_MAX);
    let before = limit / 2;
    let row = tenant.store.timeline_row(&query.room_id, &query.event_id);
    let Some(row) = row.await? else {
        return around_pending(tenant, viewer, &query, limit - before).await;
    };
    let seq = row.entry.seq;
    // It begins with the event, unless that stands outside the thread.
    let after = query.side(Direction::Forward, Some(seq - 1), limit - before);
    let after = Found::beside(tenant, &after, seq).await?;
    let stands = after.rows.first().is_some_and(|row| row.entry.seq == seq);
    if !stands {
        return Err(Denial::no_such_event());
    }
    let earlier = query.side(Direction::Back, Some(seq), before);
    let earlier = Found::beside(tenant, &earlier, seq).await?;
    let has_older = earlier.has_more(Direction::Back);
    let has_newer = after.has_more(Direction::Forward);
    let newer_seq = after.next_seq(Direction::Forward);
    let rows: Vec<_> = earlier.rows.into_iter().chain(after.rows).collect();
    let older_seq = rows.first().map(|row| row.entry.seq);
    let mut events = page::lines(tenant, &query.room_id, rows).await?;
    if !has_newer {
        events.extend(page::pending(tenant, &query.room_id, query.thread).await?);
    }
    Ok(AroundPage {
        events: page::shown(tenant, viewer, &query.room_id, events).await?,
        has_older,
        older_seq,
        has_newer,
        newer_seq,
    })
}

/// What waits for the host stands after everything that has a place in the log.
async fn around_pending(
    tenant: &Tenant,
    viewer: &Viewer,
    query: &AroundQuery,
    before: u32,
) -> Outcome<AroundPage> {
    let pending = page::pending(tenant, &query.room_id, query.thread).await?;
    if !pending.iter().any(|event| event.id == query.event_id) {
        return Err(Denial::no_such_event());
    }
    let earlier = query.side(Direction::Back, None, before);
    let earlier = Found::beside(tenant, &earlier, u64::MAX).await?;
    let has_older = earlier.has_more(Direction::Back);
    let older_seq = earlier.next_seq(Direction::Back);
    let newer_seq = earlier.next_seq(Direction::Forward);
    let mut events = page::lines(tenant, &query.room_id, earlier.rows).await?;
    events.extend(pending);
    Ok(AroundPage {
        events: page::shown(tenant, viewer, &query.room_id, events).await?,
        has_older,
        older_seq,
        has_newer: false,
        newer_seq,
    })
}
