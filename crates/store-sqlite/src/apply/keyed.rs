use rusqlite::params;
use scaiwave_protocol::{EventId, LocalId};
use scaiwave_store::record::{KEYED_REQUESTS_MAX, KeyedRequestRow};

use super::{Applied, Write};
use crate::columns::{bytes, int};

impl Write<'_> {
    /// Replaces, or appends and drops the participant's oldest once there are too many.
    pub(super) fn put_keyed_request(&mut self, row: &KeyedRequestRow) -> Applied {
        let answer = row.answer.as_ref();
        self.run(
            "INSERT INTO keyed_requests (local_id, key, request, begun_at, status, body, shows)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (local_id, key) DO UPDATE SET
                 request = excluded.request, begun_at = excluded.begun_at,
                 status = excluded.status, body = excluded.body, shows = excluded.shows",
            params![
                row.local_id.as_str(),
                row.key,
                row.request,
                int(row.begun_at),
                answer.map(|answer| answer.status),
                answer.and_then(|answer| answer.body.as_deref()),
                bytes(answer.and_then(|answer| answer.shows))
            ],
        )?;
        self.run(
            "DELETE FROM keyed_requests WHERE local_id = ?1 AND line <= (
                 SELECT line FROM keyed_requests WHERE local_id = ?1
                 ORDER BY line DESC LIMIT 1 OFFSET ?2)",
            params![row.local_id.as_str(), KEYED_REQUESTS_MAX as i64],
        )?;
        Ok(())
    }

    pub(super) fn drop_keyed_request(&mut self, local_id: &LocalId, key: &[u8; 32]) -> Applied {
        self.run(
            "DELETE FROM keyed_requests WHERE local_id = ?1 AND key = ?2",
            params![local_id.as_str(), key],
        )?;
        Ok(())
    }

    pub(super) fn drop_keyed_requests(&mut self, before: u64) -> Applied {
        self.run(
            "DELETE FROM keyed_requests WHERE begun_at < ?1",
            [int(before)],
        )?;
        Ok(())
    }

    /// What an event said is erased in answers too.
    pub(super) fn forget_answers(&mut self, event_id: EventId) -> Applied {
        self.run(
            "UPDATE keyed_requests SET body = NULL, shows = NULL WHERE shows = ?1",
            [event_id.to_bytes()],
        )?;
        Ok(())
    }
}
