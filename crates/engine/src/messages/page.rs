use std::collections::BTreeMap;
use std::sync::Arc;

use scaiwave_protocol::event::content;
use scaiwave_protocol::{EventId, Fqid, RoomId};
use scaiwave_store::record::TimelineRow;
use scaiwave_store::{Direction, StoreError, TimelineQuery};

use super::view;
use crate::view::{EventView, TimelinePage};
use crate::{Denial, Outcome, Tenant, Viewer, history, rooms};

/// Lines in one page.
const PAGE_MAX: u32 = 200;
/// Entries of the past that one request to another server brings: some screens of them, so that not every
/// page waits, and checked in about 20 ms.
const FETCH_ENTRIES: u64 = 400;
/// Requests for one page: entries that are not lines fill pages, too.
const FETCHES_MAX: usize = 4;

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
    let mut found = Found::read(tenant, &query).await?;
    let mut absent = None;
    if newest {
        found.keep_above_the_hole();
    } else {
        for _ in 0..FETCHES_MAX {
            if !found.reaches_what_is_missing {
                break;
            }
            match history::fetch_older(tenant, &query.room_id, FETCH_ENTRIES).await? {
                history::Fetched::More(_) => found = Found::read(tenant, &query).await?,
                history::Fetched::Whole => {
                    found = Found::read(tenant, &query).await?;
                    break;
                }
                history::Fetched::Absent(why) => {
                    absent = Some(why);
                    break;
                }
            }
        }
    }
    let gap = match absent.as_ref() {
        Some(why) => Some(why.to_view(found.held_below(tenant, &query).await?, found.floor)),
        None => None,
    };
    let back = query.direction == Direction::Back;
    let may_come = absent.is_none_or(|why| why.may_come);
    let more_may_come = back && found.reaches_what_is_missing && may_come;
    let has_more = found.more || more_may_come;
    let next_seq = found.next_seq(query.direction, has_more);
    let mut events: Vec<EventView> = found
        .rows
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
        gap,
    })
}

/// What is stored of a page.
struct Found {
    rows: Vec<TimelineRow>,
    /// There is more stored in the direction asked.
    more: bool,
    /// From here on nothing is missing up to the head.
    floor: u64,
    /// The page goes down to where something is missing, or beyond.
    reaches_what_is_missing: bool,
}

impl Found {
    async fn read(tenant: &Tenant, query: &PageQuery) -> Result<Self, StoreError> {
        let limit = query.limit;
        // Before the rows: what is stored meanwhile is then read, or found missing once more.
        let room = tenant.store.room(&query.room_id).await?;
        let floor = room.map_or(1, |room| room.first_seq);
        let rows = tenant.store.timeline(TimelineQuery {
            room_id: query.room_id.clone(),
            from_seq: query.from_seq,
            direction: query.direction,
            // One more tells whether there is more.
            limit: limit + 1,
            thread: query.thread,
        });
        let mut rows = rows.await?;
        let more = rows.len() > limit as usize;
        if more {
            match query.direction {
                Direction::Back => drop(rows.remove(0)),
                Direction::Forward => drop(rows.pop()),
            }
        }
        let (first, last) = (rows.first(), rows.last());
        let reaches = match query.direction {
            Direction::Back => !more || first.is_some_and(|row| row.entry.seq < floor),
            Direction::Forward => {
                query.from_seq.unwrap_or(0) + 1 < floor
                    && last.is_none_or(|row| row.entry.seq >= floor)
            }
        };
        let whole = floor <= 1 || holds_root(tenant, query, floor).await?;
        Ok(Found {
            rows,
            more,
            floor,
            reaches_what_is_missing: reaches && !whole,
        })
    }

    /// Leaves what lies beyond a hole to the next page, which tries to fill it.
    fn keep_above_the_hole(&mut self) {
        let before = self.rows.len();
        self.rows.retain(|row| row.entry.seq >= self.floor);
        self.more |= self.rows.len() < before;
    }

    /// The last seq that is held below what is missing; 0 when there is none.
    async fn held_below(&self, tenant: &Tenant, query: &PageQuery) -> Result<u64, StoreError> {
        let below = tenant
            .store
            .entries_before(&query.room_id, self.floor, 1)
            .await?;
        Ok(below.last().map_or(0, |row| row.seq))
    }

    /// Where the next page goes on.
    fn next_seq(&self, direction: Direction, has_more: bool) -> Option<u64> {
        let end = match direction {
            Direction::Back => self.rows.first(),
            Direction::Forward => self.rows.last(),
        };
        end.map(|row| row.entry.seq)
            // A page without a line has a next one when older entries are still to come.
            .or_else(|| (has_more && direction == Direction::Back).then_some(self.floor))
    }
}

/// Whether the thread that is asked for begins above what is missing: below its root nothing stands in it.
async fn holds_root(tenant: &Tenant, query: &PageQuery, floor: u64) -> Result<bool, StoreError> {
    let Some(root) = query.thread else {
        return Ok(false);
    };
    let heads = tenant.store.entry_heads(&query.room_id, &[root]).await?;
    Ok(heads.iter().any(|(_, head)| head.seq >= floor))
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
