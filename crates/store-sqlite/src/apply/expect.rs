use rusqlite::{OptionalExtension as _, params};
use scaiwave_store::Expectation;

use super::{Applied, Write};
use crate::columns::int;
use crate::failure::Failure;

impl Write<'_> {
    /// Refuses the commit at the first expectation that does not hold.
    pub(crate) fn expect_all(&mut self, expectations: &[Expectation]) -> Applied {
        for expectation in expectations {
            self.expect(expectation)?;
        }
        Ok(())
    }

    fn expect(&mut self, expectation: &Expectation) -> Applied {
        let (holds, what) = match expectation {
            Expectation::RoomHead { room_id, seq } => {
                let room = self.room_if_known(room_id)?;
                let head = room.map(|room| self.head(room)).transpose()?.flatten();
                (head.unwrap_or(0) == int(*seq), "the room's head moved")
            }
            Expectation::NoRoom(room_id) => {
                let room = self.room_if_known(room_id)?;
                let head = room.map(|room| self.head(room)).transpose()?.flatten();
                (head.is_none(), "the room exists")
            }
            Expectation::NoParticipant(local_id) => {
                let taken = self.finds(
                    "SELECT 1 FROM participants WHERE local_id = ?1",
                    [local_id.as_str()],
                )?;
                (!taken, "the name is taken")
            }
            Expectation::Pending { room_id, event_id } => {
                let waits = match self.room_if_known(room_id)? {
                    Some(room) => self.finds(
                        "SELECT 1 FROM pending
                         WHERE room = ?1 AND event_id = ?2 AND refused_code IS NULL",
                        params![room, event_id.to_bytes()],
                    )?,
                    None => false,
                };
                (waits, "the event is not pending any more")
            }
        };
        if holds {
            Ok(())
        } else {
            Err(Failure::Conflict(what))
        }
    }

    /// The seq of the head of a room that exists.
    fn head(&self, room: i64) -> Result<Option<i64>, Failure> {
        let mut query = self
            .connection
            .prepare_cached("SELECT seq FROM heads WHERE room = ?1")?;
        Ok(query.query_row([room], |row| row.get(0)).optional()?)
    }
}
