use scaiwave_protocol::{Code, Refusal, ServerName};
use scaiwave_store::{Change, Commit};

use crate::Tenant;

/// How often "last seen" is written down.
const NOTE_EVERY_MS: u64 = 60_000;

/// Whether an inbound request of this server is heard: it is not blocked, and the mode admits it or it
/// shares a room with us (protocol section 8).
pub async fn admit(tenant: &Tenant, origin: &ServerName) -> Result<(), Refusal> {
    let policy = tenant.policy.get();
    let refuse =
        || Code::PeerUnknown.because("this tenant's federation policy does not admit that server");
    if policy.blocks(origin) {
        return Err(refuse());
    }
    if policy.admits(origin) {
        return Ok(());
    }
    match tenant.store.shares_room(origin).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(refuse()),
        Err(error) => {
            tracing::error!(%error, "storage failed");
            Err(refuse())
        }
    }
}

/// Notes that a request of this peer has verified, and wakes its worker at once.
pub async fn saw(tenant: &Tenant, peer: &ServerName) {
    let now = tenant.world.now();
    let (came_back, given_up, note) = tenant.peers.update(peer, now, |peer| {
        let given_up = peer.row.dropped_at.is_some();
        let came_back = peer.is_back(now);
        peer.row.last_heard_at = Some(now);
        let note = came_back || now >= peer.noted_at + NOTE_EVERY_MS;
        if note {
            peer.noted_at = now;
        }
        (came_back, given_up, note.then(|| peer.row.clone()))
    });
    if let Some(row) = note {
        let commit = Commit::of(vec![Change::PutPeer(Box::new(row))]);
        if let Err(error) = tenant.store.commit(commit).await {
            tracing::error!(%error, "a contact could not be noted");
        }
    }
    if came_back {
        super::reach::tell_rooms(tenant, peer, true).await;
    }
    if given_up {
        // What it lacks is found out by comparing heads.
        tenant.doorbells.urge(peer);
    }
    tenant.doorbells.announce_contact(peer);
}
