use scaiwave_engine::blocks;
use scaiwave_engine::store::record::{BlockRow, Blocked};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data};
use crate::extract::Caller;
use crate::failure::Reading;
use crate::shape::Time;

/// Somebody whom the caller has blocked: one of the two names is there.
#[derive(Serialize, ToSchema)]
#[schema(as = Block)]
pub(super) struct BlockJson<'a> {
    /// One person.
    #[schema(required = true)]
    fqid: Option<&'a str>,
    /// Everybody of a server.
    #[schema(required = true)]
    server: Option<&'a str>,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl<'a> BlockJson<'a> {
    fn of(row: &'a BlockRow) -> Self {
        let (fqid, server) = match &row.whom {
            Blocked::Person(person) => (Some(person.as_str()), None),
            Blocked::Server(server) => (None, Some(server.as_str())),
        };
        BlockJson {
            fqid,
            server,
            created_at: row.at.into(),
        }
    }
}

/// Whom the caller has blocked, oldest first. Nobody else can see it.
#[utoipa::path(
    get,
    path = "/v1/me/blocks",
    tag = "me",
    responses((status = 200, body = inline(Success<List<BlockJson<'static>>>)), Reading)
)]
pub(crate) async fn list_blocks(caller: Caller) -> Answer {
    let rows = blocks::list(&caller.tenant, &caller.viewer).await?;
    let lines: List<_> = rows.iter().map(BlockJson::of).collect();
    data(lines)
}
