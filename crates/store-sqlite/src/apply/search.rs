use rusqlite::{Connection, OptionalExtension as _, Params, Result, params};
use scaiwave_protocol::{EventId, Fqid};
use scaiwave_store::search::searchable;

use super::{Applied, Write};
use crate::columns::{Columns, int};
use crate::limits::SEQ_BITS;
use crate::numbers::{entry_row, room_of};
use crate::{docs, grams};

/// A message whose place in the index may be wrong after this transaction.
pub(crate) struct Touched {
    /// The entry's row.
    id: i64,
    /// What the index has of it; nothing while it waits in the tail.
    indexed: Option<Indexed>,
}

/// What the index has of a message. FTS5 is told what to take out, since it keeps no texts.
#[derive(PartialEq, Eq)]
struct Indexed {
    /// Where it stands, or belongs.
    ts: u64,
    tokens: String,
}

impl Write<'_> {
    /// An entry that is being stored.
    pub(super) fn touch_new(&mut self, id: i64) {
        self.touched.push(Touched { id, indexed: None });
    }

    /// An entry, before anything of it is changed.
    pub(super) fn touch(&mut self, id: i64) -> Applied {
        let waits = self.finds("SELECT 1 FROM search_tail WHERE id = ?1", [id])?;
        let indexed = match waits {
            true => None,
            false => wanted(self.connection, id)?,
        };
        self.touched.push(Touched { id, indexed });
        Ok(())
    }

    /// All entries that bear this id, before anything of them is changed.
    pub(super) fn touch_event(&mut self, room: i64, event_id: EventId) -> Applied {
        let mut query = self
            .connection
            .prepare_cached("SELECT id FROM entries WHERE event_id = ?1 AND room = ?2")?;
        let ids = query.query_map(params![event_id.to_bytes(), room], |row| row.get(0))?;
        for id in ids {
            self.touch(id?)?;
        }
        Ok(())
    }

    /// Messages that go with everything above a seq, and those that stay and lose an edit.
    pub(super) fn touch_set_aside(&mut self, room: i64, above: u64) -> Applied {
        let mut query = self.connection.prepare_cached(
            "SELECT id FROM entries WHERE id > ?1 AND id <= ?2 AND kind = 'swp.room.message'
             UNION SELECT e.id FROM edits d JOIN entries e ON e.event_id = d.target AND e.room = ?3
                 WHERE d.room = ?3 AND d.seq > ?4",
        )?;
        let (low, high) = (entry_row(room, above), entry_row(room, u64::MAX));
        let ids = query.query_map(params![low, high, room, int(above)], |row| row.get(0))?;
        for id in ids {
            self.touch(id?)?;
        }
        Ok(())
    }

    /// Takes out of the index what it must not have any more, and puts what it must have into its tail:
    /// once for the whole transaction, in order and outside all savepoints, because FTS5 writes a segment
    /// for each of them and for each step back.
    pub(crate) fn index(&mut self) -> Result<()> {
        let mut touched = std::mem::take(&mut self.touched);
        if touched.is_empty() {
            return Ok(());
        }
        // What was seen first is what the index has: it is written only here. The sort keeps that order.
        touched.sort_by_key(|touched| touched.id);
        touched.dedup_by_key(|touched| touched.id);
        let mut removed = false;
        for Touched { id, indexed } in touched {
            if !self.is_searched(room_of(id))? {
                continue;
            }
            if let Some(indexed) = indexed {
                if wanted(self.connection, id)?.is_some_and(|now| now == indexed) {
                    continue;
                }
                removed |= self.take_out(id, &indexed)?;
            }
            run(
                self.connection,
                "INSERT OR IGNORE INTO search_tail (id) VALUES (?1)",
                [id],
            )?;
        }
        let waiting = tail(self.connection)?;
        if waiting.len() < self.search_tail {
            return Ok(());
        }
        if removed {
            // A row that is taken out and put in again must not be both within one segment.
            run(
                self.connection,
                "INSERT INTO search (search) VALUES ('flush')",
                [],
            )?;
        }
        self.index_tail(&waiting)
    }

    /// Asked at the end of the transaction: a room's row may come after its first entries.
    fn is_searched(&self, room: i64) -> Result<bool> {
        self.connection
            .prepare_cached("SELECT searched FROM rooms WHERE room = ?1")?
            .query_row([room], |row| row.get(0))
            .optional()
            .map(|searched| searched.unwrap_or(true))
    }

    /// False when it was not there.
    fn take_out(&self, id: i64, indexed: &Indexed) -> Result<bool> {
        let Some(doc) = docs::of_entry(self.connection, indexed.ts, id)? else {
            return Ok(false);
        };
        docs::take_back(self.connection, doc)?;
        run(
            self.connection,
            "INSERT INTO search (search, rowid, grams) VALUES ('delete', ?1, ?2)",
            params![doc, indexed.tokens],
        )?;
        Ok(true)
    }

    fn index_tail(&self, waiting: &[i64]) -> Result<()> {
        let mut wanted_now = Vec::with_capacity(waiting.len());
        for id in waiting {
            wanted_now.extend(wanted(self.connection, *id)?.map(|wanted| (*id, wanted)));
        }
        // FTS5 writes a segment when a row comes that is lower than the one before.
        wanted_now.sort_by_key(|(id, wanted)| (wanted.ts, *id));
        for (id, wanted) in &wanted_now {
            insert(self.connection, *id, wanted)?;
        }
        run(self.connection, "DELETE FROM search_tail", [])
    }
}

