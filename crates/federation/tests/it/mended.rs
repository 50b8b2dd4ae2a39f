//! What is waited for after an outage.

use scaiwave_engine::peering;
use scaiwave_engine::view::PeerView;

use crate::town::{House, name, until};

impl House {
    /// Tries at once, as an admin can, every peer that is waited for after a failure.
    pub(crate) async fn try_peers(&self) {
        let (admin, now) = (self.admin(), self.tenant.world().now());
        for peer in peering::peers(&self.tenant, &admin).await.unwrap() {
            if peer.next_try_at.is_some_and(|at| at > now) {
                peering::retry(&self.tenant, &admin, &peer.server)
                    .await
                    .unwrap();
            }
        }
    }

    /// Waits until a request of that server has verified here: its keys are known then, and need not be
    /// asked for when it cannot be reached.
    pub(crate) async fn has_heard(&self, server: &str) {
        let server = name(server);
        until("an acquaintance", || async {
            let peers = peering::peers(&self.tenant, &self.admin()).await.unwrap();
            let heard = |peer: &PeerView| peer.server == server && peer.last_heard_at.is_some();
            peers.iter().any(heard)
        })
        .await;
    }
}

/// Waits as [`until`] does, after a cable was mended. How far these houses' pauses have come meanwhile, and which request
/// of before fails only now, is a matter of the machine: whoever is waited for is tried at once.
pub(crate) async fn until_mended<F: Future<Output = bool>>(
    houses: &[&House],
    what: &str,
    mut holds: impl FnMut() -> F,
) {
    until(what, || {
        let held = holds();
        async {
            let held = held.await;
            for house in houses.iter().filter(|_| !held) {
                house.try_peers().await;
            }
            held
        }
    })
    .await;
}
