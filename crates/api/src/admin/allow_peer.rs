use scaiwave_engine::peering;

use super::policy::PolicyJson;
use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, PeerPath};
use crate::failure::AdministeringOne;

/// Takes a server off `blocked_peers`, and admits it. Answers the whole policy.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/peers/{server_name}/allow",
    tag = "admin",
    params(("server_name" = String, Path)),
    responses((status = 200, body = inline(Success<PolicyJson<'static>>)), AdministeringOne)
)]
pub(crate) async fn allow_peer(Admin(caller): Admin, PeerPath(server): PeerPath) -> Answer {
    let policy = peering::allow(&caller.tenant, &caller.viewer, &server).await?;
    data(PolicyJson::of(&policy))
}
