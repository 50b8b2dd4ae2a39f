use rusqlite::params;
use scaiwave_protocol::{EventId, Fqid, RoomId};
use scaiwave_store::record::{InboxRow, ReadMarkerRow, StreamRow};

use super::{Applied, Write};
use crate::columns::{bytes, int};
use crate::failure::Failure;

impl Write<'_> {
    /// The position is the row id: one above the highest in the file, whoever wrote that. Nothing is
    /// taken from the end of the table, so no position is given out twice.
    pub(super) fn stream(&mut self, row: &StreamRow) -> Result<u64, Failure> {
        let room = row.room_id.as_ref().map(|id| self.room(id)).transpose()?;
        self.run(
            "INSERT INTO stream (room, participant, kind, event_id, payload)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                room,
                row.participant.as_ref().map(Fqid::as_str),
                row.kind,
                bytes(row.event_id),
                row.payload
            ],
        )?;
        let position = self.connection.last_insert_rowid();
        u64::try_from(position)
            .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, position).into())
    }

    pub(super) fn put_inbox(&mut self, row: &InboxRow) -> Applied {
        let room = self.room(&row.room_id)?;
        self.run(
            "INSERT INTO inbox
                 (participant, event_id, room, sender, reason, snippet, created_at, seq)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (participant, event_id) DO UPDATE SET
                 room = excluded.room, sender = excluded.sender, reason = excluded.reason,
                 snippet = excluded.snippet, created_at = excluded.created_at,
                 seq = excluded.seq",
            params![
                row.participant.as_str(),
                row.event_id.to_bytes(),
                room,
                row.sender.as_str(),
                row.reason,
                row.snippet,
                int(row.created_at),
                int(row.seq)
            ],
        )?;
        Ok(())
    }

    pub(super) fn drop_inbox(&mut self, event_id: EventId) -> Applied {
        self.run(
            "DELETE FROM inbox WHERE event_id = ?1",
            [event_id.to_bytes()],
        )?;
        Ok(())
    }

    /// A marker never moves down.
    pub(super) fn put_read_marker(&mut self, row: &ReadMarkerRow) -> Applied {
        let room = self.room(&row.room_id)?;
        self.run(
            "INSERT INTO read_markers (participant, room, event_id, seq)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (participant, room) DO UPDATE SET
                 event_id = excluded.event_id, seq = excluded.seq
             WHERE excluded.seq > seq",
            params![
                row.participant.as_str(),
                room,
                row.event_id.to_bytes(),
                int(row.seq)
            ],
        )?;
        Ok(())
    }

    pub(super) fn put_dm(&mut self, one: &Fqid, other: &Fqid, room_id: &RoomId) -> Applied {
        let room = self.room(room_id)?;
        self.run(
            "INSERT INTO dms (participant, other, room) VALUES (?1, ?2, ?3)
             ON CONFLICT (participant, other) DO UPDATE SET room = excluded.room",
            params![one.as_str(), other.as_str(), room],
        )?;
        Ok(())
    }
}
