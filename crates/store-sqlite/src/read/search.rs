use std::collections::BTreeMap;

use rusqlite::{CachedStatement, OptionalExtension as _, Result, params};
use scaiwave_store::search::{
    Folded, Place, SearchFound, SearchQuery, SearchRooms, SearchRow, Sieve, fold, searchable,
};

use super::Reader;
use crate::columns::Columns;
use crate::limits::{
    SEARCH_GRAMS_MAX, SEARCH_LOOKS_MAX, SEARCH_PASSED_MAX, SEARCH_ROOMS_NAMED_MAX, SEARCH_VAIN_MAX,
};
use crate::numbers::room_of;
use crate::{docs, grams, lengths};

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

/// The numbers of the rooms in which is looked, ascending.
struct Rooms(Vec<i64>);

impl Rooms {
    fn have(&self, entry: i64) -> bool {
        self.0.binary_search(&room_of(entry)).is_ok()
    }

    /// What the index is asked for by name: none when they are too many.
    fn named(&self) -> &[i64] {
        match self.0.as_slice() {
            few if few.len() <= SEARCH_ROOMS_NAMED_MAX => few,
            _ => &[],
        }
    }
}

/// The newest matches so far, at most as many as are asked for, and what it took to find them.
struct Newest<'q, 'c> {
    query: &'q SearchQuery,
    rooms: Rooms,
    sieve: Sieve,
    one: CachedStatement<'c>,
    rows: BTreeMap<Place, SearchRow>,
    /// Messages that were looked at.
    looks: u32,
    /// Messages of other rooms.
    passed: u32,
    /// Looks that found nothing, and messages of other rooms.
    vain: u32,
}

/// How it ended to go through what the index has.
enum End {
    /// There are enough matches, or nothing is left.
    Found,
    /// More may not be looked at.
    Cut,
    /// Too much was looked at in vain; everything from this doc on is done.
    Vain(i64),
}

impl Newest<'_, '_> {
    /// Whether nothing from this moment or before can be among them any more.
    fn is_past(&self, ts: u64) -> bool {
        let full = self.rows.len() >= self.query.limit as usize;
        let oldest = self.rows.first_key_value();
        full && oldest.is_none_or(|(oldest, _)| ts < oldest.ts)
    }

    fn add(&mut self, row: SearchRow) {
        self.rows.insert(row.place.clone(), row);
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
        let mut newest = self.nothing_yet(query)?;
        let cut = !newest.rooms.0.is_empty()
            && (self.look_at_waiting(&mut newest)? || self.look_at_indexed(&mut newest)?);
        let rows = std::mem::take(&mut newest.rows);
        drop(newest);
        moment.commit()?;
        Ok(SearchFound {
            rows: rows.into_values().rev().collect(),
            cut,
        })
    }

