use scaiwave_engine::invitations::{self, Spammer};
use scaiwave_protocol::{Fqid, ServerName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, Params};
use crate::failure::{Administering, Failure};

/// Whose invitations: exactly one of them.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whose {
    /// All of a server.
    peer: Option<String>,
    /// One person's.
    inviter: Option<String>,
}

/// What was thrown away.
#[derive(Serialize, ToSchema)]
struct Cleaned {
    /// So many invitations, of everybody in the tenant.
    removed: u64,
}

/// Throws away all waiting invitations of a server or of a person, for everybody in the tenant. The other
/// side is told nothing.
#[utoipa::path(
    delete,
    path = "/v1/admin/federation/invitations",
    tag = "admin",
    params(Whose),
    responses((status = 200, body = inline(Success<Cleaned>)), Administering)
)]
pub(crate) async fn clean_invitations(
    Admin(caller): Admin,
    Params(whose): Params<Whose>,
) -> Answer {
    let removed = invitations::clean(&caller.tenant, &caller.viewer, &whose.read()?).await?;
    data(Cleaned { removed })
}

impl Whose {
    fn read(self) -> Result<Spammer, Failure> {
        match (self.peer, self.inviter) {
            (Some(peer), None) => match ServerName::parse(&peer) {
                Ok(peer) => Ok(Spammer::Peer(peer)),
                Err(malformed) => Err(Failure::at("peer", malformed.0)),
            },
            (None, Some(inviter)) => match Fqid::parse_participant(&inviter) {
                Ok(inviter) => Ok(Spammer::Inviter(inviter)),
                Err(malformed) => Err(Failure::at("inviter", malformed.0)),
            },
            (Some(_), Some(_)) | (None, None) => {
                Err(Failure::bad_request("name either `peer` or `inviter`"))
            }
        }
    }
}
