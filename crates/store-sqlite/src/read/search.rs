use std::collections::BTreeMap;

use rusqlite::{Params, Result, params};
use scaiwave_protocol::{EventId, RoomId};
use scaiwave_store::search::{Place, SearchFound, SearchQuery, SearchRow, fold, searchable};

use super::Reader;
use crate::columns::Columns;
use crate::grams;
use crate::limits::{SEARCH_GRAMS_MAX, SEARCH_LOOKS_MAX, SEARCH_LOOKS_PER_ROOM_MAX, SEQ_MAX};
use crate::numbers::entry_row;

/// What is looked at of one message.
macro_rules! seen_columns {
    () => {
        "e.seq, e.ts, e.event_id, e.sender, e.event, d.content"
    };
}

/// Messages of a stretch of the log that have all the pieces, newest first.
const MATCHING: &str = concat!(
    "SELECT ",
    seen_columns!(),
    " FROM search s CROSS JOIN entries e ON e.id = s.rowid
         LEFT JOIN edits d ON d.room = e.room AND d.target = e.event_id
     WHERE s.search MATCH ?3 AND s.rowid BETWEEN ?1 AND ?2
     ORDER BY s.rowid DESC"
);

/// Messages of a stretch of the log that are not indexed yet, newest first.
const WAITING: &str = concat!(
    "SELECT ",
    seen_columns!(),
    " FROM search_tail t CROSS JOIN entries e ON e.id = t.id
         LEFT JOIN edits d ON d.room = e.room AND d.target = e.event_id
     WHERE t.id BETWEEN ?1 AND ?2 AND e.shown AND e.kind = 'swp.room.message' AND e.verdict = 0
         AND NOT EXISTS (SELECT 1 FROM erasures x WHERE x.id = e.id)
     ORDER BY t.id DESC"
);

/// The newest messages of a stretch of the log, when there is no piece to go by.
const NEWEST: &str = concat!(
    "SELECT ",
    seen_columns!(),
    " FROM entries e LEFT JOIN edits d ON d.room = e.room AND d.target = e.event_id
     WHERE e.verdict = 0 AND NOT EXISTS (SELECT 1 FROM erasures x WHERE x.id = e.id)
         AND e.id IN (
             SELECT id FROM entries INDEXED BY entries_shown
             WHERE shown AND kind = 'swp.room.message' AND id BETWEEN ?1 AND ?2
             ORDER BY id DESC LIMIT ?3)
     ORDER BY e.id DESC"
);

/// A room that may hold something: its number, and the time of its last entry.
struct Candidate<'q> {
    room_id: &'q RoomId,
    room: i64,
    head_ts: u64,
}

/// The newest matches so far, at most as many as are asked for.
struct Newest<'q> {
    query: &'q SearchQuery,
    rows: BTreeMap<Place, (EventId, String)>,
    looks: u32,
}

impl Newest<'_> {
    /// Whether nothing from this moment or before can be among them any more.
    fn is_past(&self, ts: u64) -> bool {
        let full = self.rows.len() >= self.query.limit as usize;
        let oldest = self.rows.first_key_value();
        full && oldest.is_none_or(|(oldest, _)| ts < oldest.ts)
    }

    fn add(&mut self, place: Place, event_id: EventId, text: String) {
        self.rows.insert(place, (event_id, text));
        if self.rows.len() > self.query.limit as usize {
            self.rows.pop_first();
        }
    }

    fn has_looked_enough(&self) -> bool {
        self.looks >= SEARCH_LOOKS_MAX
    }
}

