use rusqlite::params;
use scaiwave_protocol::{EventId, LocalId};
use scaiwave_store::record::ApiTokenRow;

use super::{Applied, Write};
use crate::columns::{int, maybe_int};

impl Write<'_> {
    /// A hash that another token has is a conflict.
    pub(super) fn put_api_token(&mut self, row: &ApiTokenRow) -> Applied {
        self.run(
            "INSERT INTO api_tokens (id, local_id, hash, name, can_read, can_write, can_admin,
                 created_at, expires_at, last_used_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (id) DO UPDATE SET
                 local_id = excluded.local_id, hash = excluded.hash, name = excluded.name,
                 can_read = excluded.can_read, can_write = excluded.can_write,
                 can_admin = excluded.can_admin, created_at = excluded.created_at,
                 expires_at = excluded.expires_at, last_used_at = excluded.last_used_at",
            params![
                row.id.to_bytes(),
                row.local_id.as_str(),
                row.hash,
                row.name,
                row.scopes.read,
                row.scopes.write,
                row.scopes.admin,
                int(row.created_at),
                maybe_int(row.expires_at),
                maybe_int(row.last_used_at)
            ],
        )?;
        Ok(())
    }

    pub(super) fn saw_api_token(&mut self, id: EventId, at: u64) -> Applied {
        self.run(
            "UPDATE api_tokens SET last_used_at = max(coalesce(last_used_at, 0), ?2)
             WHERE id = ?1",
            params![id.to_bytes(), int(at)],
        )?;
        self.run(
            "UPDATE participants SET last_seen_at = max(coalesce(last_seen_at, 0), ?2)
             WHERE local_id = (SELECT local_id FROM api_tokens WHERE id = ?1)",
            params![id.to_bytes(), int(at)],
        )?;
        Ok(())
    }

    pub(super) fn drop_api_token(&mut self, id: EventId) -> Applied {
        self.run("DELETE FROM api_tokens WHERE id = ?1", [id.to_bytes()])?;
        Ok(())
    }

    pub(super) fn drop_api_tokens(&mut self, of: &LocalId) -> Applied {
        self.run("DELETE FROM api_tokens WHERE local_id = ?1", [of.as_str()])?;
        Ok(())
    }
}
