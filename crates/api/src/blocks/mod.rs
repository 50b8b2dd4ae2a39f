//! Whom the caller wants nothing to do with.

mod add;
mod list;
mod remove;

use scaiwave_engine::store::record::Blocked;
use scaiwave_protocol::{Fqid, ServerName};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::failure::Failure;
use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(
        list::list_blocks,
        add::add_block,
        remove::remove_block
    ))
}

/// One person, or everybody of a server: exactly one of them.
#[derive(Deserialize, ToSchema, utoipa::IntoParams)]
#[schema(as = WhomToBlock)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whom {
    /// One person, local or foreign.
    #[schema(example = "@bob:globex.example")]
    fqid: Option<String>,
    /// Everybody of a server.
    #[schema(example = "globex.example")]
    server: Option<String>,
}

impl Whom {
    fn read(self) -> Result<Blocked, Failure> {
        match (self.fqid, self.server) {
            (Some(fqid), None) => match Fqid::parse_participant(&fqid) {
                Ok(person) => Ok(Blocked::Person(person)),
                Err(malformed) => Err(Failure::at("fqid", malformed.0)),
            },
            (None, Some(server)) => match ServerName::parse(&server) {
                Ok(server) => Ok(Blocked::Server(server)),
                Err(malformed) => Err(Failure::at("server", malformed.0)),
            },
            (Some(_), Some(_)) | (None, None) => {
                Err(Failure::bad_request("name either `fqid` or `server`"))
            }
        }
    }
}
