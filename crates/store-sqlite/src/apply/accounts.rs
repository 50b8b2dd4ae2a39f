use rusqlite::params;
use scaiwave_protocol::{EventId, LocalId};
use scaiwave_store::record::{AccountPatch, ParticipantRow, PresenceChoice, SessionRow};

use super::{Applied, Write};
use crate::columns::{int, maybe_int, role_number};

impl Write<'_> {
    pub(super) fn put_participant(&mut self, row: &ParticipantRow) -> Applied {
        self.run(
            "INSERT INTO participants (local_id, display_name, folded_name, avatar, role, bot,
                 password_hash, created_at, deactivated_at, presence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (local_id) DO UPDATE SET
                 display_name = excluded.display_name, folded_name = excluded.folded_name,
                 avatar = excluded.avatar, role = excluded.role, bot = excluded.bot,
                 password_hash = excluded.password_hash, created_at = excluded.created_at,
                 deactivated_at = excluded.deactivated_at, presence = excluded.presence",
            params![
                row.local_id.as_str(),
                row.display_name,
                row.display_name.to_lowercase(),
                row.avatar,
                role_number(row.role),
                row.bot,
                row.password_hash,
                int(row.created_at),
                maybe_int(row.deactivated_at),
                row.presence.map(PresenceChoice::as_str)
            ],
        )?;
        Ok(())
    }

    /// A picture and a choice can be taken away, so they need flags of their own beside NULL.
    pub(super) fn patch_participant(&mut self, id: &LocalId, patch: &AccountPatch) -> Applied {
        self.run(
            "UPDATE participants SET
                 display_name = coalesce(?2, display_name),
                 folded_name = coalesce(?3, folded_name),
                 avatar = iif(?4, ?5, avatar),
                 password_hash = coalesce(?6, password_hash),
                 presence = iif(?7, ?8, presence)
             WHERE local_id = ?1",
            params![
                id.as_str(),
                patch.display_name,
                patch.display_name.as_ref().map(|name| name.to_lowercase()),
                patch.avatar.is_some(),
                patch.avatar.as_ref().and_then(Option::as_ref),
                patch.password_hash,
                patch.presence.is_some(),
                patch.presence.flatten().map(PresenceChoice::as_str)
            ],
        )?;
        Ok(())
    }

    /// A token hash that another session has is a conflict.
    pub(super) fn put_session(&mut self, row: &SessionRow) -> Applied {
        self.run(
            "INSERT INTO sessions (id, local_id, access_hash, access_expires_at, refresh_hash,
                 refresh_expires_at, previous_refresh_hash, created_at, last_used_at, user_agent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (id) DO UPDATE SET
                 local_id = excluded.local_id, access_hash = excluded.access_hash,
                 access_expires_at = excluded.access_expires_at,
                 refresh_hash = excluded.refresh_hash,
                 refresh_expires_at = excluded.refresh_expires_at,
                 previous_refresh_hash = excluded.previous_refresh_hash,
                 created_at = excluded.created_at, last_used_at = excluded.last_used_at,
                 user_agent = excluded.user_agent",
            params![
                row.id.to_bytes(),
                row.local_id.as_str(),
                row.access_hash,
                int(row.access_expires_at),
                row.refresh_hash,
                int(row.refresh_expires_at),
                row.previous_refresh_hash,
                int(row.created_at),
                int(row.last_used_at),
                row.user_agent
            ],
        )?;
        Ok(())
    }

    pub(super) fn drop_session(&mut self, id: EventId) -> Applied {
        self.run("DELETE FROM sessions WHERE id = ?1", [id.to_bytes()])?;
        Ok(())
    }
}
