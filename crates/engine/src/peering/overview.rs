use scaiwave_protocol::{EventId, PublicKey, ServerName};
use scaiwave_store::record::RoomRow;

use super::peers::Peer;
use crate::keyring::{KeyView, fingerprint_words};
use crate::view::PeerView;
use crate::{Outcome, Tenant, Viewer};

/// More than any admin's page shows; the counts beyond are rounded down to it.
const COUNT_MAX: u32 = 10_000;

/// What this server is to others.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Our name.
    pub server_name: ServerName,
    /// The newest valid key.
    pub public_key: String,
    /// Its id.
    pub key_id: String,
    /// To be read aloud to the other admin.
    pub fingerprint_words: String,
    /// Every key we ever had.
    pub keys: Vec<KeyView>,
}

/// Our keys, for admins.
pub fn identity(tenant: &Tenant, viewer: &Viewer) -> Outcome<Identity> {
    viewer.must_be_admin()?;
    let descriptor = tenant.keyring.descriptor();
    let key: &PublicKey = descriptor.public_key();
    Ok(Identity {
        server_name: tenant.server_name().clone(),
        public_key: key.to_string(),
        key_id: key.id().to_string(),
        fingerprint_words: fingerprint_words(key),
        keys: tenant.keyring.keys(),
    })
}

/// The servers that this tenant has talked to, for admins.
pub async fn peers(tenant: &Tenant, viewer: &Viewer) -> Outcome<Vec<PeerView>> {
    viewer.must_be_admin()?;
    let mut views = Vec::new();
    for peer in tenant.peers.all() {
        views.push(view(tenant, peer).await?);
    }
    Ok(views)
}

async fn view(tenant: &Tenant, peer: Peer) -> Outcome<PeerView> {
    let Peer {
        row,
        descriptor,
        reachable,
        ..
    } = peer;
    let lagging = tenant.store.lagging(&row.server, COUNT_MAX).await?;
    let pending = tenant
        .store
        .pending_for(&row.server, COUNT_MAX)
        .await?
        .len();
    let one_off: Vec<EventId> = tenant
        .store
        .outbox(&row.server, COUNT_MAX)
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    let shared: Vec<RoomRow> = tenant.store.rooms_with_server(&row.server).await?;
    let state = match (
        tenant.policy.get().blocks(&row.server),
        reachable,
        row.last_seen_at,
    ) {
        (true, _, _) => "blocked",
        (false, false, _) => "unreachable",
        (false, true, Some(_)) => "reachable",
        (false, true, None) => "not contacted yet",
    };
    Ok(PeerView {
        state,
        first_contact_at: row.first_contact_at,
        last_seen_at: row.last_seen_at,
        last_error: row.last_error,
        last_error_at: row.last_error_at,
        lag_events: lagging
            .iter()
            .map(|lag| {
                lag.head_seq.saturating_sub(tenant.cursors.acked(
                    &lag.room_id,
                    &row.server,
                    lag.acked_seq,
                ))
            })
            .sum(),
        pending: (pending + one_off.len()) as u64,
        shared_rooms: shared.len() as u64,
        key_id: descriptor.map(|descriptor| descriptor.public_key().id().to_string()),
        server: row.server,
    })
}
