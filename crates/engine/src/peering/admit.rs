use scaiwave_protocol::{Code, Refusal, ServerName};
use scaiwave_store::{Change, Commit, StoreError};

use crate::Tenant;
use crate::policy::Standing;
use crate::world::is_recent;

/// How often "last seen" is written down.
const NOTE_EVERY_MS: u64 = 60_000;

/// Whether an inbound request of this server is heard: it is not blocked, and the mode admits it or it
/// shares a room with us (protocol section 8). One that we have just turned away may still say how the
/// rooms end that we shared.
pub async fn admit(tenant: &Tenant, origin: &ServerName) -> Result<(), Refusal> {
    let policy = tenant.policy.get();
    if policy.admits(origin) {
        return Ok(());
    }
    let standing = standing(tenant, origin).await.unwrap_or_else(|error| {
        tracing::error!(%error, "storage failed");
        Standing::default()
    });
    if policy.of_request(origin, standing).allowed {
        return Ok(());
    }
    Err(Code::PeerUnknown.because("this tenant's federation policy does not admit that server"))
}

/// What a peer has to do with us, beside the policy.
pub(crate) async fn standing(tenant: &Tenant, peer: &ServerName) -> Result<Standing, StoreError> {
    let shares_room = tenant.store.shares_room(peer).await?;
    let mut farewell = shares_room && tenant.world.now() < tenant.policy.farewell_until();
    if farewell {
        // Only a host has anything to say about the end of a room.
        let rooms = tenant.store.rooms_with_server(peer).await?;
        farewell = rooms.iter().any(|room| &room.host == peer);
    }
    Ok(Standing {
        shares_room,
        farewell,
    })
}

/// Whether a peer shares a room with us; not, as long as that cannot be known.
pub async fn is_acquainted(tenant: &Tenant, peer: &ServerName) -> bool {
    let shares = tenant.store.shares_room(peer).await;
    shares.unwrap_or_else(|error| {
        tracing::error!(%error, "storage failed");
        false
    })
}

/// Whether a peer is heard only with what ends the rooms that we shared: the policy refuses it, and the
/// goodbyes are on their way.
pub fn ends_only(tenant: &Tenant, peer: &ServerName) -> bool {
    tenant.policy.get().refuses(peer)
}

/// Notes that a request of this peer has verified, and wakes its worker at once.
pub async fn saw(tenant: &Tenant, peer: &ServerName) {
    let now = tenant.world.now();
    let (came_back, given_up, note) = tenant.peers.update(peer, now, |peer| {
        let given_up = peer.row.dropped_at.is_some();
        let came_back = peer.is_back(now);
        peer.row.last_heard_at = Some(now);
        let note = came_back || !is_recent(peer.noted_at, now, NOTE_EVERY_MS);
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
