use rusqlite::{Result, params};
use scaiwave_protocol::LocalId;
use scaiwave_store::record::{KeptAnswer, KeyedRequestRow};

use super::Reader;
use crate::columns::Columns;

fn keyed_request(columns: &mut Columns<'_, '_>) -> Result<KeyedRequestRow> {
    Ok(KeyedRequestRow {
        local_id: columns.parsed()?,
        key: columns.value()?,
        request: columns.value()?,
        begun_at: columns.count()?,
        answer: columns.maybe(|columns| {
            Ok(KeptAnswer {
                status: columns.value()?,
                body: columns.value()?,
                shows: columns.maybe_event_id()?,
            })
        })?,
    })
}

impl Reader<'_> {
    pub(crate) fn keyed_request(
        &self,
        local_id: &LocalId,
        key: &[u8; 32],
    ) -> Result<Option<KeyedRequestRow>> {
        let sql = "SELECT local_id, key, request, begun_at, status, body, shows
                   FROM keyed_requests WHERE local_id = ?1 AND key = ?2";
        self.one(sql, params![local_id.as_str(), key], keyed_request)
    }

    pub(crate) fn oldest_keyed_request(&self) -> Result<Option<u64>> {
        let sql = "SELECT begun_at FROM keyed_requests ORDER BY begun_at LIMIT 1";
        self.one(sql, [], |columns| columns.count())
    }
}
