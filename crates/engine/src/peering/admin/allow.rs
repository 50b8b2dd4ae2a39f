use std::sync::Arc;

use scaiwave_protocol::ServerName;
use scaiwave_protocol::descriptor::PeerPattern;

use crate::audit::Action;
use crate::policy::{self, Policy};
use crate::{ClientCode, Outcome, Tenant, Viewer};

/// Puts a server on the list of those that are blocked, and takes it off the other one.
pub async fn block(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    server: &ServerName,
) -> Outcome<Arc<Policy>> {
    viewer.must_be_admin()?;
    if server == tenant.server_name() {
        return Err(ClientCode::BadRequest.because("that is this server itself"));
    }
    let pattern = pattern(server)?;
    let mut changed = Policy::clone(&policy::get(tenant));
    changed.allowed_peers.retain(|listed| listed != &pattern);
    if !changed.blocks(server) {
        changed.blocked_peers.push(pattern);
    }
    policy::put(tenant, viewer, changed).await?;
    super::note(
        tenant,
        viewer,
        Action::PeerBlocked,
        server,
        "Blocked.".to_owned(),
    )
    .await;
    Ok(policy::get(tenant))
}

/// Takes a server off the list of those that are blocked, and admits it.
pub async fn allow(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    server: &ServerName,
) -> Outcome<Arc<Policy>> {
    viewer.must_be_admin()?;
    let pattern = pattern(server)?;
    let mut changed = Policy::clone(&policy::get(tenant));
    changed.blocked_peers.retain(|listed| listed != &pattern);
    if let Some(wider) = changed
        .blocked_peers
        .iter()
        .find(|listed| listed.matches(server))
    {
        let sentence = format!(
            "the policy still blocks it by the pattern {wider}; take that off `blocked_peers` first"
        );
        return Err(ClientCode::BadRequest.because(sentence));
    }
    if !changed.allows(server) {
        changed.allowed_peers.push(pattern);
    }
    policy::put(tenant, viewer, changed).await?;
    super::note(
        tenant,
        viewer,
        Action::PeerAllowed,
        server,
        "Allowed.".to_owned(),
    )
    .await;
    tenant.doorbells.urge(server);
    Ok(policy::get(tenant))
}

/// The pattern that means this server alone; without a port it means the name on any port.
fn pattern(server: &ServerName) -> Outcome<PeerPattern> {
    Ok(PeerPattern::parse(server.as_str())?)
}
