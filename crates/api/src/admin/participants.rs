use scaiwave_engine::accounts;
use serde::Deserialize;

use crate::answer::{Answer, List, ListMeta, Success, data_with};
use crate::extract::{Admin, Params, page_limit};
use crate::failure::Administering;
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::shape::AccountJson;

/// Which accounts.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Part of an id or a name; everybody when it is left out.
    q: Option<String>,
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
    /// Leave out the first.
    offset: Option<u32>,
}

/// Every account of the tenant, closed ones too, by id.
#[utoipa::path(
    get,
    path = "/v1/admin/participants",
    tag = "admin",
    params(Which),
    responses(
        (status = 200, body = inline(Success<List<AccountJson<'static>>, ListMeta>)),
        Administering,
    )
)]
pub(crate) async fn list_accounts(Admin(caller): Admin, Params(which): Params<Which>) -> Answer {
    let limit = page_limit(which.limit, PAGE_DEFAULT, PAGE_MAX)?;
    let offset = which.offset.unwrap_or(0);
    let query = which.q.as_deref().unwrap_or_default();
    let found = accounts::list(&caller.tenant, &caller.viewer, query, limit, offset).await?;
    let people: List<_> = found.iter().map(AccountJson::of).collect();
    let meta = ListMeta::of(limit, offset, people.len());
    data_with(people, meta)
}
