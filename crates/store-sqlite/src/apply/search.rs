use rusqlite::{Connection, OptionalExtension as _, Params, Result, params};
use scaiwave_protocol::{EventId, Fqid};
use scaiwave_store::search::searchable;

use super::{Applied, Write};
use crate::columns::int;
use crate::grams;
use crate::numbers::entry_row;

/// A message whose place in the index may be wrong after this transaction.
pub(crate) struct Touched {
    /// The entry's row.
    id: i64,
    /// What the index has of it; nothing while it waits in the tail. FTS5 is told what to take out, since
    /// it keeps no texts.
    indexed: Option<String>,
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
            false => tokens(self.connection, id)?,
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
            if let Some(indexed) = indexed {
                if tokens(self.connection, id)?.is_some_and(|now| now == indexed) {
                    continue;
                }
                run(
                    self.connection,
                    "INSERT INTO search (search, rowid, grams) VALUES ('delete', ?1, ?2)",
                    params![id, indexed],
                )?;
                removed = true;
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

    fn index_tail(&self, waiting: &[i64]) -> Result<()> {
        for id in waiting {
            if let Some(tokens) = tokens(self.connection, *id)? {
                insert(self.connection, *id, &tokens)?;
            }
        }
        run(self.connection, "DELETE FROM search_tail", [])
    }
}

/// What waits to be indexed, in order.
fn tail(connection: &Connection) -> Result<Vec<i64>> {
    let mut query = connection.prepare_cached("SELECT id FROM search_tail ORDER BY id")?;
    query.query_map([], |row| row.get(0))?.collect()
}

/// What the index must have of an entry as it is now; nothing unless it is a message that may be found.
fn tokens(connection: &Connection, id: i64) -> Result<Option<String>> {
    let mut query = connection.prepare_cached(
        "SELECT e.sender, e.event, d.content
         FROM entries e LEFT JOIN edits d ON d.room = e.room AND d.target = e.event_id
         WHERE e.id = ?1 AND e.kind = 'swp.room.message' AND e.shown AND e.verdict = 0
             AND NOT EXISTS (SELECT 1 FROM erasures x WHERE x.id = e.id)",
    )?;
    let tokens = query.query_row([id], |row| {
        let sender = Fqid::parse(row.get_ref(0)?.as_str()?).ok();
        let event = row.get_ref(1)?.as_blob()?;
        let edit = row.get_ref(2)?.as_blob_or_null()?;
        let found = sender.zip(searchable(event, edit));
        Ok(found.map(|(sender, found)| grams::of_message(&sender, &found)))
    });
    tokens.optional().map(Option::flatten)
}

fn insert(connection: &Connection, id: i64, tokens: &str) -> Result<()> {
    run(
        connection,
        "INSERT INTO search (rowid, grams) VALUES (?1, ?2)",
        params![id, tokens],
    )
}

fn run(connection: &Connection, sql: &'static str, values: impl Params) -> Result<()> {
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// Builds the whole index of a file that had none: some thousand messages a second.
pub(crate) fn build(connection: &Connection) -> Result<()> {
    let mut query = connection
        .prepare("SELECT id FROM entries INDEXED BY entries_shown WHERE shown ORDER BY id")?;
    let mut rows = query.query([])?;
    let mut messages = 0_u64;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        if let Some(tokens) = tokens(connection, id)? {
            insert(connection, id, &tokens)?;
            messages += 1;
        }
    }
    if messages > 0 {
        tracing::info!(messages, "the search index was built");
    }
    Ok(())
}
