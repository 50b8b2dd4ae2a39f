//! Our own keys: made, kept, rotated, published (protocol section 6).

mod fingerprint;
mod rotate;

use std::sync::Arc;

use parking_lot::RwLock;
use scaiwave_protocol::descriptor::{Descriptor, DescriptorDraft, KeyRecord};
use scaiwave_protocol::wire::path;
use scaiwave_protocol::{Malformed, PublicKey, ServerName, Sign as _, SigningKey, json};
use scaiwave_room::RoomState;
use scaiwave_store::record::OwnKeyRow;
use scaiwave_store::{Change, Commit, CommitError, StoreError, TenantStore};

use crate::World;

pub use fingerprint::fingerprint_words;

/// A key lives one year.
const KEY_LIFE_MS: u64 = 365 * 24 * 60 * 60 * 1000;
/// A first key is valid from a little before it was made, so that a peer whose clock lags pins it.
pub const FIRST_KEY_BACKDATED_MS: u64 = 5 * 60 * 1000;
/// A successor signs from a day after its publication on, when every peer has had time to see it.
const SUCCESSOR_WAITS_MS: u64 = 24 * 60 * 60 * 1000;

/// One of our keys, for admins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyView {
    /// Its id.
    pub key_id: String,
    /// The public half.
    pub public_key: String,
    /// ms since the Unix epoch.
    pub valid_from: u64,
    /// ms since the Unix epoch.
    pub valid_until: u64,
    /// ms since the Unix epoch.
    pub revoked_at: Option<u64>,
    /// Whether it is the one that signs now.
    pub signing: bool,
    /// To be read aloud to the other admin.
    pub fingerprint_words: String,
}

/// Why the keys could not be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// Reading or writing them failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored is not a key.
    #[error("a stored key is damaged: {0}")]
    Damaged(#[from] Malformed),
    /// All keys have expired or were revoked.
    #[error(
        "no key is valid now: generate one with `scaiwave admin federation key rotate --force`"
    )]
    NoValidKey,
    /// Too soon.
    #[error("the newest key is less than a day old; rotate again tomorrow, or use --force")]
    TooSoon,
    /// There is one already.
    #[error("this tenant has a key already; use `key rotate` to replace it")]
    Exists,
}

impl From<CommitError> for KeyringError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => error.into(),
            CommitError::Conflict(what) => StoreError::Backend(what.to_owned()).into(),
        }
    }
}

struct OwnKey {
    record: KeyRecord,
    signing: Arc<SigningKey>,
    sign_from: u64,
}

struct Ring {
    keys: Vec<OwnKey>,
    signer: Arc<SigningKey>,
    descriptor: Arc<Descriptor>,
}

/// The keys of one tenant.
pub struct Keyring {
    server_name: ServerName,
    store: Arc<dyn TenantStore>,
    world: World,
    /// Read for each signature, written when keys change. Never held across an await.
    ring: RwLock<Ring>,
}

impl Keyring {
    /// Loads the keys, making the first one if there is none.
    pub async fn load(
        store: Arc<dyn TenantStore>,
        world: World,
        server_name: ServerName,
    ) -> Result<Arc<Self>, KeyringError> {
        if store.own_keys().await?.is_empty() {
            let valid_from = world.now().saturating_sub(FIRST_KEY_BACKDATED_MS);
            let (record, key) = fresh(&world, valid_from);
            put(&*store, &record, &key, valid_from).await?;
        }
        let ring = read(&*store, &world, &server_name).await?;
        Ok(Arc::new(Keyring {
            server_name,
            store,
            world,
            ring: RwLock::new(ring),
        }))
    }

    /// Reads the keys again: another process may have rotated, or a successor's day has come.
    pub async fn reload(&self) -> Result<(), KeyringError> {
        let ring = read(&*self.store, &self.world, &self.server_name).await?;
        *self.ring.write() = ring;
        Ok(())
    }

    /// Whose keys these are.
    pub fn server_name(&self) -> &ServerName {
        &self.server_name
    }

    /// The key that signs now.
    pub fn signer(&self) -> Arc<SigningKey> {
        self.ring.read().signer.clone()
    }

    /// The key to sign with in a room that we host: the present one, unless it does not stand in the
    /// room's log yet and an older one that does is still valid there.
    pub fn signer_in(&self, room: &RoomState) -> Arc<SigningKey> {
        let ring = self.ring.read();
        let Some(us) = room.servers().get(&self.server_name) else {
            return ring.signer.clone();
        };
        let now = self.world.now();
        let in_log = |key: &SigningKey| {
            us.descriptor
                .key(key.public_key().id())
                .is_some_and(|record| record.valid_at(now))
        };
        if in_log(&ring.signer) {
            return ring.signer.clone();
        }
        let older = ring.keys.iter().rev().find(|key| in_log(&key.signing));
        older.map_or_else(|| ring.signer.clone(), |key| key.signing.clone())
    }

