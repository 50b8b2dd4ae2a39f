use rusqlite::{OptionalExtension as _, params};
use scaiwave_store::Expectation;
use scaiwave_store::record::Role;

use super::{Applied, Write};
use crate::columns::{int, role_number};
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
            Expectation::Account {
                local_id,
                password_hash,
            } => {
                let stands = self.finds(
                    "SELECT 1 FROM participants WHERE local_id = ?1 AND password_hash IS ?2
                         AND deactivated_at IS NULL",
                    params![local_id.as_str(), password_hash],
                )?;
                (stands, "the account has changed")
            }
            Expectation::AnotherAdmin(local_id) => {
                let another = self.finds(
                    "SELECT 1 FROM participants WHERE local_id <> ?1 AND role = ?2
                         AND deactivated_at IS NULL",
                    params![local_id.as_str(), role_number(Role::Admin)],
                )?;
                (another, "there is no other admin")
            }
            Expectation::Session { id, refresh_hash } => {
                let stands = self.finds(
                    "SELECT 1 FROM sessions WHERE id = ?1 AND refresh_hash = ?2",
                    params![id.to_bytes(), refresh_hash],
                )?;
                (stands, "the session has changed")
            }
            Expectation::ResetLink { local_id, hash } => {
                let stands = self.finds(
                    "SELECT 1 FROM reset_links WHERE local_id = ?1 AND hash = ?2",
                    params![local_id.as_str(), hash],
                )?;
                (stands, "the link was used or replaced")
            }
            Expectation::NoTotp(local_id) => (!self.has_totp(local_id)?, "a login needs a code"),
            Expectation::Totp(row) => (self.totp_is(row)?, "the second factor has changed"),
            Expectation::Identity { id, local_id } => {
                let stands = self.finds(
                    "SELECT 1 FROM identities WHERE id = ?1 AND local_id = ?2",
                    params![id.to_bytes(), local_id.as_str()],
                )?;
                (stands, "the identity is not linked any more")
            }
            Expectation::NoKeyedRequest {
                local_id,
                key,
                since,
            } => {
                let stands = self.finds(
                    "SELECT 1 FROM keyed_requests
                     WHERE local_id = ?1 AND key = ?2 AND begun_at >= ?3",
                    params![local_id.as_str(), key, int(*since)],
                )?;
                (!stands, "the key was used")
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
