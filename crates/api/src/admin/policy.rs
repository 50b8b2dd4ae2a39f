use scaiwave_engine::policy::{self, Policy};
use scaiwave_protocol::descriptor::PeerPattern;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::Admin;
use crate::failure::Administering;

/// Who may federate with this tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = FederationPolicy)]
pub(super) struct PolicyJson<'a> {
    /// `open` (any peer), `invite_only` (only `allowed_peers`) or `closed`.
    #[schema(value_type = String, example = "invite_only")]
    default_mode: &'static str,
    /// Names, or `*.d` for the subdomains of d.
    #[schema(value_type = Vec<String>)]
    allowed_peers: &'a [PeerPattern],
    /// The same; blocked wins.
    #[schema(value_type = Vec<String>)]
    blocked_peers: &'a [PeerPattern],
    /// Which invitations need no answer: `none`, `allowed_peers` or `all`.
    #[schema(value_type = String, example = "none")]
    auto_accept: &'static str,
    /// In rooms that are hosted here.
    max_foreign_participants_per_room: u64,
    /// 0 closes backfill.
    max_backfill_events_per_request: u64,
    /// New ones; above it a peer is told to try later.
    invites_per_peer_per_hour: u64,
}

impl<'a> PolicyJson<'a> {
    pub(super) fn of(policy: &'a Policy) -> Self {
        PolicyJson {
            default_mode: policy.default_mode.as_str(),
            allowed_peers: &policy.allowed_peers,
            blocked_peers: &policy.blocked_peers,
            auto_accept: policy.auto_accept.as_str(),
            max_foreign_participants_per_room: policy.max_foreign_participants_per_room,
            max_backfill_events_per_request: policy.max_backfill_events_per_request,
            invites_per_peer_per_hour: policy.invites_per_peer_per_hour,
        }
    }
}

/// The federation policy in force.
#[utoipa::path(
    get,
    path = "/v1/admin/federation/policy",
    tag = "admin",
    responses((status = 200, body = inline(Success<PolicyJson<'static>>)), Administering)
)]
pub(crate) async fn get_policy(Admin(caller): Admin) -> Answer {
    data(PolicyJson::of(&policy::get(&caller.tenant)))
}
