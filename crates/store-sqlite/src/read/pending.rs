use std::collections::BTreeMap;

use rusqlite::{Result, params};
use scaiwave_protocol::{EventId, RoomId, ServerName};
use scaiwave_store::record::{PendingRow, Refused};

use super::Reader;
use crate::columns::{Columns, int};

macro_rules! pending_columns {
    () => {
        "n.room_id, p.event_id, p.origin_seq, p.sender, p.kind, p.event, p.created_at, \
         p.signed_anew, p.refused_code, p.refused_message"
    };
}

macro_rules! select_pending {
    () => {
        concat!(
            "SELECT ",
            pending_columns!(),
            " FROM pending p JOIN room_numbers n USING (room) "
        )
    };
}

/// The rooms in which something is pending, each found by one step in the table: a backlog of
/// thousands for one dead host does not slow the search for another.
macro_rules! with_waiting_rooms {
    () => {
        "WITH RECURSIVE waiting (room) AS (
             SELECT min(room) FROM pending
             UNION ALL
             SELECT (SELECT min(p.room) FROM pending p WHERE p.room > w.room)
             FROM waiting w WHERE w.room IS NOT NULL) "
    };
}
pub(super) use with_waiting_rooms;

fn pending(columns: &mut Columns<'_, '_>) -> Result<PendingRow> {
    Ok(PendingRow {
        room_id: columns.parsed()?,
        event_id: columns.event_id()?,
        origin_seq: columns.count()?,
        sender: columns.parsed()?,
        kind: columns.value()?,
        event: columns.value()?,
        created_at: columns.count()?,
        signed_anew: columns.value()?,
        refused: columns.maybe(|columns| {
            Ok(Refused {
                code: columns.value()?,
                message: columns.value()?,
            })
        })?,
    })
}

impl Reader<'_> {
    pub(crate) fn pending(&self, room_id: &RoomId) -> Result<Vec<PendingRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        let sql = concat!(
            select_pending!(),
            "WHERE p.room = ?1 ORDER BY p.origin_seq, p.event_id"
        );
        self.all(sql, [room], pending)
    }

    pub(crate) fn pending_event(
        &self,
        room_id: &RoomId,
        event_id: EventId,
    ) -> Result<Option<PendingRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(None);
        };
        let sql = concat!(select_pending!(), "WHERE p.room = ?1 AND p.event_id = ?2");
        self.one(sql, params![room, event_id.to_bytes()], pending)
    }

    pub(crate) fn pending_for(&self, host: &ServerName, limit: u32) -> Result<Vec<PendingRow>> {
        self.all(
            concat!(
                with_waiting_rooms!(),
                "SELECT ",
                pending_columns!(),
                " FROM waiting w
                     CROSS JOIN rooms r ON r.room = w.room AND r.host = ?1
                     CROSS JOIN room_numbers n ON n.room = w.room
                     CROSS JOIN pending p ON p.room = w.room AND p.refused_code IS NULL
                 ORDER BY p.room, p.origin_seq, p.event_id LIMIT ?2"
            ),
            params![host.as_str(), limit],
            pending,
        )
    }

    /// Room by room, so that what lies below a number is not even looked at.
    pub(crate) fn pending_above(
        &self,
        host: &ServerName,
        above: &BTreeMap<RoomId, u64>,
        limit: u32,
    ) -> Result<Vec<PendingRow>> {
        let rooms = self.all(
            concat!(
                with_waiting_rooms!(),
                "SELECT w.room, n.room_id FROM waiting w
                     CROSS JOIN rooms r ON r.room = w.room AND r.host = ?1 AND r.frozen IS NULL
                     CROSS JOIN room_numbers n ON n.room = w.room
                 ORDER BY w.room"
            ),
            [host.as_str()],
            |columns| Ok((columns.value::<i64>()?, columns.parsed::<RoomId>()?)),
        )?;
        let mut rows = Vec::new();
        for (room, room_id) in rooms {
            let left = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            if left == 0 {
                break;
            }
            let above = above.get(&room_id).copied().unwrap_or(0);
            let sql = concat!(
                select_pending!(),
                "WHERE p.room = ?1 AND p.origin_seq > ?2 AND p.refused_code IS NULL
                 ORDER BY p.origin_seq, p.event_id LIMIT ?3"
            );
            rows.extend(self.all(sql, params![room, int(above), left], pending)?);
        }
        Ok(rows)
    }
}
