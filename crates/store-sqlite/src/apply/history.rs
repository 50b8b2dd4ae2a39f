use rusqlite::params;
use scaiwave_protocol::RoomId;
use scaiwave_store::record::{BaseRow, VerdictRow};

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

    pub(super) fn judge_entries(&mut self, room_id: &RoomId, verdicts: &[VerdictRow]) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        for row in verdicts {
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
