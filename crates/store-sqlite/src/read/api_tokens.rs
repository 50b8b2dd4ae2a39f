use rusqlite::Result;
use scaiwave_protocol::LocalId;
use scaiwave_store::record::{ApiTokenRow, Scopes};

use super::Reader;
use crate::columns::Columns;

macro_rules! select_tokens {
    () => {
        "SELECT id, local_id, hash, name, can_read, can_write, can_admin, created_at, expires_at,
             last_used_at FROM api_tokens "
    };
}

fn token(columns: &mut Columns<'_, '_>) -> Result<ApiTokenRow> {
    Ok(ApiTokenRow {
        id: columns.event_id()?,
        local_id: columns.parsed()?,
        hash: columns.value()?,
        name: columns.value()?,
        scopes: Scopes {
            read: columns.value()?,
            write: columns.value()?,
            admin: columns.value()?,
        },
        created_at: columns.count()?,
        expires_at: columns.maybe_count()?,
        last_used_at: columns.maybe_count()?,
    })
}

impl Reader<'_> {
    pub(crate) fn api_token(&self, hash: &[u8; 32]) -> Result<Option<ApiTokenRow>> {
        self.one(concat!(select_tokens!(), "WHERE hash = ?1"), [hash], token)
    }

    pub(crate) fn api_tokens(&self, local_id: &LocalId) -> Result<Vec<ApiTokenRow>> {
        let sql = concat!(
            select_tokens!(),
            "WHERE local_id = ?1 ORDER BY created_at DESC, id DESC"
        );
        self.all(sql, [local_id.as_str()], token)
    }
}
