//! Whether a peer can be reached, and who is told when that changes.

use std::sync::Arc;
use std::time::Duration;

use scaiwave_protocol::{Code, ServerName};
use scaiwave_store::{Change, Commit};

use crate::audit::{self, Action, Actor, Happening};
use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::{RemoteError, Tenant};

/// The peer has answered.
pub(super) async fn answered(tenant: &Arc<Tenant>, peer: &ServerName) {
    let now = tenant.world.now();
    let came_back = tenant.peers.update(peer, now, |peer| peer.is_back(now));
    if came_back {
        note(tenant, peer).await;
        tell_rooms(tenant, peer, true).await;
    }
}

/// Notes that the peer could not be reached, for admins and for people in rooms that it hosts.
pub async fn failed(tenant: &Tenant, peer: &ServerName, error: &RemoteError) {
    tenant.submitted.forget(peer);
    let now = tenant.world.now();
    let (lost, before) = tenant.peers.update(peer, now, |peer| {
        let before = peer.row.last_error.replace(error.to_string());
        peer.row.last_error_at = Some(now);
        peer.row.unreachable_since.get_or_insert(now);
        (std::mem::replace(&mut peer.reachable, false), before)
    });
    if lost {
        note(tenant, peer).await;
        tell_rooms(tenant, peer, false).await;
    }
    if let RemoteError::Refused(refusal) = error
        && refusal.code == Code::ClockSkew
    {
        // The difference in the sentence may be another at every try: one alarm for each time that it begins.
        let goes_on = before.is_some_and(|before| before.contains(Code::ClockSkew.as_str()));
        if lost || !goes_on {
            clocks_differ(tenant, peer, &refusal.message).await;
        }
    }
}

/// Tells admins: whose clock is wrong, only a person can find out. `difference` is in our client's words.
async fn clocks_differ(tenant: &Tenant, peer: &ServerName, difference: &str) {
    let line = audit::alarm(
        tenant,
        Happening {
            actor: Actor::Server,
            action: Action::ClockDiffers,
            peer: Some(peer),
            room_id: None,
            message: format!("{peer} refuses what this server signs: {difference}."),
        },
    );
    audit::record(tenant, vec![line]).await;
}

/// Notes when the peer's worker tries again, for admins. Only in memory: it is true of this process.
pub fn pausing(tenant: &Tenant, peer: &ServerName, pause: Duration) {
    let now = tenant.world.now();
    let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    tenant.peers.update(peer, now, |peer| {
        peer.next_try_at = Some(now.saturating_add(pause_ms));
    });
}

pub(super) async fn note(tenant: &Tenant, peer: &ServerName) {
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