    /// The same from the canonical bytes of our descriptor in a room's log, without reading it anew:
    /// what stands there is ours, and a key id stands nowhere else in it.
    pub(crate) fn signer_listed_in(&self, descriptor: &[u8]) -> Arc<SigningKey> {
        let ring = self.ring.read();
        let now = self.world.now();
        let text = String::from_utf8_lossy(descriptor);
        let listed = |key: &OwnKey| {
            key.record.valid_at(now) && text.contains(&format!("\"{}\"", key.record.key_id()))
        };
        let signer = ring.signer.public_key().id();
        let mut keys = ring.keys.iter().rev();
        let present = keys
            .clone()
            .find(|key| key.record.key_id() == signer && listed(key));
        let key = present.or_else(|| keys.find(|key| listed(key)));
        key.map_or_else(|| ring.signer.clone(), |key| key.signing.clone())
    }

    /// What we publish.
    pub fn descriptor(&self) -> Arc<Descriptor> {
        self.ring.read().descriptor.clone()
    }

    /// One of our own public keys.
    pub fn public_key(&self, id: scaiwave_protocol::KeyId) -> Option<PublicKey> {
        let ring = self.ring.read();
        ring.keys
            .iter()
            .find(|key| key.record.key_id() == id)
            .map(|key| *key.record.public_key())
    }

    /// Every public key we ever had.
    pub(crate) fn public_keys(&self) -> Vec<PublicKey> {
        let ring = self.ring.read();
        let keys = ring.keys.iter();
        keys.map(|key| *key.record.public_key()).collect()
    }

    /// All keys, oldest first.
    pub fn keys(&self) -> Vec<KeyView> {
        let ring = self.ring.read();
        let signing = ring.signer.public_key().id();
        let view = |key: &OwnKey| KeyView {
            key_id: key.record.key_id().to_string(),
            public_key: key.record.public_key().to_string(),
            valid_from: key.record.valid_from,
            valid_until: key.record.valid_until,
            revoked_at: key.record.revoked_at,
            signing: key.record.key_id() == signing,
            fingerprint_words: fingerprint_words(key.record.public_key()),
        };
        ring.keys.iter().map(view).collect()
    }
}

impl std::fmt::Debug for Keyring {
    /// Never prints a private half.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring")
            .field("server_name", &self.server_name)
            .finish_non_exhaustive()
    }
}

fn fresh(world: &World, valid_from: u64) -> (KeyRecord, SigningKey) {
    let key = SigningKey::from_seed(&world.random());
    (
        KeyRecord::first(key.public_key(), valid_from, valid_from + KEY_LIFE_MS),
        key,
    )
}

async fn put(
    store: &dyn TenantStore,
    record: &KeyRecord,
    key: &SigningKey,
    sign_from: u64,
) -> Result<(), CommitError> {
    let row = OwnKeyRow {
        record: record.to_json().canonical(),
        key_id: record.key_id().to_string(),
        seed: key.seed(),
        sign_from,
    };
    store
        .commit(Commit::of(vec![Change::PutOwnKey(row)]))
        .await
        .map(drop)
}

async fn read(
    store: &dyn TenantStore,
    world: &World,
    server_name: &ServerName,
) -> Result<Ring, KeyringError> {
    let now = world.now();
    let mut keys = Vec::new();
    for row in store.own_keys().await? {
        keys.push(OwnKey {
            record: KeyRecord::parse(json::parse(&row.record)?)?,
            signing: Arc::new(SigningKey::from_seed(&row.seed)),
            sign_from: row.sign_from,
        });
    }
    keys.sort_by_key(|key| key.record.valid_from);
    let valid = || keys.iter().filter(|key| key.record.valid_at(now));
    // A clock may have been set back to before the first key's time. Nobody believes that key until the
    // clock is right again, but the server runs.
    let not_yet = || {
        keys.iter()
            .find(|key| now < key.record.valid_from && key.record.revoked_at.is_none())
    };
    let newest = valid().next_back().or_else(not_yet);
    let newest = newest.ok_or(KeyringError::NoValidKey)?;
    // Until a successor's day has come the old key signs; if there is no old one, the newest must.
    let signs = valid().rfind(|key| key.sign_from <= now).unwrap_or(newest);
    let draft = DescriptorDraft {
        server_name: server_name.clone(),
        endpoints: path::endpoints(),
        keys: keys.iter().map(|key| key.record.clone()).collect(),
        recovery_key: None,
        software_version: env!("CARGO_PKG_VERSION").to_owned(),
        updated_at: now,
    };
    let descriptor = draft.sign(newest.record.public_key(), &*signs.signing)?;
    Ok(Ring {
        signer: signs.signing.clone(),
        descriptor: Arc::new(descriptor),
        keys,
    })
}
