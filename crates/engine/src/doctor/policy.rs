use scaiwave_protocol::ServerName;

use super::report::{Finding, Step};
use crate::Tenant;

/// Whether our own policy lets us talk to the server.
pub(super) fn check(tenant: &Tenant, server: &ServerName) -> Finding {
    let policy = tenant.policy.get();
    let mode = policy.default_mode.as_str();
    if policy.admits(server) {
        return Finding::ok(Step::Policy, format!("It does (mode {mode})."));
    }
    if policy.blocks(server) {
        return Finding::failed(
            Step::Policy,
            "It is on `blocked_peers`.",
            "An admin of this tenant has blocked it, by its name or by a pattern.",
            "If it is welcome, allow it.",
        );
    }
    Finding::failed(
        Step::Policy,
        format!("The mode is {mode}, and it is not on `allowed_peers`."),
        "Nobody of this tenant has allowed it yet.",
        "If it is welcome, allow it.",
    )
}
