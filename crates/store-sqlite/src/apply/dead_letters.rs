use rusqlite::params;
use scaiwave_protocol::{EventId, Fqid};
use scaiwave_store::record::DeadLetterRow;

use super::{Applied, Write};
use crate::columns::{bytes, int};
use crate::limits::DEAD_LETTERS_KEPT;

impl Write<'_> {
    /// Appends, and drops the oldest once there are too many.
    pub(super) fn put_dead_letter(&mut self, row: &DeadLetterRow) -> Applied {
        let room = self.room(&row.room_id)?;
        let added = self.run(
            "INSERT INTO dead_letters
                 (id, at, peer, kind, room, event_id, participant, code, message, item)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (id) DO NOTHING",
            params![
                row.id.to_bytes(),
                int(row.at),
                row.peer.as_str(),
                row.kind,
                room,
                bytes(row.event_id),
                row.participant.as_ref().map(Fqid::as_str),
                row.code,
                row.message,
                row.item
            ],
        )?;
        if added > 0 {
            let oldest = self.connection.last_insert_rowid() - DEAD_LETTERS_KEPT;
            self.run("DELETE FROM dead_letters WHERE line <= ?1", [oldest])?;
        }
        Ok(())
    }

    pub(super) fn drop_dead_letter(&mut self, id: EventId) -> Applied {
        self.run("DELETE FROM dead_letters WHERE id = ?1", [id.to_bytes()])?;
        Ok(())
    }
}
