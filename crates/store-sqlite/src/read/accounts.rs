use rusqlite::{Result, params};
use scaiwave_protocol::LocalId;
use scaiwave_store::record::{ParticipantRow, ResetLinkRow, SessionRow, TotpRow};

use super::Reader;
use crate::columns::{Columns, role};

macro_rules! select_participants {
    () => {
        "SELECT local_id, display_name, avatar, role, bot, password_hash, created_at,
             deactivated_at, last_seen_at, presence FROM participants "
    };
}

macro_rules! select_sessions {
    () => {
        "SELECT id, local_id, access_hash, access_expires_at, refresh_hash, refresh_expires_at,
             previous_refresh_hash, created_at, last_used_at, user_agent, address FROM sessions "
    };
}

fn participant(columns: &mut Columns<'_, '_>) -> Result<ParticipantRow> {
    Ok(ParticipantRow {
        local_id: columns.parsed()?,
        display_name: columns.value()?,
        avatar: columns.value()?,
        role: columns.one_of(role)?,
        bot: columns.value()?,
        password_hash: columns.value()?,
        created_at: columns.count()?,
        deactivated_at: columns.maybe_count()?,
        last_seen_at: columns.maybe_count()?,
        presence: columns.maybe_parsed()?,
    })
}

fn session(columns: &mut Columns<'_, '_>) -> Result<SessionRow> {
    Ok(SessionRow {
        id: columns.event_id()?,
        local_id: columns.parsed()?,
        access_hash: columns.value()?,
        access_expires_at: columns.count()?,
        refresh_hash: columns.value()?,
        refresh_expires_at: columns.count()?,
        previous_refresh_hash: columns.value()?,
        created_at: columns.count()?,
        last_used_at: columns.count()?,
        user_agent: columns.value()?,
        address: columns.maybe_parsed()?,
    })
}

/// One after the other; nothing shorter is ever written.
fn hashes(bytes: &[u8]) -> Vec<[u8; 32]> {
    bytes.as_chunks().0.to_vec()
}

impl Reader<'_> {
    pub(crate) fn closed_accounts(&self) -> Result<Vec<LocalId>> {
        self.all(
            "SELECT local_id FROM participants WHERE deactivated_at IS NOT NULL ORDER BY local_id",
            [],
            |columns| columns.parsed(),
        )
    }

    pub(crate) fn participant(&self, local_id: &LocalId) -> Result<Option<ParticipantRow>> {
        let sql = concat!(select_participants!(), "WHERE local_id = ?1");
        self.one(sql, [local_id.as_str()], participant)
    }

    /// A search by any part of a name reads all names: people, not messages, so thousands at most.
    pub(crate) fn participants(
        &self,
        query: &str,
        closed: bool,
        bots: Option<bool>,
        limit: u32,
        offset: u32,
    ) -> Result<Vec<ParticipantRow>> {
        self.all(
            concat!(
                select_participants!(),
                "WHERE (instr(local_id, ?1) > 0 OR instr(folded_name, ?1) > 0)
                     AND (?2 OR deactivated_at IS NULL) AND (?3 IS NULL OR bot = ?3)
                 ORDER BY local_id LIMIT ?4 OFFSET ?5"
            ),
            params![query.to_lowercase(), closed, bots, limit, offset],
            participant,
        )
    }

    pub(crate) fn session_by_access(&self, hash: &[u8; 32]) -> Result<Option<SessionRow>> {
        let sql = concat!(select_sessions!(), "WHERE access_hash = ?1");
        self.one(sql, [hash], session)
    }

    pub(crate) fn session_by_refresh(&self, hash: &[u8; 32]) -> Result<Option<SessionRow>> {
        let sql = concat!(
            select_sessions!(),
            "WHERE refresh_hash = ?1 OR previous_refresh_hash = ?1"
        );
        self.one(sql, [hash], session)
    }

    pub(crate) fn sessions(&self, local_id: &LocalId) -> Result<Vec<SessionRow>> {
        let sql = concat!(
            select_sessions!(),
            "WHERE local_id = ?1 ORDER BY created_at DESC, id DESC"
        );
        self.all(sql, [local_id.as_str()], session)
    }

    pub(crate) fn totp(&self, local_id: &LocalId) -> Result<Option<TotpRow>> {
        let sql = "SELECT local_id, secret, confirmed, last_step, recovery FROM totp
             WHERE local_id = ?1";
        self.one(sql, [local_id.as_str()], |columns| {
            Ok(TotpRow {
                local_id: columns.parsed()?,
                secret: columns.value()?,
                confirmed: columns.value()?,
                last_step: columns.count()?,
                recovery: hashes(&columns.value::<Vec<u8>>()?),
            })
        })
    }

    pub(crate) fn reset_link(&self, hash: &[u8; 32]) -> Result<Option<ResetLinkRow>> {
        let sql = "SELECT local_id, hash, expires_at FROM reset_links WHERE hash = ?1";
        self.one(sql, [hash], |columns| {
            Ok(ResetLinkRow {
                local_id: columns.parsed()?,
                hash: columns.value()?,
                expires_at: columns.count()?,
            })
        })
    }
}
