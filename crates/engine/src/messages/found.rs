use std::sync::Arc;

use scaiwave_store::record::TimelineRow;
use scaiwave_store::{Direction, StoreError, TimelineQuery};

use super::PageQuery;
use crate::history::Absent;
use crate::view::GapView;
use crate::{Outcome, Tenant, history};

/// Entries of the past that one request to another server brings: some screens of them, so that not every
/// page waits, and checked in about 20 ms.
const FETCH_ENTRIES: u64 = 400;
/// Requests for one page: entries that are not lines fill pages, too.
const FETCHES_MAX: usize = 4;

/// Bytes of what people have written in one page: five of the largest lines, each edited, and more than 200 usual
/// ones. It is held several times over while it is told, by as many as ask at once.
const PAGE_BYTES_MAX: usize = 1024 * 1024;

/// What is stored of a page.
pub(super) struct Found {
    pub(super) rows: Vec<TimelineRow>,
    /// There is more stored in the direction asked.
    more: bool,
    /// From here on nothing is missing up to the head.
    floor: u64,
    /// The page goes down to where something is missing, or beyond.
    reaches_what_is_missing: bool,
    /// Why what is missing could not be had.
    absent: Option<Absent>,
}

impl Found {
    /// What is stored on the same side of what is missing as `seq`, without waiting for another server. What
    /// lies beyond is left to the next page, which tries to fetch what is between.
    pub(super) async fn beside(tenant: &Tenant, query: &PageQuery, seq: u64) -> Outcome<Self> {
        let mut found = Found::read(tenant, query).await?;
        let above = seq >= found.floor;
        let before = found.rows.len();
        found
            .rows
            .retain(|row| (row.entry.seq >= found.floor) == above);
        found.more |= found.rows.len() < before;
        Ok(found)
    }

    /// A page for which what is missing here is fetched.
    pub(super) async fn filled(tenant: &Arc<Tenant>, query: &PageQuery) -> Outcome<Self> {
        let mut found = Found::read(tenant, query).await?;
        for _ in 0..FETCHES_MAX {
            if !found.reaches_what_is_missing {
                break;
            }
            match history::fetch_older(tenant, &query.room_id, FETCH_ENTRIES).await? {
                history::Fetched::More(_) => found = Found::read(tenant, query).await?,
                history::Fetched::Whole => {
                    found = Found::read(tenant, query).await?;
                    break;
                }
                history::Fetched::Absent(why) => {
                    found.absent = Some(why);
                    break;
                }
            }
        }
        Ok(found)
    }

    /// What of the page is missing, if it could not be had.
    pub(super) async fn gap(
        &self,
        tenant: &Tenant,
        query: &PageQuery,
    ) -> Result<Option<GapView>, StoreError> {
        let Some(why) = &self.absent else {
            return Ok(None);
        };
        let held_below = self.held_below(tenant, query).await?;
        Ok(Some(why.to_view(held_below, self.floor)))
    }

    /// Whether there is more in the direction asked, here or at the room's host.
    pub(super) fn has_more(&self, direction: Direction) -> bool {
        let may_come = self.absent.as_ref().is_none_or(|why| why.may_come);
        let back = direction == Direction::Back;
        self.more || (back && self.reaches_what_is_missing && may_come)
    }

    async fn read(tenant: &Tenant, query: &PageQuery) -> Result<Self, StoreError> {
        let limit = query.limit;
        // Before the rows: what is stored meanwhile is then read, or found missing once more.
        let room = tenant.store.room(&query.room_id).await?;
        let floor = room.map_or(1, |room| room.first_seq);
        let rows = tenant.store.timeline(TimelineQuery {
            room_id: query.room_id.clone(),
            from_seq: query.from_seq,
            direction: query.direction,
            // One more tells whether there is more, of lines and of bytes.
            limit: limit + 1,
            bytes: PAGE_BYTES_MAX,
            thread: query.thread,
        });
        let mut rows = rows.await?;
        let bytes: usize = rows.iter().map(TimelineRow::bytes).sum();
        let more = rows.len() > limit as usize || bytes > PAGE_BYTES_MAX;
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
            absent: None,
        })
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
    pub(super) fn next_seq(&self, direction: Direction) -> Option<u64> {
        let end = match direction {
            Direction::Back => self.rows.first(),
            Direction::Forward => self.rows.last(),
        };
        end.map(|row| row.entry.seq)
            // A page without a line has a next one when older entries are still to come.
            .or_else(|| {
                (direction == Direction::Back && self.has_more(direction)).then_some(self.floor)
            })
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
