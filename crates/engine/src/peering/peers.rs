use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;
use scaiwave_protocol::descriptor::{Descriptor, Pins, Trust};
use scaiwave_protocol::{KeyId, Malformed, PublicKey, ServerName, json};
use scaiwave_store::record::PeerRow;
use scaiwave_store::{StoreError, TenantStore};

use super::fleeting::PerSecond;

/// What we know of other servers, in memory. Rows are written through; see `keys.rs` and `admit.rs`.
pub(crate) struct Peers(RwLock<BTreeMap<ServerName, Peer>>);

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub(super) row: PeerRow,
    pub(super) descriptor: Option<Arc<Descriptor>>,
    pub(super) trust: Trust,
    /// Whether the last attempt to reach it succeeded.
    pub(super) reachable: bool,
    /// When its `last_seen_at` was last written, ms.
    pub(super) noted_at: u64,
    /// When its worker tries again, ms; none while it does not pause.
    pub(super) next_try_at: Option<u64>,
    /// What it tells us of who writes and who is there, within a second.
    pub(super) fleeting: PerSecond,
}

impl Peer {
    pub(super) fn unknown(server: &ServerName, now: u64) -> Self {
        let row = PeerRow {
            server: server.clone(),
            descriptor: None,
            descriptor_at: None,
            pinned_keys: Vec::new(),
            pinned_recovery: None,
            first_contact_at: now,
            last_seen_at: None,
            last_error: None,
            last_error_at: None,
            last_heard_at: None,
            unreachable_since: None,
            dropped_at: None,
        };
        Peer {
            row,
            descriptor: None,
            trust: Trust::default(),
            reachable: true,
            noted_at: 0,
            next_try_at: None,
            fleeting: PerSecond::default(),
        }
    }

    /// It has shown that it is there. Answers whether that is news.
    pub(super) fn is_back(&mut self, now: u64) -> bool {
        let given_up = self.row.dropped_at.take().is_some();
        self.row.last_seen_at = Some(now);
        self.row.unreachable_since = None;
        self.next_try_at = None;
        let was_reachable = std::mem::replace(&mut self.reachable, true);
        !was_reachable || given_up
    }

    fn of_row(row: PeerRow) -> Result<Self, Malformed> {
        let mut peer = Peer::unknown(&row.server, row.first_contact_at);
        peer.reachable = row.unreachable_since.is_none();
        if let Some(bytes) = &row.descriptor {
            let descriptor = Descriptor::parse(json::parse(bytes)?)?;
            peer.trust = pins(&row)?.judge(&descriptor);
            peer.descriptor = Some(Arc::new(descriptor));
        }
        peer.row = row;
        Ok(peer)
    }
}

/// The keys that the row pins.
pub(super) fn pins(row: &PeerRow) -> Result<Pins, Malformed> {
    Ok(Pins {
        keys: row
            .pinned_keys
            .iter()
            .map(|key| PublicKey::parse(key))
            .collect::<Result<_, _>>()?,
        recovery_key: row
            .pinned_recovery
            .as_deref()
            .map(PublicKey::parse)
            .transpose()?,
        ..Pins::default()
    })
}

impl Peers {
    pub(crate) async fn load(store: &dyn TenantStore) -> Result<Self, StoreError> {
        let mut peers = BTreeMap::new();
        for row in store.peers().await? {
            let name = row.server.clone();
            let peer = Peer::of_row(row)
                .map_err(|error| StoreError::Damaged(format!("peer {name}: {error}")))?;
            peers.insert(name, peer);
        }
        Ok(Peers(RwLock::new(peers)))
    }

    /// The newest descriptor of a server that we have dealt with.
    pub(crate) fn descriptor(&self, server: &ServerName) -> Option<Arc<Descriptor>> {
        self.0.read().get(server)?.descriptor.clone()
    }

    /// Whether the last attempt to reach it succeeded; a server never tried counts as reachable.
    pub(crate) fn reachable(&self, server: &ServerName) -> bool {
        self.0.read().get(server).is_none_or(|peer| peer.reachable)
    }

    /// Whether an admin has given it up, and it has not spoken since.
    pub(super) fn dropped(&self, server: &ServerName) -> bool {
        let peers = self.0.read();
        peers
            .get(server)
            .is_some_and(|peer| peer.row.dropped_at.is_some())
    }

    /// Since when no attempt to reach it has succeeded.
    pub(crate) fn unreachable_since(&self, server: &ServerName) -> Option<u64> {
        self.0.read().get(server)?.row.unreachable_since
    }

    /// The believed key of this id, if it is valid now.
    pub(super) fn trusted_key(
        &self,
        server: &ServerName,
        id: KeyId,
        now: u64,
    ) -> Option<PublicKey> {
        let peers = self.0.read();
        let trusted = &peers.get(server)?.trust.trusted;
        trusted
            .iter()
            .find(|key| key.key_id() == id && key.valid_at(now))
            .map(|key| *key.public_key())
    }

    /// Whether this key is pinned for that server, or endorsed by one that is.
    pub(super) fn believes(&self, server: &ServerName, key: &PublicKey) -> bool {
        let peers = self.0.read();
        peers.get(server).is_some_and(|peer| {
            let trusted = peer.trust.trusted.iter();
            trusted
                .map(scaiwave_protocol::descriptor::KeyRecord::public_key)
                .any(|known| known == key)
        })
    }

    pub(super) fn get(&self, server: &ServerName) -> Option<Peer> {
        self.0.read().get(server).cloned()
    }

    pub(super) fn all(&self) -> Vec<Peer> {
        self.0.read().values().cloned().collect()
    }

    /// Changes a peer, which is made if it is new.
    pub(super) fn update<T>(
        &self,
        server: &ServerName,
        now: u64,
        change: impl FnOnce(&mut Peer) -> T,
    ) -> T {
        let mut peers = self.0.write();
        change(
            peers
                .entry(server.clone())
                .or_insert_with(|| Peer::unknown(server, now)),
        )
    }
}
