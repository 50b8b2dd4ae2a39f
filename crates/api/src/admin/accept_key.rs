use scaiwave_engine::peering;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Admin, PeerPath};
use crate::failure::AdministeringOne;

/// Believes in the key that a peer shows now, after its words were compared with the other admin.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/peers/{server_name}/accept-key",
    tag = "admin",
    params(("server_name" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), AdministeringOne)
)]
pub(crate) async fn accept_peer_key(Admin(caller): Admin, PeerPath(server): PeerPath) -> Answer {
    peering::accept_key(&caller.tenant, &caller.viewer, &server).await?;
    done()
}
