use scaiwave_engine::peering;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Admin, LinePath};
use crate::failure::AdministeringOne;

/// Forgets a dead letter. The author of an event still sees that it was not delivered.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/dead-letters/{line_id}/drop",
    tag = "admin",
    params(("line_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), AdministeringOne)
)]
pub(crate) async fn drop_dead_letter(Admin(caller): Admin, LinePath(id): LinePath) -> Answer {
    peering::drop_dead_letter(&caller.tenant, &caller.viewer, &id).await?;
    done()
}
