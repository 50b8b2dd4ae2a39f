use scaiwave_engine::accounts::{self, Among, DirectoryQuery};
use serde::Deserialize;

use crate::answer::{Answer, List, ListMeta, Success, data_with};
use crate::extract::{Caller, Params, page_limit};
use crate::failure::{Failure, Reading};
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::shape::ParticipantJson;

/// Whom to look for.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Find {
    /// Part of an id or a name; everybody when it is left out.
    q: Option<String>,
    /// `human`, `bot` or `federated`: only those.
    r#type: Option<String>,
    /// Whether people of other servers with whom the caller shares a room come after those of this tenant.
    include_federated: Option<bool>,
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
    /// Leave out the first.
    offset: Option<u32>,
}

/// People of this tenant by id, then those of other servers by full name.
#[utoipa::path(
    get,
    path = "/v1/directory/participants",
    tag = "directory",
    params(Find),
    responses(
        (status = 200, body = inline(Success<List<ParticipantJson<'static>>, ListMeta>)),
        Reading,
    )
)]
pub(crate) async fn find_participants(caller: Caller, Params(find): Params<Find>) -> Answer {
    let limit = page_limit(find.limit, PAGE_DEFAULT, PAGE_MAX)?;
    let offset = find.offset.unwrap_or(0);
    let wanted = DirectoryQuery {
        query: find.q.as_deref().unwrap_or_default(),
        among: among(find.r#type.as_deref(), find.include_federated)?,
        limit,
        offset,
    };
    let found = accounts::directory(&caller.tenant, &caller.viewer, wanted).await?;
    let people: List<_> = found.iter().map(ParticipantJson::of).collect();
    let meta = ListMeta::of(limit, offset, people.len());
    data_with(people, meta)
}

fn among(kind: Option<&str>, include_federated: Option<bool>) -> Result<Among, Failure> {
    match (kind, include_federated) {
        (None, foreign) => Ok(Among::All {
            foreign: foreign.unwrap_or(false),
        }),
        (Some("human"), _) => Ok(Among::People),
        (Some("bot"), _) => Ok(Among::Bots),
        (Some("federated"), None | Some(true)) => Ok(Among::Foreign),
        (Some("federated"), Some(false)) => {
            let sentence = "must not be false when only those are asked for";
            Err(Failure::at("include_federated", sentence))
        }
        (Some(_), _) => Err(Failure::at("type", "must be human, bot or federated")),
    }
}
