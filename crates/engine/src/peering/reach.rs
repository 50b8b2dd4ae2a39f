//! Whether a peer can be reached, and who is told when that changes.

use std::sync::Arc;

use scaiwave_protocol::ServerName;
use scaiwave_store::{Change, Commit};

use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::{RemoteError, Tenant};

/// The peer has answered.
pub(super) async fn answered(tenant: &Arc<Tenant>, peer: &ServerName) {
    let now = tenant.world.now();
    let came_back = tenant.peers.update(peer, now, |peer| {
        peer.row.last_seen_at = Some(now);
        !std::mem::replace(&mut peer.reachable, true)
    });
    if came_back {
        note(tenant, peer).await;
        tell_rooms(tenant, peer, true).await;
    }
}

/// Notes that the peer could not be reached, for admins and for people in rooms that it hosts.
pub async fn failed(tenant: &Tenant, peer: &ServerName, error: &RemoteError) {
    tenant.submitted.forget(peer);
    let now = tenant.world.now();
    let lost = tenant.peers.update(peer, now, |peer| {
        peer.row.last_error = Some(error.to_string());
        peer.row.last_error_at = Some(now);
        std::mem::replace(&mut peer.reachable, false)
    });
    if lost {
        note(tenant, peer).await;
        tell_rooms(tenant, peer, false).await;
    }
}

async fn note(tenant: &Tenant, peer: &ServerName) {
    let Some(known) = tenant.peers.get(peer) else {
        return;
    };
    let commit = Commit::of(vec![Change::PutPeer(Box::new(known.row))]);
    if let Err(error) = tenant.store.commit(commit).await {
        tracing::error!(%error, "a peer's state could not be noted");
    }
}

/// Shows in the rooms that a peer hosts whether it can be reached.
pub(super) async fn tell_rooms(tenant: &Tenant, peer: &ServerName, host_reachable: bool) {
    let rooms = tenant
        .store
        .rooms_with_server(peer)
        .await
        .unwrap_or_default();
    let hosted = rooms.iter().filter(|room| &room.host == peer);
    let frames: Vec<Outgoing> = hosted
        .map(|room| Outgoing::room(&room.room_id, FrameBody::Federation { host_reachable }))
        .collect();
    if !frames.is_empty()
        && let Err(error) = commit_and_publish(tenant, Commit::default(), frames).await
    {
        tracing::error!(%error, "a host's state could not be told");
    }
}
