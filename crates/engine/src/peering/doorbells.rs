use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::wire::Ephemeral;
use scaiwave_protocol::{Json, ServerName};
use tokio::sync::Notify;

use super::fleeting::Fleeting;

/// Hints to the workers that talk to peers: "there is something for you". Losing all of them costs
/// latency only; a worker that wakes reads what there is from the store.
#[derive(Default)]
pub struct Doorbells {
    /// Held for a look-up or an insertion, never across an await.
    peers: Mutex<BTreeMap<ServerName, Bells>>,
    /// Rung when a peer gets its first bell.
    newcomer: Notify,
}

#[derive(Default)]
struct Bells {
    /// Something waits for the peer.
    work: Arc<Notify>,
    /// The peer has shown that it is there: no reason to back off any longer.
    contact: Arc<Notify>,
    /// An admin wants it tried now, however often it has failed.
    urge: Arc<Notify>,
    /// Whether the supervisor has been told of this peer.
    served: bool,
    fleeting: Fleeting,
    /// Whether the next batch is to begin with heads.
    greet: bool,
}

impl Doorbells {
    /// Something waits for this peer.
    pub fn ring(&self, peer: &ServerName) {
        self.with(peer, |bells| bells.work.notify_one());
    }

    /// We have to know where this peer's logs stand: the next batch begins with heads.
    pub(crate) fn greet(&self, peer: &ServerName) {
        self.with(peer, |bells| {
            bells.greet = true;
            bells.work.notify_one();
        });
    }

    /// Whether the next batch is to begin with heads; asked once.
    pub(super) fn take_greeting(&self, peer: &ServerName) -> bool {
        self.with(peer, |bells| std::mem::take(&mut bells.greet))
    }

    /// The peer is there.
    pub(crate) fn announce_contact(&self, peer: &ServerName) {
        self.with(peer, |bells| bells.contact.notify_one());
    }

    /// An admin wants the peer tried at once.
    pub(crate) fn urge(&self, peer: &ServerName) {
        self.with(peer, |bells| bells.urge.notify_one());
    }

    /// Leaves a thing for the peer that is not worth keeping. `now` is in ms.
    pub(crate) fn drop_in(&self, peer: &ServerName, ephemeral: &Ephemeral, now: u64) {
        self.with(peer, |bells| {
            bells.fleeting.put(ephemeral, now);
            bells.work.notify_one();
        });
    }

    /// At most `room` of what was left.
    pub(super) fn take_fleeting(&self, peer: &ServerName, room: usize, now: u64) -> Vec<Json> {
        self.with(peer, |bells| bells.fleeting.take(room, now))
    }

    /// ms until something that was left may be taken; none when nothing is there.
    pub(super) fn fleeting_due(&self, peer: &ServerName, now: u64) -> Option<u64> {
        self.with(peer, |bells| bells.fleeting.due(now))
    }

    /// Rung when something waits for the peer.
    pub fn bell(&self, peer: &ServerName) -> Arc<Notify> {
        self.with(peer, |bells| bells.work.clone())
    }

    /// Rung when a request of the peer has verified.
    pub fn contact(&self, peer: &ServerName) -> Arc<Notify> {
        self.with(peer, |bells| bells.contact.clone())
    }

    /// Rung when an admin wants the peer tried at once.
    pub fn urged(&self, peer: &ServerName) -> Arc<Notify> {
        self.with(peer, |bells| bells.urge.clone())
    }

    /// Waits for a peer that has no worker yet; each is returned once.
    pub async fn next_new_peer(&self) -> ServerName {
        loop {
            let newcomer = self.newcomer.notified();
            if let Some(name) = self.unserved() {
                return name;
            }
            newcomer.await;
        }
    }

    fn unserved(&self) -> Option<ServerName> {
        let mut peers = self.peers.lock();
        let (name, bells) = peers.iter_mut().find(|(_, bells)| !bells.served)?;
        bells.served = true;
        Some(name.clone())
    }

    fn with<T>(&self, peer: &ServerName, act: impl FnOnce(&mut Bells) -> T) -> T {
        let mut peers = self.peers.lock();
        if let Some(bells) = peers.get_mut(peer) {
            return act(bells);
        }
        let done = act(peers.entry(peer.clone()).or_default());
        drop(peers);
        self.newcomer.notify_one();
        done
    }
}

impl std::fmt::Debug for Doorbells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Doorbells")
            .field("peers", &self.peers.lock().len())
            .finish_non_exhaustive()
    }
}
