use std::sync::Arc;

use scaiwave_protocol::ServerName;

use super::keys::fetch;
use crate::Tenant;

/// A peer's descriptor is asked for again after this time, so that its revocations are learnt.
const REFRESH_AFTER_MS: u64 = 24 * 60 * 60 * 1000;
/// One that could not be had is asked for again after this time.
const TRY_AGAIN_MS: u64 = 60 * 60 * 1000;
/// Peers asked at one call: a thousand are refreshed within an hour, and a dead one delays few others.
const PEERS_AT_ONCE: usize = 16;

/// Asks peers for their descriptors whose last one is a day old, the oldest first.
pub(crate) async fn refresh_descriptors(tenant: &Arc<Tenant>) {
    for server in due(tenant) {
        let now = tenant.world.now();
        tenant
            .peers
            .update(&server, now, |peer| peer.refreshed_at = now);
        if let Err(refusal) = fetch(tenant, &server).await {
            tracing::debug!(%refusal, %server, "a descriptor could not be refreshed");
        }
    }
}

fn due(tenant: &Tenant) -> Vec<ServerName> {
    let now = tenant.world.now();
    let policy = tenant.policy.get();
    // A time in the future was noted while the clock was ahead.
    let past = |at: u64, pause: u64| at > now || now >= at + pause;
    let mut due: Vec<(u64, ServerName)> = tenant
        .peers
        .all()
        .into_iter()
        .filter_map(|peer| {
            let at = peer.row.descriptor_at?;
            let due = past(at, REFRESH_AFTER_MS) && past(peer.refreshed_at, TRY_AGAIN_MS);
            (due && !policy.blocks(&peer.row.server)).then_some((at, peer.row.server))
        })
        .collect();
    due.sort();
    due.truncate(PEERS_AT_ONCE);
    due.into_iter().map(|(_, server)| server).collect()
}
