use scaiwave_engine::live;
use serde::Deserialize;

use crate::answer::{Answer, List, ListMeta, Success, data_with};
use crate::extract::{Caller, Params, page_limit};
use crate::failure::Reading;
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::shape::InboxJson;

/// Which part.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
    /// Leave out the first.
    offset: Option<u32>,
}

/// Mentions and invitations, newest first.
#[utoipa::path(
    get,
    path = "/v1/inbox/priority",
    tag = "inbox",
    params(Part),
    responses((status = 200, body = inline(Success<List<InboxJson<'static>>, ListMeta>)), Reading)
)]
pub(crate) async fn priority_inbox(caller: Caller, Params(part): Params<Part>) -> Answer {
    let limit = page_limit(part.limit, PAGE_DEFAULT, PAGE_MAX)?;
    let offset = part.offset.unwrap_or(0);
    let views = live::inbox(&caller.tenant, &caller.viewer, limit, offset).await?;
    let items: List<_> = views.iter().map(InboxJson::of).collect();
    let meta = ListMeta::of(limit, offset, items.len());
    data_with(items, meta)
}
