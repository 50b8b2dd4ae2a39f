use rusqlite::{Result, params};
use scaiwave_protocol::EventId;
use scaiwave_store::RejectionFilter;
use scaiwave_store::record::RejectionRow;

use super::Reader;
use crate::columns::{Columns, bytes, direction, direction_number, maybe_int};

macro_rules! select_rejections {
    ($key:literal) => {
        concat!(
            "SELECT id, at, direction, peer, step, room_id, event_id, kind, code, message, size,
                 sample
             FROM rejections WHERE ",
            $key,
            " AND (?3 IS NULL OR direction = ?3) AND (?4 IS NULL OR at >= ?4)
              AND (?5 IS NULL OR line < (SELECT line FROM rejections WHERE id = ?5))
              AND (?7 IS NULL OR room_id = ?7) AND (?8 IS NULL OR event_id = ?8)
             ORDER BY line DESC LIMIT ?6"
        )
    };
}

fn rejection(columns: &mut Columns<'_, '_>) -> Result<RejectionRow> {
    Ok(RejectionRow {
        id: columns.event_id()?,
        at: columns.count()?,
        direction: columns.one_of(direction)?,
        peer: columns.value()?,
        step: columns.value()?,
        room_id: columns.value()?,
        event_id: columns.value()?,
        kind: columns.value()?,
        code: columns.value()?,
        message: columns.value()?,
        size: columns.count()?,
        sample: columns.value()?,
    })
}

impl Reader<'_> {
    /// Each filter that has an index gets a query that uses it.
    pub(crate) fn rejections(&self, filter: &RejectionFilter) -> Result<Vec<RejectionRow>> {
        let sql = match (&filter.peer, &filter.code, &filter.room_id) {
            _ if filter.event_id.is_some() => select_rejections!(
                "event_id = ?8 AND (?1 IS NULL OR +peer = ?1) AND (?2 IS NULL OR +code = ?2)"
            ),
            (Some(_), Some(_), _) => select_rejections!("peer = ?1 AND code = ?2"),
            (Some(_), None, _) => select_rejections!("peer = ?1 AND ?2 IS NULL"),
            (None, Some(_), _) => select_rejections!("?1 IS NULL AND code = ?2"),
            (None, None, Some(_)) => {
                select_rejections!("?1 IS NULL AND ?2 IS NULL AND room_id = ?7")
            }
            (None, None, None) => select_rejections!("?1 IS NULL AND ?2 IS NULL"),
        };
        self.all(
            sql,
            params![
                filter.peer,
                filter.code,
                filter.direction.map(direction_number),
                maybe_int(filter.since),
                bytes(filter.before),
                filter.limit,
                filter.room_id,
                filter.event_id
            ],
            rejection,
        )
    }

    pub(crate) fn rejection(&self, id: EventId) -> Result<Option<RejectionRow>> {
        self.one(
            "SELECT id, at, direction, peer, step, room_id, event_id, kind, code, message, size,
                 sample
             FROM rejections WHERE id = ?1",
            [id.to_bytes()],
            rejection,
        )
    }
}
