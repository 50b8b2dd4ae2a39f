use std::fmt;

use crate::binary;
use crate::ids::text_form;
use crate::json::Malformed;

/// `ed25519:` and the first 8 bytes of SHA-256(public key bytes), base64url.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 8]);

text_form!(KeyId);

impl KeyId {
    /// The id of a public key's 32 bytes.
    pub fn of(public_key: &[u8; 32]) -> Self {
        let hash = binary::Hash::of(&[public_key]).0;
        let mut id = [0; 8];
        id.copy_from_slice(&hash[..8]);
        KeyId(id)
    }

    /// Appends the text.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"ed25519:");
        binary::write(&self.0, out);
    }

    /// Parses the text.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        text.strip_prefix("ed25519:")
            .and_then(|id| binary::decode(id).ok())
            .map(KeyId)
            .ok_or_else(|| Malformed::new("a key id must be `ed25519:` and 8 bytes in base64url"))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ed25519:{}", binary::encode(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
