use rusqlite::params;
use scaiwave_store::record::AuditRow;

use super::{Applied, Write};
use crate::columns::{int, severity_number};

impl Write<'_> {
    /// A line that is there already (the same change, written again) stays as it is.
    pub(super) fn put_audit(&mut self, row: &AuditRow) -> Applied {
        self.run(
            "INSERT INTO audit (id, at, severity, actor, action, peer, room_id, message)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO NOTHING",
            params![
                row.id.to_bytes(),
                int(row.at),
                severity_number(row.severity),
                row.actor,
                row.action,
                row.peer,
                row.room_id,
                row.message
            ],
        )?;
        Ok(())
    }
}
