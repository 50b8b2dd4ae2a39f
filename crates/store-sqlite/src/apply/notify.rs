use rusqlite::params;
use scaiwave_store::record::{NotificationMode, PreferencesRow, RoomChoiceRow};

use super::{Applied, Write};
use crate::columns::maybe_int;

impl Write<'_> {
    pub(super) fn put_preferences(&mut self, row: &PreferencesRow) -> Applied {
        self.run(
            "INSERT INTO preferences (participant, notify, client) VALUES (?1, ?2, ?3)
             ON CONFLICT (participant) DO UPDATE SET
                 notify = excluded.notify, client = excluded.client",
            params![row.participant.as_str(), row.notify, row.client],
        )?;
        Ok(())
    }

    pub(super) fn put_room_choice(&mut self, row: &RoomChoiceRow) -> Applied {
        let room = self.room(&row.room_id)?;
        self.run(
            "INSERT INTO room_choices (participant, room, mode, muted_until)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (participant, room) DO UPDATE SET
                 mode = excluded.mode, muted_until = excluded.muted_until",
            params![
                row.participant.as_str(),
                room,
                row.mode.map(NotificationMode::as_str),
                maybe_int(row.muted_until)
            ],
        )?;
        Ok(())
    }
}
