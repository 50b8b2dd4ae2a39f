use rusqlite::params;
use scaiwave_protocol::RoomId;
use scaiwave_store::record::{BaseRow, Verdict, VerdictRow};

use super::{Applied, Write};
use crate::columns::{int, verdict_number};
use crate::numbers::entry_row;

impl Write<'_> {
    pub(super) fn put_base(&mut self, room_id: &RoomId, base: &BaseRow) -> Applied {
        let room = self.room(room_id)?;
        let held = base.held.as_ref();
        self.run(
            "INSERT INTO bases (room, seq, held_first, held_chain_before, held_last,
                 held_last_chain, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (room, seq) DO UPDATE SET
                 held_first = excluded.held_first,
                 held_chain_before = excluded.held_chain_before,
                 held_last = excluded.held_last, held_last_chain = excluded.held_last_chain,
                 state = excluded.state",
            params![
                room,
                int(base.seq),
                held.map(|held| int(held.first_seq)),
                held.map(|held| held.chain_before.0),
                held.map(|held| int(held.last_seq)),
                held.map(|held| held.last_chain.0),
                base.state
            ],
        )?;
        Ok(())
    }

    pub(super) fn drop_bases(&mut self, room_id: &RoomId) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        self.run("DELETE FROM bases WHERE room = ?1", [room])?;
        Ok(())
    }

    /// What stands on older events is to be worked out anew by the caller. Positions of the stream are
    /// never taken back; a reader of it passes over events that are gone.
    pub(super) fn set_aside(&mut self, room_id: &RoomId, above: u64) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        let (low, high) = (entry_row(room, above), entry_row(room, u64::MAX));
        self.touch_set_aside(room, above)?;
        self.run(
            "DELETE FROM inbox WHERE room = ?1 AND event_id IN (
                 SELECT event_id FROM entries WHERE id > ?2 AND id <= ?3)",
            params![room, low, high],
        )?;
        self.run(
            "UPDATE read_markers SET seq = ?2, event_id = coalesce(
                 (SELECT event_id FROM entries WHERE id = ?3), event_id)
             WHERE room = ?1 AND seq > ?2",
            params![room, int(above), low],
        )?;
        for sql in [
            "DELETE FROM erasures WHERE id > ?1 AND id <= ?2",
            "DELETE FROM entries WHERE id > ?1 AND id <= ?2",
        ] {
            self.run(sql, params![low, high])?;
        }
        for sql in [
            "DELETE FROM checkpoints WHERE room = ?1 AND seq > ?2",
            "DELETE FROM edits WHERE room = ?1 AND (seq > ?2 OR NOT EXISTS (
                 SELECT 1 FROM entries e WHERE e.event_id = edits.target AND e.room = ?1))",
            "DELETE FROM reactions WHERE room = ?1 AND (seq > ?2 OR NOT EXISTS (
                 SELECT 1 FROM entries e WHERE e.event_id = reactions.target AND e.room = ?1))",
            "DELETE FROM bases WHERE room = ?1 AND seq > ?2",
        ] {
            self.run(sql, params![room, int(above)])?;
        }
        for sql in [
            "DELETE FROM members WHERE room = ?1",
            "DELETE FROM room_servers WHERE room = ?1",
            "DELETE FROM origin_seqs WHERE room = ?1",
            "DELETE FROM unconfirmed WHERE room = ?1",
        ] {
            self.run(sql, [room])?;
        }
        Ok(())
    }

    pub(super) fn judge_entries(&mut self, room_id: &RoomId, verdicts: &[VerdictRow]) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        // Those first that make room: of the entries of one event id only one is not void.
        let is_void = |row: &&VerdictRow| row.verdict == Verdict::Void;
        let others = verdicts.iter().filter(|row| !is_void(row));
        for row in verdicts.iter().filter(is_void).chain(others) {
            self.touch(entry_row(room, row.seq))?;
            self.run(
                "UPDATE entries SET verdict = ?2, shown = ?3 WHERE id = ?1",
                params![
                    entry_row(room, row.seq),
                    verdict_number(row.verdict),
                    row.shown
                ],
            )?;
        }
        Ok(())
    }
}
