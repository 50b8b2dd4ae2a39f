use std::sync::Arc;

use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::{Json, ServerName};
use scaiwave_store::StoreError;

use super::words;
use crate::keyring::fingerprint_words;
use crate::peering::peers::Peer;
use crate::view::PeerView;
use crate::{Outcome, Tenant, Viewer};

/// More than any admin's page shows; the counts beyond are rounded down to it.
const COUNT_MAX: u32 = 10_000;

/// The servers that this tenant has talked to, for admins.
pub async fn peers(tenant: &Tenant, viewer: &Viewer) -> Outcome<Vec<PeerView>> {
    viewer.must_be_admin()?;
    let mut views = Vec::new();
    for peer in tenant.peers.all() {
        views.push(view(tenant, peer).await?);
    }
    Ok(views)
}

pub(super) async fn view(tenant: &Tenant, peer: Peer) -> Outcome<PeerView> {
    let Peer {
        row,
        descriptor,
        reachable,
        next_try_at,
        ..
    } = peer;
    let waiting = Waiting::of(tenant, &row.server).await?;
    let state = if tenant.policy.get().blocks(&row.server) {
        "blocked"
    } else if row.dropped_at.is_some() {
        "dropped"
    } else if !reachable {
        "unreachable"
    } else if row.last_seen_at.is_some() {
        "reachable"
    } else {
        "not contacted yet"
    };
    let key = descriptor.as_ref().map(|known| *known.public_key());
    let mut view = PeerView {
        state,
        summary: String::new(),
        first_contact_at: row.first_contact_at,
        last_seen_at: row.last_seen_at,
        last_heard_at: row.last_heard_at,
        unreachable_since: row.unreachable_since,
        dropped_at: row.dropped_at,
        last_error: row.last_error,
        last_error_at: row.last_error_at,
        next_try_at: next_try_at.filter(|_| state == "unreachable"),
        lag_events: waiting.events,
        pending: waiting.pending + waiting.outbox,
        waiting_since: waiting.since,
        stopped_rooms: tenant.store.stopped(&row.server).await?.len() as u64,
        dead_letters: tenant
            .store
            .dead_letters(Some(&row.server), None, COUNT_MAX)
            .await?
            .len() as u64,
        shared_rooms: tenant.store.rooms_with_server(&row.server).await?.len() as u64,
        key_id: key.map(|key| key.id().to_string()),
        fingerprint_words: key.map(|key| fingerprint_words(&key)),
        software: software(descriptor.as_ref()),
        protocol_versions: versions(descriptor.as_ref()),
        server: row.server,
    };
    view.summary = words::summary(&view, tenant.world.now());
    Ok(view)
}

/// What waits for a peer, and since when.
#[derive(Default)]
pub(super) struct Waiting {
    /// Entries of our rooms.
    pub(super) events: u64,
    /// Events for rooms that it hosts.
    pub(super) pending: u64,
    /// One-off items.
    pub(super) outbox: u64,
    /// The oldest of all that.
    pub(super) since: Option<u64>,
}

impl Waiting {
    pub(super) async fn of(tenant: &Tenant, server: &ServerName) -> Result<Self, StoreError> {
        let store = &*tenant.store;
        let mut waiting = Waiting::default();
        for lag in store.lagging(server, COUNT_MAX).await? {
            let acked = tenant.cursors.acked(&lag.room_id, server, lag.acked_seq);
            if acked >= lag.head_seq {
                continue;
            }
            waiting.events += lag.head_seq - acked;
            let oldest = store.chain_at(&lag.room_id, acked + 1).await?;
            waiting.since(oldest.map(|(_, ts, _)| ts));
        }
        for row in store.pending_for(server, COUNT_MAX).await? {
            waiting.pending += 1;
            waiting.since(Some(row.created_at));
        }
        for row in store.outbox(server, COUNT_MAX).await? {
            waiting.outbox += 1;
            waiting.since(Some(row.created_at));
        }
        Ok(waiting)
    }

    fn since(&mut self, at: Option<u64>) {
        self.since = match (self.since, at) {
            (Some(known), Some(at)) => Some(known.min(at)),
            (known, at) => known.or(at),
        };
    }
}

/// Name and version, as the peer says.
fn software(descriptor: Option<&Arc<Descriptor>>) -> Option<String> {
    let software = descriptor?.as_json().get("software")?;
    let word = |member| software.get(member).and_then(Json::as_str);
    let name = word("name")?;
    Some(word("version").map_or_else(|| name.to_owned(), |version| format!("{name} {version}")))
}

fn versions(descriptor: Option<&Arc<Descriptor>>) -> Vec<String> {
    let listed = descriptor.and_then(|known| known.as_json().get("protocol_versions"));
    let Some(Json::Arr(versions)) = listed else {
        return Vec::new();
    };
    let texts = versions.iter().filter_map(Json::as_str);
    texts.map(str::to_owned).collect()
}
