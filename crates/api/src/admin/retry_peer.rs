use scaiwave_engine::peering;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Admin, PeerPath};
use crate::failure::AdministeringOne;

/// Tries a peer at once, as if nothing had failed before; one that was dropped is served again.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/peers/{server_name}/retry",
    tag = "admin",
    params(("server_name" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), AdministeringOne)
)]
pub(crate) async fn retry_peer(Admin(caller): Admin, PeerPath(server): PeerPath) -> Answer {
    peering::retry(&caller.tenant, &caller.viewer, &server).await?;
    done()
}
