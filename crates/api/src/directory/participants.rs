use scaiwave_engine::accounts;
use serde::Deserialize;

use crate::answer::{Answer, List, ListMeta, Success, data_with};
use crate::extract::{Caller, Params, page_limit};
use crate::failure::Reading;
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::shape::ParticipantJson;

/// Whom to look for.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Find {
    /// Part of an id or a name; everybody when it is left out.
    q: Option<String>,
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
    /// Leave out the first.
    offset: Option<u32>,
}

/// People of this tenant, by id.
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
    let query = find.q.as_deref().unwrap_or_default();
    let found = accounts::directory(&caller.tenant, &caller.viewer, query, limit, offset).await?;
    let people: List<_> = found.iter().map(ParticipantJson::of).collect();
    let meta = ListMeta::of(limit, offset, people.len());
    data_with(people, meta)
}
