use super::{Keyring, fingerprint_words};

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
        let view = |key: &super::OwnKey| KeyView {
            key_id: key.record.key_id().to_string(),
            public_key: key.record.public_key().to_string(),
            valid_from: key.record.valid_from,
            valid_until: key.record.valid_until,
            revoked_at: key.record.revoked_at,
            signing: key.id() == signing,
            fingerprint_words: fingerprint_words(key.record.public_key()),
        };
        ring.keys.iter().map(view).collect()
    }

    pub(super) fn view(&self, id: scaiwave_protocol::KeyId) -> Option<KeyView> {
        let id = id.to_string();
        self.keys().into_iter().find(|key| key.key_id == id)
    }

    /// The public half of the key that is kept offline.
    pub fn recovery_key(&self) -> Option<String> {
        let descriptor = self.descriptor();
        descriptor.recovery_key().map(ToString::to_string)
    }
}
