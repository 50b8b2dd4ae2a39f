use rusqlite::params;
use scaiwave_protocol::{EventId, LocalId};
use scaiwave_store::record::{
    AccountPatch, ParticipantRow, PresenceChoice, ResetLinkRow, SessionRow,
};

use super::{Applied, Write};
use crate::columns::{bytes, int, maybe_int, role_number};

impl Write<'_> {
    pub(super) fn put_participant(&mut self, row: &ParticipantRow) -> Applied {
        self.run(
            "INSERT INTO participants (local_id, display_name, folded_name, avatar, role, bot,
                 password_hash, created_at, deactivated_at, last_seen_at, presence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (local_id) DO UPDATE SET
                 display_name = excluded.display_name, folded_name = excluded.folded_name,
                 avatar = excluded.avatar, role = excluded.role, bot = excluded.bot,
                 password_hash = excluded.password_hash, created_at = excluded.created_at,
                 deactivated_at = excluded.deactivated_at,
                 last_seen_at = excluded.last_seen_at, presence = excluded.presence",
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
                maybe_int(row.last_seen_at),
                row.presence.map(PresenceChoice::as_str)
            ],
        )?;
        Ok(())
    }

    /// What can be taken away needs a flag of its own beside NULL.
    pub(super) fn patch_participant(&mut self, id: &LocalId, patch: &AccountPatch) -> Applied {
        self.run(
            "UPDATE participants SET
                 display_name = coalesce(?2, display_name),
                 folded_name = coalesce(?3, folded_name),
                 avatar = iif(?4, ?5, avatar),
                 password_hash = coalesce(?6, password_hash),
                 presence = iif(?7, ?8, presence),
                 role = coalesce(?9, role),
                 deactivated_at = iif(?10, ?11, deactivated_at)
             WHERE local_id = ?1",
            params![
                id.as_str(),
                patch.display_name,
                patch.display_name.as_ref().map(|name| name.to_lowercase()),
                patch.avatar.is_some(),
                patch.avatar.as_ref().and_then(Option::as_ref),
                patch.password_hash,
                patch.presence.is_some(),
                patch.presence.flatten().map(PresenceChoice::as_str),
                patch.role.map(role_number),
                patch.deactivated_at.is_some(),
                maybe_int(patch.deactivated_at.flatten())
            ],
        )?;
        Ok(())
    }

    /// A token hash that another session has is a conflict.
    pub(super) fn put_session(&mut self, row: &SessionRow) -> Applied {
        self.run(
            "INSERT INTO sessions (id, local_id, access_hash, access_expires_at, refresh_hash,
                 refresh_expires_at, previous_refresh_hash, created_at, last_used_at, user_agent,
                 address)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (id) DO UPDATE SET
                 local_id = excluded.local_id, access_hash = excluded.access_hash,
                 access_expires_at = excluded.access_expires_at,
                 refresh_hash = excluded.refresh_hash,
                 refresh_expires_at = excluded.refresh_expires_at,
                 previous_refresh_hash = excluded.previous_refresh_hash,
                 created_at = excluded.created_at, last_used_at = excluded.last_used_at,
                 user_agent = excluded.user_agent, address = excluded.address",
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
                row.user_agent,
                row.address.map(|address| address.to_string())
            ],
        )?;
        self.saw_owner(row.id, row.last_used_at)
    }

    pub(super) fn saw_session(&mut self, id: EventId, at: u64) -> Applied {
        self.run(
            "UPDATE sessions SET last_used_at = max(last_used_at, ?2) WHERE id = ?1",
            params![id.to_bytes(), int(at)],
        )?;
        self.saw_owner(id, at)
    }

    fn saw_owner(&mut self, id: EventId, at: u64) -> Applied {
        self.run(
            "UPDATE participants SET last_seen_at = max(coalesce(last_seen_at, 0), ?2)
             WHERE local_id = (SELECT local_id FROM sessions WHERE id = ?1)",
            params![id.to_bytes(), int(at)],
        )?;
        Ok(())
    }

    pub(super) fn drop_session(&mut self, id: EventId) -> Applied {
        self.run("DELETE FROM sessions WHERE id = ?1", [id.to_bytes()])?;
        Ok(())
    }

    pub(super) fn drop_sessions(&mut self, id: &LocalId, except: Option<EventId>) -> Applied {
        self.run(
            "DELETE FROM sessions WHERE local_id = ?1 AND id IS NOT ?2",
            params![id.as_str(), bytes(except)],
        )?;
        Ok(())
    }

    pub(super) fn put_reset_link(&mut self, row: &ResetLinkRow) -> Applied {
        self.run(
            "INSERT INTO reset_links (local_id, hash, expires_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (local_id) DO UPDATE SET
                 hash = excluded.hash, expires_at = excluded.expires_at",
            params![row.local_id.as_str(), row.hash, int(row.expires_at)],
        )?;
        Ok(())
    }

    pub(super) fn drop_reset_link(&mut self, id: &LocalId) -> Applied {
        self.run("DELETE FROM reset_links WHERE local_id = ?1", [id.as_str()])?;
        Ok(())
    }
}
