use rusqlite::params;
use scaiwave_protocol::{EventId, RoomId};
use scaiwave_store::record::{PendingRow, Refused};

use super::{Applied, Write};
use crate::columns::int;

impl Write<'_> {
    pub(super) fn put_pending(&mut self, row: &PendingRow) -> Applied {
        let room = self.room(&row.room_id)?;
        let refused = row.refused.as_ref();
        self.run(
            "INSERT INTO pending (room, origin_seq, event_id, sender, kind, created_at,
                 refused_code, refused_message, event, signed_anew)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (room, event_id) DO UPDATE SET
                 origin_seq = excluded.origin_seq, sender = excluded.sender,
                 kind = excluded.kind, created_at = excluded.created_at,
                 refused_code = excluded.refused_code,
                 refused_message = excluded.refused_message, event = excluded.event,
                 signed_anew = excluded.signed_anew",
            params![
                room,
                int(row.origin_seq),
                row.event_id.to_bytes(),
                row.sender.as_str(),
                row.kind,
                int(row.created_at),
                refused.map(|refused| &refused.code),
                refused.map(|refused| &refused.message),
                row.event,
                row.signed_anew
            ],
        )?;
        Ok(())
    }

    pub(super) fn drop_pending(&mut self, room_id: &RoomId, event_id: EventId) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        self.run(
            "DELETE FROM pending WHERE room = ?1 AND event_id = ?2",
            params![room, event_id.to_bytes()],
        )?;
        Ok(())
    }

    pub(super) fn refuse_pending(
        &mut self,
        room_id: &RoomId,
        event_id: EventId,
        refused: &Refused,
    ) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        self.run(
            "UPDATE pending SET refused_code = ?3, refused_message = ?4
             WHERE room = ?1 AND event_id = ?2",
            params![room, event_id.to_bytes(), refused.code, refused.message],
        )?;
        Ok(())
    }
}
