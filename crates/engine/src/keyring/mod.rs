//! Our own keys: made, kept, rotated, revoked, published (protocol section 6).
//!
//! Whatever changes is one commit: the keys, what we publish of them, and the line of the audit log.
//! Everything else (which key signs, when a successor is due) follows from what is stored and the
//! clock, so that a restart at any point goes on where it was.

mod calendar;
mod fingerprint;
mod recovery;
mod revoke;
mod ring;
mod rotate;
mod signers;
mod view;

use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::{Malformed, PublicKey, ServerName, SigningKey};
use scaiwave_store::{Change, Commit, CommitError, StoreError, TenantStore};

use crate::World;
use crate::audit::{self, Action, Actor, Happening};

pub use fingerprint::fingerprint_words;
pub use recovery::RecoveryKey;
pub use view::KeyView;

use ring::{OwnKey, Read, Ring};

/// A key lives one year.
const KEY_LIFE_MS: u64 = 365 * DAY_MS;
/// A key that signs at once is valid from a little before it was made, so that a peer whose clock lags
/// takes it.
pub const FIRST_KEY_BACKDATED_MS: u64 = 5 * 60 * 1000;
/// A successor signs from a day after its publication on, when every peer has had time to see it.
const SUCCESSOR_WAITS_MS: u64 = DAY_MS;
/// So long before the end of the last key its successor is made.
const OVERLAP_MS: u64 = 30 * DAY_MS;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Why the keys could not be had, or not be changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// Reading or writing them failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored is not a key.
    #[error("a stored key is damaged: {0}")]
    Damaged(#[from] Malformed),
    /// Too soon.
    #[error(
        "the newest key is less than a day old, or the clock is behind it; rotate again tomorrow, or use --force"
    )]
    TooSoon,
    /// The descriptor has no room for another.
    #[error("128 keys have not expired yet, and a descriptor lists no more")]
    TooManyKeys,
    /// No such key.
    #[error("this tenant has no key of that id; `key list` shows them")]
    Unknown,
    /// Nothing to do.
    #[error("that key is revoked already")]
    AlreadyRevoked,
    /// Peers could not believe in a successor.
    #[error(
        "nothing but that key could vouch for its successor: use --recovery, or --force if every peer's \
         admin will have to accept the new key by hand"
    )]
    NobodyVouches,
    /// The one in the file is another.
    #[error("that is not the private half of the recovery key that this server has published")]
    NotTheRecoveryKey,
    /// Peers that know us keep the first one.
    #[error(
        "there is a recovery key already, and peers that know this server will never take another; \
         --force replaces it for those who meet it later"
    )]
    RecoveryExists,
    /// What was in the file.
    #[error("a recovery key is one line that begins with `scaiwave-recovery:`")]
    NoRecoveryKey,
}

impl From<CommitError> for KeyringError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => error.into(),
            CommitError::Conflict(what) => StoreError::Backend(what.to_owned()).into(),
        }
    }
}

/// The keys of one tenant.
pub struct Keyring {
    server_name: ServerName,
    store: Arc<dyn TenantStore>,
    world: World,
    /// Read for each signature, written when keys change. Never held across an await.
    ring: RwLock<Ring>,
    /// One change after the other. Held across the reading, the deciding and the commit.
    changing: tokio::sync::Mutex<()>,
    /// Held while rows are parsed; no other lock is taken under it.
    read: Mutex<Read>,
}

