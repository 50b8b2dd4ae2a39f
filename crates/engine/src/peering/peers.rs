use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;
use scaiwave_protocol::descriptor::{Descriptor, KeyRecord, KnownKeys, Pins};
use scaiwave_protocol::{Json, KeyId, Malformed, PublicKey, ServerName, json};
use scaiwave_store::record::{PeerKeysRow, PeerRow};
use scaiwave_store::{StoreError, TenantStore};

use super::fleeting::PerSecond;

/// What we know of other servers, in memory. Rows are written through; see `keys.rs` and `admit.rs`.
pub(crate) struct Peers(RwLock<BTreeMap<ServerName, Peer>>);

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub(super) row: PeerRow,
    pub(super) descriptor: Option<Arc<Descriptor>>,
    /// Every key of it that was ever believed.
    pub(super) known: KnownKeys,
    /// A descriptor that an admin has to decide about, and since when.
    pub(super) candidate: Option<(Arc<Descriptor>, u64)>,
    /// Whether the last attempt to reach it succeeded.
    pub(super) reachable: bool,
    /// When its descriptor was last asked for because a day had passed, ms.
    pub(super) refreshed_at: u64,
    /// When its `last_seen_at` was last written, ms.
    pub(super) noted_at: u64,
    /// When its worker tries again, ms; none while it does not pause.
    pub(super) next_try_at: Option<u64>,
    /// When admins were last told that its invitations of an hour are used up, ms.
    pub(super) over_budget_at: Option<u64>,
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
            known: KnownKeys::default(),
            candidate: None,
            reachable: true,
            refreshed_at: 0,
            noted_at: 0,
            next_try_at: None,
            over_budget_at: None,
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

    fn of_row(row: PeerRow, keys: Option<PeerKeysRow>) -> Result<Self, Malformed> {
        let mut peer = Peer::unknown(&row.server, row.first_contact_at);
        peer.reachable = row.unreachable_since.is_none();
        if let Some(bytes) = &row.descriptor {
            peer.descriptor = Some(Arc::new(Descriptor::parse(json::parse(bytes)?)?));
        }
        let pins = pins(&row)?;
        peer.known = match (&keys, &peer.descriptor) {
            (Some(keys), _) => KnownKeys::from_stored(pins, key_records(&keys.known)?),
            // Met before keys were remembered one by one.
            (None, Some(descriptor)) => {
                let trusted = pins.judge(descriptor).trusted;
                KnownKeys::from_stored(pins, trusted)
            }
            (None, None) => KnownKeys::from_stored(pins, Vec::new()),
        };
        if let Some((bytes, at)) = keys.and_then(|keys| keys.candidate.zip(keys.candidate_at)) {
            let candidate = Descriptor::parse(json::parse(&bytes)?)?;
            peer.candidate = Some((Arc::new(candidate), at));
        }
        peer.row = row;
        Ok(peer)
    }

    /// What is to be written of its keys.
    pub(super) fn keys_row(&self) -> PeerKeysRow {
        let known = self.known.keys().iter().map(KeyRecord::to_json);
        let candidate = self.candidate.as_ref();
        PeerKeysRow {
            server: self.row.server.clone(),
            known: Json::Arr(known.collect()).canonical(),
            candidate: candidate.map(|(descriptor, _)| descriptor.as_json().canonical()),
            candidate_at: candidate.map(|(_, at)| *at),
        }
    }

    /// Takes over what is pinned into the row.
    pub(super) fn write_pins(&mut self) {
        let pins = self.known.pins();
        self.row.pinned_keys = pins.keys.iter().map(PublicKey::to_string).collect();
        self.row.pinned_recovery = pins.recovery_key.map(|key| key.to_string());
    }
}

fn key_records(bytes: &[u8]) -> Result<Vec<KeyRecord>, Malformed> {
    match json::parse(bytes)? {
        Json::Arr(keys) => keys.into_iter().map(KeyRecord::parse).collect(),
        _ => Err(Malformed::new("known keys are an array")),
    }
}

/// The keys that the row pins.
fn pins(row: &PeerRow) -> Result<Pins, Malformed> {
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
        let keys = store.peer_keys().await?.into_iter();
        let mut keys: BTreeMap<_, _> = keys.map(|row| (row.server.clone(), row)).collect();
        for row in store.peers().await? {
            let name = row.server.clone();
            let peer = Peer::of_row(row, keys.remove(&name))
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

    /// When a request of it last verified here.
    pub(crate) fn last_heard_at(&self, server: &ServerName) -> Option<u64> {
        self.0.read().get(server)?.row.last_heard_at
    }

    /// Since when no attempt to reach it has succeeded.
    pub(crate) fn unreachable_since(&self, server: &ServerName) -> Option<u64> {
        self.0.read().get(server)?.row.unreachable_since
    }

    /// The believed key of this id, if it was valid at that time.
    pub(super) fn trusted_key(&self, server: &ServerName, id: KeyId, at: u64) -> Option<PublicKey> {
        let peers = self.0.read();
        let key = peers.get(server)?.known.key(id)?;
        key.valid_at(at).then(|| *key.public_key())
    }

    /// The same, if the key has not been revoked since either.
    pub(super) fn unrevoked_key(
        &self,
        server: &ServerName,
        id: KeyId,
        at: u64,
    ) -> Option<PublicKey> {
        let peers = self.0.read();
        let key = peers.get(server)?.known.key(id)?;
        let good = key.valid_at(at) && key.revoked_at.is_none();
        good.then(|| *key.public_key())
    }

    /// Whether this key is pinned for that server, or endorsed by one that is.
    pub(super) fn believes(&self, server: &ServerName, key: &PublicKey) -> bool {
        let peers = self.0.read();
        peers.get(server).is_some_and(|peer| {
            let mut known = peer.known.keys().iter();
            known.any(|known| known.public_key() == key)
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