/// What waits to be indexed.
fn tail(connection: &Connection) -> Result<Vec<i64>> {
    let mut query = connection.prepare_cached("SELECT id FROM search_tail")?;
    query.query_map([], |row| row.get(0))?.collect()
}

/// What the index must have of an entry as it is now; nothing unless it is a message that may be found.
fn wanted(connection: &Connection, id: i64) -> Result<Option<Indexed>> {
    let mut query = connection.prepare_cached(
        "SELECT e.ts, e.sender, e.event, d.content
         FROM entries e LEFT JOIN edits d ON d.room = e.room AND d.target = e.event_id
         WHERE e.id = ?1 AND e.kind = 'swp.room.message' AND e.shown AND e.verdict = 0
             AND NOT EXISTS (SELECT 1 FROM erasures x WHERE x.id = e.id)",
    )?;
    let wanted = query.query_row([id], |row| {
        let mut columns = Columns::of(row);
        let ts = columns.count()?;
        let sender = Fqid::parse(row.get_ref(1)?.as_str()?).ok();
        let event = row.get_ref(2)?.as_blob()?;
        let edit = row.get_ref(3)?.as_blob_or_null()?;
        let found = sender.zip(searchable(event, edit));
        Ok(found.map(|(sender, found)| Indexed {
            ts,
            tokens: grams::of_message(room_of(id), &sender, &found),
        }))
    });
    wanted.optional().map(Option::flatten)
}

fn insert(connection: &Connection, id: i64, wanted: &Indexed) -> Result<()> {
    let doc = docs::give(connection, wanted.ts, id)?;
    run(
        connection,
        "INSERT INTO search (rowid, grams) VALUES (?1, ?2)",
        params![doc, wanted.tokens],
    )
}

fn run(connection: &Connection, sql: &'static str, values: impl Params) -> Result<()> {
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// Builds the whole index of a file that has none: some thousand messages a second.
pub(crate) fn build(connection: &Connection) -> Result<()> {
    let mut query = connection.prepare(
        "SELECT ts, id FROM entries WHERE shown AND kind = 'swp.room.message'
             AND id >> ?1 NOT IN (SELECT room FROM rooms WHERE NOT searched)",
    )?;
    let ids = query.query_map([SEQ_BITS], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut ids: Vec<(i64, i64)> = ids.collect::<Result<_>>()?;
    ids.sort_unstable();
    let mut messages = 0_u64;
    for (_, id) in ids {
        if let Some(wanted) = wanted(connection, id)? {
            insert(connection, id, &wanted)?;
            messages += 1;
        }
    }
    if messages > 0 {
        tracing::info!(messages, "the search index was built");
    }
    Ok(())
}
