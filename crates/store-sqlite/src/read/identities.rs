use rusqlite::Result;
use scaiwave_protocol::LocalId;
use scaiwave_store::record::IdentityRow;

use super::Reader;
use crate::columns::Columns;

macro_rules! select_identities {
    () => {
        "SELECT id, local_id, issuer, subject, email, created_at, last_used_at FROM identities "
    };
}

fn identity(columns: &mut Columns<'_, '_>) -> Result<IdentityRow> {
    Ok(IdentityRow {
        id: columns.event_id()?,
        local_id: columns.parsed()?,
        issuer: columns.value()?,
        subject: columns.value()?,
        email: columns.value()?,
        created_at: columns.count()?,
        last_used_at: columns.maybe_count()?,
    })
}

impl Reader<'_> {
    pub(crate) fn identity(&self, issuer: &str, subject: &str) -> Result<Option<IdentityRow>> {
        let sql = concat!(select_identities!(), "WHERE issuer = ?1 AND subject = ?2");
        self.one(sql, [issuer, subject], identity)
    }

    pub(crate) fn identities(&self, local_id: &LocalId) -> Result<Vec<IdentityRow>> {
        let sql = concat!(
            select_identities!(),
            "WHERE local_id = ?1 ORDER BY created_at DESC, id DESC"
        );
        self.all(sql, [local_id.as_str()], identity)
    }
}