    fn nothing_yet<'q>(&self, query: &'q SearchQuery) -> Result<Newest<'q, '_>> {
        Ok(Newest {
            query,
            rooms: self.searched_rooms(&query.rooms)?,
            sieve: Sieve::of(&query.terms),
            one: self.connection.prepare_cached(ONE)?,
            rows: BTreeMap::new(),
            looks: 0,
            passed: 0,
            vain: 0,
        })
    }

    fn searched_rooms(&self, rooms: &SearchRooms) -> Result<Rooms> {
        let numbers = match rooms {
            SearchRooms::Named(ids) => {
                let numbers = ids.iter().map(|room_id| self.number(room_id));
                let mut numbers: Vec<i64> = numbers
                    .filter_map(Result::transpose)
                    .collect::<Result<_>>()?;
                numbers.sort_unstable();
                numbers
            }
            SearchRooms::JoinedBy(participant) => self.all(
                "SELECT room FROM members
                 WHERE participant = ?1 AND membership = 'join' ORDER BY room",
                [participant.as_str()],
                |columns| columns.value(),
            )?,
        };
        Ok(Rooms(numbers))
    }

    /// True when not all could be looked at.
    fn look_at_waiting(&self, newest: &mut Newest<'_, '_>) -> Result<bool> {
        let mut query = self.connection.prepare_cached(WAITING)?;
        let ids = query.query_map([], |row| row.get(0))?;
        for id in ids {
            let id = id?;
            if newest.rooms.have(id) {
                self.look(newest, id)?;
            }
        }
        Ok(newest.has_looked_enough())
    }

    /// True when it was left before everything that matters was looked at. The index is asked for the rarest pieces
    /// first, and for all of them when too much has only those.
    fn look_at_indexed(&self, newest: &mut Newest<'_, '_>) -> Result<bool> {
        let query = newest.query;
        let sender = query.sender.as_ref();
        let groups = grams::of_query(&query.terms, sender, &query.marks, SEARCH_GRAMS_MAX);
        let all: Vec<&str> = groups.iter().flatten().map(String::as_str).collect();
        let rarest = lengths::rarest(self.connection, &groups, newest.rooms.named())?;
        let (low, mut high) = bounds(query);
        if rarest.len() < all.len() {
            newest.vain = 0;
            let asked = grams::question(rarest, newest.rooms.named());
            match self.go_through(newest, (low, high), asked.as_deref(), SEARCH_VAIN_MAX)? {
                End::Found => return Ok(false),
                End::Cut => return Ok(true),
                End::Vain(doc) => high = doc - 1,
            }
        }
        let asked = grams::question(all, newest.rooms.named());
        let end = self.go_through(newest, (low, high), asked.as_deref(), u32::MAX)?;
        Ok(!matches!(end, End::Found))
    }

    /// Looks at what the index has between two docs.
    fn go_through(
        &self,
        newest: &mut Newest<'_, '_>,
        (low, high): (i64, i64),
        asked: Option<&str>,
        vain_max: u32,
    ) -> Result<End> {
        let sql = if asked.is_some() { MATCHING } else { ALL };
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = match asked {
            Some(asked) => statement.query(params![low, high, asked])?,
            None => statement.query(params![low, high])?,
        };
        while let Some(row) = rows.next()? {
            let (doc, id): (i64, i64) = (row.get(0)?, row.get(1)?);
            if newest.is_past(docs::newest_moment(doc)) {
                return Ok(End::Found);
            }
            if newest.has_looked_enough() || newest.passed >= SEARCH_PASSED_MAX {
                return Ok(End::Cut);
            }
            if newest.rooms.have(id) {
                self.look(newest, id)?;
            } else {
                newest.passed += 1;
                newest.vain += 1;
            }
            if newest.vain >= vain_max {
                return Ok(End::Vain(doc));
            }
        }
        Ok(End::Found)
    }

    /// Looks at one message.
    fn look(&self, newest: &mut Newest<'_, '_>, id: i64) -> Result<()> {
        let query = newest.query;
        let Some(room_id) = self.numbers.id_of(self.connection, room_of(id))? else {
            return Ok(());
        };
        let found = newest.one.query_row([id], |row| {
            let mut columns = Columns::of(row);
            let place = Place {
                seq: columns.count()?,
                ts: columns.count()?,
                room_id,
            };
            let event_id = columns.event_id()?;
            if is_too_old(query, &place) || is_too_new(query, &place) {
                return Ok(None);
            }
            let matches = match is_of_another(query, row.get_ref(3)?.as_str()?) {
                true => None,
                false => {
                    let (event, edit) = (row.get_ref(4)?.as_blob()?, row.get_ref(5)?);
                    matching(query, &mut newest.sieve, event, edit.as_blob_or_null()?)
                }
            };
            Ok(Some((place, event_id, matches)))
        });
        let Some((place, event_id, matches)) = found.optional()?.flatten() else {
            return Ok(());
        };
        newest.looks += 1;
        match matches {
            Some((text, folded)) => newest.add(SearchRow {
                place,
                event_id,
                text,
                folded,
            }),
            None => newest.vain += 1,
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

/// The text, and the same folded, if it has all the terms and marks. Pieces say only what a text may contain.
fn matching(
    query: &SearchQuery,
    sieve: &mut Sieve,
    event: &[u8],
    edit: Option<&[u8]>,
) -> Option<(String, Folded)> {
    if !sieve.lets_through(edit.unwrap_or(event)) {
        return None;
    }
    let found = searchable(event, edit)?;
    if !query.marks.is_subset(&found.marks) {
        return None;
    }
    let folded = fold(&found.text);
    let has = |term: &Vec<char>| folded.find(term).next().is_some();
    query.terms.iter().all(has).then_some((found.text, folded))
}

#[cfg(test)]
mod tests {
    use scaiwave_store::TenantStore as _;
    use scaiwave_store::contract::fixture::{appended, good, put, room_id, saying};

    use super::*;
    use crate::SqliteTenant;

    // Every other message has both words; the index is asked for one of them until ten looks were in vain.
    #[tokio::test]
    async fn what_was_begun_with_few_pieces_goes_on_with_all() {
        let tenant = SqliteTenant::open_memory().expect("a store");
        let said = |seq: u64| {
            if seq.is_multiple_of(2) {
                "abc def"
            } else {
                "abc"
            }
        };
        let entries = (1..=200).map(|seq| saying(1, seq, said(seq))).collect();
        put(&tenant, appended(1, entries)).await;
        let query = SearchQuery {
            rooms: SearchRooms::Named(vec![room_id(1)]),
            terms: ["abc", "def"].map(|term| fold(term).chars).to_vec(),
            limit: 999,
            ..SearchQuery::default()
        };
        let whole = good(tenant.search(query.clone()).await);
        assert_eq!((whole.rows.len(), whole.cut), (100, false));
        let (looks, found) = tenant
            .read(|reader| {
                let mut newest = reader.nothing_yet(&query)?;
                let End::Vain(doc) =
                    reader.go_through(&mut newest, (0, i64::MAX), Some("abc"), 10)?
                else {
                    panic!("a hundred looks are in vain");
                };
                assert_eq!((newest.vain, newest.looks), (10, 20));
                let rest = (0, doc - 1);
                let end = reader.go_through(&mut newest, rest, Some("abc AND def"), u32::MAX)?;
                assert!(matches!(end, End::Found));
                Ok((
                    newest.looks,
                    newest.rows.into_values().rev().collect::<Vec<_>>(),
                ))
            })
            .expect("an answer");
        assert_eq!(found, whole.rows);
        // The newest has both words, so ten were found with the ten in vain.
        assert_eq!(looks, 110);
    }
}
