use rusqlite::params;
use scaiwave_protocol::EventId;
use scaiwave_store::record::IdentityRow;

use super::{Applied, Write};
use crate::columns::{int, maybe_int};

impl Write<'_> {
    /// An issuer and subject that another identity has is a conflict.
    pub(super) fn put_identity(&mut self, row: &IdentityRow) -> Applied {
        self.run(
            "INSERT INTO identities (id, local_id, issuer, subject, email, created_at, last_used_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET
                 local_id = excluded.local_id, issuer = excluded.issuer,
                 subject = excluded.subject, email = excluded.email,
                 created_at = excluded.created_at, last_used_at = excluded.last_used_at",
            params![
                row.id.to_bytes(),
                row.local_id.as_str(),
                row.issuer,
                row.subject,
                row.email,
                int(row.created_at),
                maybe_int(row.last_used_at)
            ],
        )?;
        Ok(())
    }

    pub(super) fn drop_identity(&mut self, id: EventId) -> Applied {
        self.run("DELETE FROM identities WHERE id = ?1", [id.to_bytes()])?;
        Ok(())
    }
}
