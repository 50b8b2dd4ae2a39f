use rusqlite::params;
use scaiwave_protocol::LocalId;
use scaiwave_store::record::TotpRow;

use super::{Applied, Write};
use crate::columns::int;
use crate::failure::Failure;

impl Write<'_> {
    pub(super) fn put_totp(&mut self, row: &TotpRow) -> Applied {
        self.run(
            "INSERT INTO totp (local_id, secret, confirmed, last_step, recovery)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (local_id) DO UPDATE SET
                 secret = excluded.secret, confirmed = excluded.confirmed,
                 last_step = excluded.last_step, recovery = excluded.recovery",
            params![
                row.local_id.as_str(),
                row.secret,
                row.confirmed,
                int(row.last_step),
                row.recovery.concat()
            ],
        )?;
        Ok(())
    }

    pub(super) fn drop_totp(&mut self, of: &LocalId) -> Applied {
        self.run("DELETE FROM totp WHERE local_id = ?1", [of.as_str()])?;
        Ok(())
    }

    /// Whether a login needs a code.
    pub(super) fn has_totp(&self, of: &LocalId) -> Result<bool, Failure> {
        self.finds(
            "SELECT 1 FROM totp WHERE local_id = ?1 AND confirmed",
            [of.as_str()],
        )
    }

    pub(super) fn totp_is(&self, row: &TotpRow) -> Result<bool, Failure> {
        self.finds(
            "SELECT 1 FROM totp WHERE local_id = ?1 AND secret = ?2 AND confirmed = ?3
                 AND last_step = ?4 AND recovery = ?5",
            params![
                row.local_id.as_str(),
                row.secret,
                row.confirmed,
                int(row.last_step),
                row.recovery.concat()
            ],
        )
    }
}
