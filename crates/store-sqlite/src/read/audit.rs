use rusqlite::{Result, params};
use scaiwave_store::AuditFilter;
use scaiwave_store::record::AuditRow;

use super::Reader;
use crate::columns::{Columns, bytes, maybe_int, severity, severity_number};

fn line(columns: &mut Columns<'_, '_>) -> Result<AuditRow> {
    Ok(AuditRow {
        id: columns.event_id()?,
        at: columns.count()?,
        severity: columns.one_of(severity)?,
        actor: columns.value()?,
        action: columns.value()?,
        peer: columns.value()?,
        room_id: columns.value()?,
        message: columns.value()?,
    })
}

impl Reader<'_> {
    pub(crate) fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>> {
        self.all(
            "SELECT id, at, severity, actor, action, peer, room_id, message
             FROM audit
             WHERE (?1 IS NULL OR severity = ?1) AND (?2 IS NULL OR action = ?2)
               AND (?3 IS NULL OR peer = ?3) AND (?4 IS NULL OR room_id = ?4)
               AND (?5 IS NULL OR at >= ?5) AND (?6 IS NULL OR line < (SELECT line FROM audit WHERE id = ?6))
             ORDER BY line DESC LIMIT ?7",
            params![
                filter.severity.map(severity_number),
                filter.action,
                filter.peer,
                filter.room_id,
                maybe_int(filter.since),
                bytes(filter.before),
                filter.limit
            ],
            line,
        )
    }
}
