use std::collections::{BTreeMap, HashMap};

use rusqlite::{Result, params};
use scaiwave_protocol::{EventId, RoomId};
use scaiwave_store::search::{Place, SearchFound, SearchQuery, SearchRow, fold, searchable};

use super::Reader;
use crate::columns::Columns;
use crate::limits::{
    SEARCH_GRAMS_MAX, SEARCH_LOOKS_MAX, SEARCH_PASSED_MAX, SEARCH_ROOMS_NAMED_MAX,
};
use crate::numbers::room_of;
use crate::{docs, grams};

/// Messages that have all the pieces, newest second first.
const MATCHING: &str =
    "SELECT s.rowid, d.entry FROM search s CROSS JOIN search_docs d ON d.doc = s.rowid
     WHERE s.search MATCH ?3 AND s.rowid BETWEEN ?1 AND ?2 ORDER BY s.rowid DESC";

/// All messages, in the same order, when there is no piece to go by.
const ALL: &str =
    "SELECT doc, entry FROM search_docs WHERE doc BETWEEN ?1 AND ?2 ORDER BY doc DESC";

/// What is not indexed yet.
const WAITING: &str = "SELECT id FROM search_tail ORDER BY id DESC";

/// What is looked at of one message.
const ONE: &str = "SELECT e.seq, e.ts, e.event_id, e.sender, e.event, d.content
     FROM entries e LEFT JOIN edits d ON d.room = e.room AND d.target = e.event_id
     WHERE e.id = ?1 AND e.kind = 'swp.room.message' AND e.shown AND e.verdict = 0
         AND NOT EXISTS (SELECT 1 FROM erasures x WHERE x.id = e.id)";

/// Rooms by their numbers.
type Rooms<'q> = HashMap<i64, &'q RoomId>;

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
    /// First what waits to be indexed; then what the index has, the newest second first, until there are as
    /// many matches as are wanted and all that follow are older.
    pub(crate) fn search(&self, query: &SearchQuery) -> Result<SearchFound> {
        // All is seen at the same moment.
        let moment = self.connection.unchecked_transaction()?;
        let mut rooms = Rooms::with_capacity(query.rooms.len());
        for room_id in &query.rooms {
            rooms.extend(self.number(room_id)?.map(|room| (room, room_id)));
        }
        let mut newest = Newest {
            query,
            rows: BTreeMap::new(),
            looks: 0,
        };
        let cut = !rooms.is_empty()
            && (self.look_at_waiting(&mut newest, &rooms)?
                || self.look_at_indexed(&mut newest, &rooms)?);
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

    /// True when not all could be looked at.
    fn look_at_waiting(&self, newest: &mut Newest<'_>, rooms: &Rooms<'_>) -> Result<bool> {
        let mut query = self.connection.prepare_cached(WAITING)?;
        let ids = query.query_map([], |row| row.get(0))?;
        for id in ids {
            let id = id?;
            if let Some(room_id) = rooms.get(&room_of(id)) {
                self.look(newest, room_id, id)?;
            }
        }
        Ok(newest.has_looked_enough())
    }

    /// True when it was left before everything that matters was looked at.
    fn look_at_indexed(&self, newest: &mut Newest<'_>, rooms: &Rooms<'_>) -> Result<bool> {
        let query = newest.query;
        let mut named: Vec<i64> = rooms.keys().copied().collect();
        named.sort_unstable();
        named.truncate(if named.len() <= SEARCH_ROOMS_NAMED_MAX {
            named.len()
        } else {
            0
        });
        let asked = grams::of_query(
            &query.terms,
            query.sender.as_ref(),
            &query.marks,
            SEARCH_GRAMS_MAX,
            &named,
        );
        let (low, high) = bounds(query);
        let mut statement =
            self.connection
                .prepare_cached(if asked.is_some() { MATCHING } else { ALL })?;
        let mut rows = match &asked {
            Some(asked) => statement.query(params![low, high, asked])?,
            None => statement.query(params![low, high])?,
        };
        let mut passed = 0;
        while let Some(row) = rows.next()? {
            let (doc, id): (i64, i64) = (row.get(0)?, row.get(1)?);
            if newest.is_past(docs::newest_moment(doc)) {
                return Ok(false);
            }
            if newest.has_looked_enough() || passed >= SEARCH_PASSED_MAX {
                return Ok(true);
            }
            match rooms.get(&room_of(id)) {
                Some(room_id) => self.look(newest, room_id, id)?,
                None => passed += 1,
            }
        }
        Ok(false)
    }

    /// Looks at one message.
    fn look(&self, newest: &mut Newest<'_>, room_id: &RoomId, id: i64) -> Result<()> {
        let mut statement = self.connection.prepare_cached(ONE)?;
        let mut rows = statement.query([id])?;
        let Some(row) = rows.next()? else {
            return Ok(());
        };
        let mut columns = Columns::of(row);
        let place = Place {
            seq: columns.count()?,
            ts: columns.count()?,
            room_id: room_id.clone(),
        };
        let query = newest.query;
        if newest.is_past(place.ts) || is_too_old(query, &place) || is_too_new(query, &place) {
            return Ok(());
        }
        newest.looks += 1;
        let event_id = columns.event_id()?;
        let sender: String = columns.value()?;
        if is_of_another(query, &sender) {
            return Ok(());
        }
        let (event, edit): (Vec<u8>, Option<Vec<u8>>) = (columns.value()?, columns.value()?);
        if let Some(text) = matching_text(query, &event, edit.as_deref()) {
            newest.add(place, event_id, text);
        }
        Ok(())
    }
}

/// The docs between which everything stands that is neither too old nor too new.
fn bounds(query: &SearchQuery) -> (i64, i64) {
    let newest = query.newest.as_ref().map(|place| place.ts);
    let before = query.before.map(|before| before.saturating_sub(1));
    let high = newest.into_iter().chain(before).min();
    (
        query.since.map_or(0, docs::first_of),
        high.map_or(i64::MAX, docs::last_of),
    )
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
