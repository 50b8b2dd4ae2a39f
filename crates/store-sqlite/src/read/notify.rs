use rusqlite::Result;
use scaiwave_protocol::Fqid;
use scaiwave_store::record::{PreferencesRow, RoomChoiceRow};

use super::Reader;

impl Reader<'_> {
    pub(crate) fn preferences(&self, participant: &Fqid) -> Result<Option<PreferencesRow>> {
        self.one(
            "SELECT notify, client FROM preferences WHERE participant = ?1",
            [participant.as_str()],
            |columns| {
                Ok(PreferencesRow {
                    participant: participant.clone(),
                    notify: columns.value()?,
                    client: columns.value()?,
                })
            },
        )
    }

    pub(crate) fn notify_preferences(&self) -> Result<Vec<(Fqid, Vec<u8>)>> {
        self.all(
            "SELECT participant, notify FROM preferences ORDER BY participant",
            [],
            |columns| Ok((columns.parsed()?, columns.value()?)),
        )
    }

    pub(crate) fn room_choices(&self) -> Result<Vec<RoomChoiceRow>> {
        self.all(
            "SELECT c.participant, n.room_id, c.mode, c.muted_until
             FROM room_choices c JOIN room_numbers n USING (room)
             ORDER BY c.participant, c.room",
            [],
            |columns| {
                Ok(RoomChoiceRow {
                    participant: columns.parsed()?,
                    room_id: columns.parsed()?,
                    mode: columns.maybe_parsed()?,
                    muted_until: columns.maybe_count()?,
                })
            },
        )
    }
}