impl Keyring {
    /// Loads the keys, making the first one if there is none, and a successor if all have expired.
    pub async fn load(
        store: Arc<dyn TenantStore>,
        world: World,
        server_name: ServerName,
    ) -> Result<Arc<Self>, KeyringError> {
        let read = Mutex::default();
        let stored = ring::read(&*store, &read).await?;
        let now = world.now();
        let mut keys = stored.keys;
        let mut changes = Vec::new();
        if keys.is_empty() {
            let first = OwnKey::fresh(&world, now.saturating_sub(FIRST_KEY_BACKDATED_MS), now);
            changes.push(first.put());
            changes.push(said(
                &world,
                Action::KeyMade,
                format!("The first key is {}.", first.id()),
            ));
            keys.push(first);
        }
        let recovery = stored
            .published
            .as_ref()
            .and_then(|known| known.recovery_key().copied());
        let ring = Ring::new(keys, recovery, stored.published.as_ref(), &server_name, now)?;
        changes.extend(ring.put_if_new(stored.published.as_ref()));
        if !changes.is_empty() {
            store.commit(Commit::of(changes)).await?;
        }
        let keyring = Arc::new(Keyring {
            server_name,
            store,
            world,
            ring: RwLock::new(ring),
            changing: tokio::sync::Mutex::default(),
            read,
        });
        if !keyring.ring.read().has_valid(now) {
            keyring.keep_calendar().await?;
        }
        Ok(keyring)
    }

    /// Reads the keys again: another process may have changed them, or a successor's day has come.
    pub async fn reload(&self) -> Result<(), KeyringError> {
        let _turn = self.changing.lock().await;
        self.read_again().await
    }

    async fn read_again(&self) -> Result<(), KeyringError> {
        let stored = ring::read(&*self.store, &self.read).await?;
        let recovery = stored
            .published
            .as_ref()
            .and_then(|known| known.recovery_key().copied());
        let ring = Ring::new(
            stored.keys,
            recovery,
            stored.published.as_ref(),
            &self.server_name,
            self.world.now(),
        )?;
        let changes: Vec<Change> = ring.put_if_new(stored.published.as_ref()).collect();
        if !changes.is_empty() {
            self.store.commit(Commit::of(changes)).await?;
        }
        *self.ring.write() = ring;
        Ok(())
    }

    /// Writes a change of the keys: those that are new or different, what is published, what is said.
    async fn change(
        &self,
        keys: Vec<OwnKey>,
        recovery: Option<PublicKey>,
        mut changes: Vec<Change>,
    ) -> Result<(), KeyringError> {
        let published = self.descriptor();
        let now = self.world.now();
        let ring = Ring::new(keys, recovery, Some(&published), &self.server_name, now)?;
        changes.extend(ring.put_if_new(Some(&published)));
        self.store.commit(Commit::of(changes)).await?;
        *self.ring.write() = ring;
        Ok(())
    }

    /// Whose keys these are.
    pub fn server_name(&self) -> &ServerName {
        &self.server_name
    }

    /// What we publish.
    pub fn descriptor(&self) -> Arc<Descriptor> {
        self.ring.read().descriptor.clone()
    }

    /// The key that signs now.
    pub fn signer(&self) -> Arc<SigningKey> {
        self.ring.read().signer(self.world.now()).signing.clone()
    }

    /// One of our own public keys.
    pub fn public_key(&self, id: scaiwave_protocol::KeyId) -> Option<PublicKey> {
        let ring = self.ring.read();
        let key = ring.keys.iter().find(|key| key.id() == id);
        key.map(|key| *key.record.public_key())
    }

    /// Every public key we ever had.
    pub(crate) fn public_keys(&self) -> Vec<PublicKey> {
        let ring = self.ring.read();
        let keys = ring.keys.iter();
        keys.map(|key| *key.record.public_key()).collect()
    }

    /// Whether something signed with this key of ours is taken now and for a while.
    pub(crate) fn is_good(&self, id: scaiwave_protocol::KeyId) -> bool {
        let now = self.world.now();
        let ring = self.ring.read();
        let key = ring.keys.iter().find(|key| key.id() == id);
        key.is_some_and(|key| key.record.valid_at(now) && key.record.valid_at(now + DAY_MS))
            || ring.signer(now).id() == id
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

/// The line of the audit log.
fn said(world: &World, action: Action, message: String) -> Change {
    said_by(world, Actor::Server, action, message)
}

fn said_by(world: &World, actor: Actor<'_>, action: Action, message: String) -> Change {
    audit::note_in(
        world,
        Happening {
            actor,
            action,
            peer: None,
            room_id: None,
            message,
        },
    )
}

impl OwnKey {
    fn id(&self) -> scaiwave_protocol::KeyId {
        self.record.key_id()
    }
}
