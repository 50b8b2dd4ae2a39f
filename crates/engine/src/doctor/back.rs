use std::sync::Arc;

use scaiwave_protocol::ServerName;

use super::report::{Finding, Status, Step};
use super::{Examination, key};
use crate::Tenant;

/// How old a request of the peer may be to prove that it reaches us: servers that share a room greet
/// each other every 10 minutes.
const HEARD_LATELY_MS: u64 = 15 * 60 * 1000;

/// Whether the peer can reach us. Nobody can ask it to try (the protocol has no such request), so what
/// counts is what it did: its last request that verified here. Without one we see whether our own name
/// leads back to us, and say that this is all that was checked.
pub(super) async fn check(tenant: &Arc<Tenant>, server: &ServerName) -> Finding {
    let now = tenant.world.now();
    let heard = tenant.peers.last_heard_at(server);
    if let Some(at) = heard.filter(|at| now <= at + HEARD_LATELY_MS) {
        let seconds = now.saturating_sub(at) / 1000;
        let found = format!("It does: its last signed request arrived here {seconds} s ago.");
        return Finding::ok(Step::EchoBack, found);
    }
    let Examination {
        findings,
        descriptor,
        ..
    } = tenant.remote.examine(tenant.server_name()).await;
    let own = descriptor.map(|descriptor| key::of_ourselves(tenant, &descriptor));
    let failed = findings
        .into_iter()
        .chain(own)
        .find(|finding| finding.status == Status::Failed);
    match failed {
        None => Finding::ok(
            Step::EchoBack,
            format!(
                "No request of it has arrived lately, so this was not seen. But {} leads back to this \
                 server as seen from this machine, and the peer, which took our signature, must have \
                 fetched our key from here once.",
                tenant.server_name()
            ),
        ),
        Some(failed) => Finding::failed(
            Step::EchoBack,
            format!(
                "No request of it has arrived lately, and {} does not lead back to this server, at the \
                 step `{}`: {}",
                tenant.server_name(),
                failed.step.as_str(),
                failed.found
            ),
            format!(
                "{} Or this machine alone cannot reach itself by its public name, which does no harm.",
                failed.cause.unwrap_or_default()
            ),
            format!(
                "{} Run the doctor on the other server: its view decides.",
                failed.fix.unwrap_or_default()
            ),
        ),
    }
}
