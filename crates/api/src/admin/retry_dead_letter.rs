use scaiwave_engine::peering;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Admin, LinePath};
use crate::failure::AdministeringOne;

/// Sends once more what a peer has rejected. An event is signed anew, an invitation is made again by whoever
/// made it; in a room that is stopped both servers compare their heads, and it goes on if they fit.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/dead-letters/{line_id}/retry",
    tag = "admin",
    params(("line_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), AdministeringOne)
)]
pub(crate) async fn retry_dead_letter(Admin(caller): Admin, LinePath(id): LinePath) -> Answer {
    peering::retry_dead_letter(&caller.tenant, &caller.viewer, &id).await?;
    done()
}
