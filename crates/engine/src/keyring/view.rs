use scaiwave_protocol::KeyId;

use super::{Keyring, OwnKey, fingerprint_words};

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

impl Keyring {
    /// All keys, oldest first.
    pub fn keys(&self) -> Vec<KeyView> {
        let ring = self.ring.read();
        let signing = ring.signer(self.world.now()).id();
        ring.keys.iter().map(|key| view(key, signing)).collect()
    }

    pub(super) fn view(&self, id: KeyId) -> Option<KeyView> {
        let ring = self.ring.read();
        let signing = ring.signer(self.world.now()).id();
        let key = ring.keys.iter().find(|key| key.id() == id)?;
        Some(view(key, signing))
    }

    /// The public half of the key that is kept offline.
    pub fn recovery_key(&self) -> Option<String> {
        let descriptor = self.descriptor();
        descriptor.recovery_key().map(ToString::to_string)
    }
}

fn view(key: &OwnKey, signing: KeyId) -> KeyView {
    KeyView {
        key_id: key.id().to_string(),
        public_key: key.record.public_key().to_string(),
        valid_from: key.record.valid_from,
        valid_until: key.record.valid_until,
        revoked_at: key.record.revoked_at,
        signing: key.id() == signing,
        fingerprint_words: fingerprint_words(key.record.public_key()),
    }
}
