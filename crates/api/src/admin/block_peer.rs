use scaiwave_engine::peering;

use super::policy::PolicyJson;
use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, PeerPath};
use crate::failure::AdministeringOne;

/// Puts a server on `blocked_peers`, and takes it off `allowed_peers`. Answers the whole policy.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/peers/{server_name}/block",
    tag = "admin",
    params(("server_name" = String, Path)),
    responses((status = 200, body = inline(Success<PolicyJson<'static>>)), AdministeringOne)
)]
pub(crate) async fn block_peer(Admin(caller): Admin, PeerPath(server): PeerPath) -> Answer {
    let policy = peering::block(&caller.tenant, &caller.viewer, &server).await?;
    data(PolicyJson::of(&policy))
}
