use scaiwave_protocol::ServerName;

use crate::audit::Action;
use crate::peering::overview::no_such_peer;
use crate::peering::reach;
use crate::{ClientCode, Outcome, Tenant, Viewer};

/// Tries a peer now, however often it has failed or whether it was given up: its worker begins as if
/// nothing had happened, by comparing heads.
pub async fn retry(tenant: &Tenant, viewer: &Viewer, server: &ServerName) -> Outcome<()> {
    viewer.must_be_admin()?;
    tenant.peers.get(server).ok_or_else(no_such_peer)?;
    if tenant.policy.get().blocks(server) {
        return Err(ClientCode::BadRequest
            .because("this tenant's policy blocks that server; allow it first"));
    }
    let now = tenant.world.now();
    tenant.peers.update(server, now, |peer| {
        peer.row.dropped_at = None;
        peer.next_try_at = Some(now);
    });
    reach::note(tenant, server).await;
    super::note(
        tenant,
        viewer,
        Action::PeerRetried,
        server,
        "Tried at once.".to_owned(),
    )
    .await;
    tenant.doorbells.urge(server);
    Ok(())
}
