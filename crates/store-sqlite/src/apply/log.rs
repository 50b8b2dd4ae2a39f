use rusqlite::{CachedStatement, params};
use scaiwave_protocol::event::content;
use scaiwave_protocol::{EventId, RoomId};
use scaiwave_store::record::{CheckpointRow, EntryRow, Erasure};

use super::{Applied, Write};
use crate::columns::{bytes, int, verdict_number};
use crate::failure::{Failure, is_duplicate};
use crate::limits::SEQ_MAX;
use crate::numbers::entry_row;

impl Write<'_> {
    /// The new entries have no gap among themselves, touch what is stored or the base, and overlap
    /// nothing. That allows the head to grow, history to be filled downwards, and a log to go on above
    /// a newer snapshot with the gap below it filled later.
    pub(super) fn append_entries(&mut self, room_id: &RoomId, entries: &[EntryRow]) -> Applied {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Ok(());
        };
        let room = self.room(room_id)?;
        let dense = entries.windows(2).all(|two| two[0].seq + 1 == two[1].seq);
        if !dense || first.seq == 0 || last.seq > SEQ_MAX {
            return Err(Failure::Conflict("entries must be dense and begin at 1"));
        }
        if !self.touches(room, first.seq - 1)? && !self.touches(room, last.seq + 1)? {
            let base = self.base_seq(room)?;
            if base != first.seq - 1 && base != last.seq {
                return Err(Failure::Conflict("entries do not follow the log's head"));
            }
        }
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO entries (id, term, ts, chain, hash, event_id, kind, sender, verdict,
                 shown, target, thread_root, event)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?;
        for entry in entries {
            insert_entry(&mut insert, room, entry)?;
            if entry.shown && entry.kind == content::MESSAGE {
                self.touch_new(entry_row(room, entry.seq));
            }
        }
        Ok(())
    }

    fn touches(&self, room: i64, seq: u64) -> Result<bool, Failure> {
        if seq == 0 || seq > SEQ_MAX {
            return Ok(false);
        }
        self.finds(
            "SELECT 1 FROM entries WHERE id = ?1",
            [entry_row(room, seq)],
        )
    }

    /// Where the log begins; 0 for a room that is only being made.
    fn base_seq(&self, room: i64) -> Result<u64, Failure> {
        let mut query = self
            .connection
            .prepare_cached("SELECT coalesce(max(base_seq), 0) FROM rooms WHERE room = ?1")?;
        let base: i64 = query.query_row([room], |row| row.get(0))?;
        Ok(u64::try_from(base).unwrap_or_default())
    }

    /// The erased form takes the event's place, wherever it stands, and refers to nothing; snippets of it
    /// in inboxes are emptied. Another event under the same id is another matter.
    pub(super) fn erase(
        &mut self,
        room_id: &RoomId,
        event_id: EventId,
        erasure: &Erasure,
    ) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        self.touch_event(room, event_id)?;
        self.forget_answers(event_id)?;
        let erased = self.run(
            "UPDATE entries SET event = ?3, target = NULL, thread_root = NULL,
                 shown = (kind = 'swp.room.message' AND verdict = 0)
             WHERE event_id = ?2 AND room = ?1 AND hash = ?4",
            params![room, event_id.to_bytes(), erasure.event, erasure.hash.0],
        )?;
        if erased == 0 {
            return Ok(());
        }
        self.run(
            "INSERT INTO erasures (id, by, at, reason)
             SELECT id, ?3, ?4, ?5 FROM entries WHERE event_id = ?2 AND room = ?1 AND hash = ?6
             ON CONFLICT (id) DO UPDATE SET
                 by = excluded.by, at = excluded.at, reason = excluded.reason",
            params![
                room,
                event_id.to_bytes(),
                erasure.by.as_str(),
                int(erasure.at),
                erasure.reason,
                erasure.hash.0
            ],
        )?;
        self.run(
            "UPDATE inbox SET snippet = '', seq = 0 WHERE event_id = ?2 AND room = ?1 AND EXISTS (
                 SELECT 1 FROM entries e
                 WHERE e.event_id = ?2 AND e.room = ?1 AND e.hash = ?3 AND e.verdict <> 2)",
            params![room, event_id.to_bytes(), erasure.hash.0],
        )?;
        Ok(())
    }

    pub(super) fn put_checkpoint(&mut self, room_id: &RoomId, row: &CheckpointRow) -> Applied {
        let room = self.room(room_id)?;
        self.run(
            "INSERT INTO checkpoints (room, seq, checkpoint) VALUES (?1, ?2, ?3)
             ON CONFLICT (room, seq) DO UPDATE SET checkpoint = excluded.checkpoint",
            params![room, int(row.seq), row.checkpoint],
        )?;
        Ok(())
    }
}

fn insert_entry(insert: &mut CachedStatement<'_>, room: i64, entry: &EntryRow) -> Applied {
    let inserted = insert.execute(params![
        entry_row(room, entry.seq),
        int(entry.term),
        int(entry.ts),
        entry.chain.0,
        entry.hash.0,
        entry.event_id.to_bytes(),
        entry.kind,
        entry.sender.as_str(),
        verdict_number(entry.verdict),
        entry.shown,
        bytes(entry.target),
        bytes(entry.thread_root),
        entry.event
    ]);
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if is_duplicate(&error) => {
            Err(Failure::Conflict("the room has this event or seq already"))
        }
        Err(error) => Err(error.into()),
    }
}