impl Reader<'_> {
    /// Room by room, the one that spoke last first. A room's log is in the order of its host's clock, so what
    /// is too old ends a room; and once there are as many matches as are wanted, each further room is
    /// looked at only as far as it is newer.
    pub(crate) fn search(&self, query: &SearchQuery) -> Result<SearchFound> {
        let asked = grams::of_query(
            &query.terms,
            query.sender.as_ref(),
            &query.marks,
            SEARCH_GRAMS_MAX,
        );
        // All rooms are seen at the same moment.
        let moment = self.connection.unchecked_transaction()?;
        let mut rooms = self.candidates(&query.rooms)?;
        rooms.sort_by_key(|room| (std::cmp::Reverse(room.head_ts), room.room));
        let mut newest = Newest {
            query,
            rows: BTreeMap::new(),
            looks: 0,
        };
        let mut cut = false;
        for room in &rooms {
            if newest.is_past(room.head_ts) {
                break;
            }
            cut |= self.look(&mut newest, room, asked.as_deref())?;
            if newest.has_looked_enough() {
                cut = true;
                break;
            }
        }
        moment.commit()?;
        let rows = newest.rows.into_iter().rev();
        Ok(SearchFound {
            rows: rows
                .map(|(place, (event_id, text))| SearchRow {
                    place,
                    event_id,
                    text,
                })
                .collect(),
            cut,
        })
    }

    fn candidates<'q>(&self, rooms: &'q [RoomId]) -> Result<Vec<Candidate<'q>>> {
        let mut candidates = Vec::with_capacity(rooms.len());
        for room_id in rooms {
            let Some(room) = self.number(room_id)? else {
                continue;
            };
            let head_ts = self.one("SELECT ts FROM heads WHERE room = ?1", [room], |columns| {
                columns.count()
            })?;
            candidates.extend(head_ts.map(|head_ts| Candidate {
                room_id,
                room,
                head_ts,
            }));
        }
        Ok(candidates)
    }

    /// Looks through one room. True when it was left before its end.
    fn look(
        &self,
        newest: &mut Newest<'_>,
        room: &Candidate<'_>,
        asked: Option<&str>,
    ) -> Result<bool> {
        let (low, high) = (entry_row(room.room, 0), self.upper_end(newest.query, room)?);
        let before = newest.looks;
        let Some(asked) = asked else {
            let looks = SEARCH_LOOKS_PER_ROOM_MAX;
            let left = self.look_at(newest, room, NEWEST, params![low, high, looks])?;
            return Ok(left || newest.looks - before >= looks);
        };
        let left = self.look_at(newest, room, WAITING, params![low, high])?;
        Ok(self.look_at(newest, room, MATCHING, params![low, high, asked])? || left)
    }

    /// Looks at messages of a room, newest first. True when there was no leave to look at all that matter.
    fn look_at(
        &self,
        newest: &mut Newest<'_>,
        room: &Candidate<'_>,
        sql: &'static str,
        values: impl Params,
    ) -> Result<bool> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        while let Some(row) = rows.next()? {
            let mut columns = Columns::of(row);
            let place = Place {
                seq: columns.count()?,
                ts: columns.count()?,
                room_id: room.room_id.clone(),
            };
            if newest.is_past(place.ts) || is_too_old(newest.query, &place) {
                return Ok(false);
            }
            if newest.has_looked_enough() {
                return Ok(true);
            }
            newest.looks += 1;
            if is_too_new(newest.query, &place) {
                continue;
            }
            let event_id = columns.event_id()?;
            let sender: String = columns.value()?;
            if is_of_another(newest.query, &sender) {
                continue;
            }
            let (event, edit): (Vec<u8>, Option<Vec<u8>>) = (columns.value()?, columns.value()?);
            if let Some(text) = matching_text(newest.query, &event, edit.as_deref()) {
                newest.add(place, event_id, text);
            }
        }
        Ok(false)
    }

    /// The last row of a room that is old enough, found by halving: newer ones are not even passed over.
    fn upper_end(&self, query: &SearchQuery, room: &Candidate<'_>) -> Result<i64> {
        let (mut low, mut high) = (entry_row(room.room, 0), entry_row(room.room, SEQ_MAX));
        let newest = query.newest.as_ref().map(|place| place.ts);
        let before = query.before.map(|before| before.saturating_sub(1));
        let Some(ts) = newest.into_iter().chain(before).min() else {
            return Ok(high);
        };
        if room.head_ts <= ts {
            return Ok(high);
        }
        while low < high {
            let middle = low + (high - low + 1) / 2;
            let found = self.one(
                "SELECT id, ts FROM entries WHERE id <= ?1 AND id > ?2 ORDER BY id DESC LIMIT 1",
                params![middle, low],
                |columns| Ok((columns.value::<i64>()?, columns.count()?)),
            )?;
            match found {
                Some((_, found_ts)) if found_ts <= ts => low = middle,
                Some((id, _)) => high = id - 1,
                // Nothing between: what is above begins beyond the middle.
                None => low = middle,
            }
        }
        Ok(low)
    }
}

fn is_too_old(query: &SearchQuery, place: &Place) -> bool {
    query.since.is_some_and(|since| place.ts < since)
}

fn is_too_new(query: &SearchQuery, place: &Place) -> bool {
    query.before.is_some_and(|before| place.ts >= before)
        || query.newest.as_ref().is_some_and(|newest| place > newest)
}

fn is_of_another(query: &SearchQuery, sender: &str) -> bool {
    query
        .sender
        .as_ref()
        .is_some_and(|wanted| wanted.as_str() != sender)
}

/// The text, if it has all the terms and marks. Pieces say only what a text may contain.
fn matching_text(query: &SearchQuery, event: &[u8], edit: Option<&[u8]>) -> Option<String> {
    let found = searchable(event, edit)?;
    if !query.marks.is_subset(&found.marks) {
        return None;
    }
    let folded = fold(&found.text);
    let all = query
        .terms
        .iter()
        .all(|term| folded.find(term).next().is_some());
    all.then_some(found.text)
}
