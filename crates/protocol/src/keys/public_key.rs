use std::fmt;
use std::hash::{Hash, Hasher};

use data_encoding::BASE64;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::ids::text_form;
use crate::json::Malformed;
use crate::keys::KeyId;

/// A public key that is a canonical encoding of a point not of small order.
///
/// It is decompressed once, when it is read: that is a tenth of what a verification costs.
#[derive(Clone, Copy)]
pub struct PublicKey {
    key: VerifyingKey,
    id: KeyId,
}

text_form!(PublicKey);

impl PublicKey {
    /// From 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Malformed> {
        let weak = || Malformed::new("a public key is not a sound Ed25519 key");
        if !is_canonical(bytes) {
            return Err(weak());
        }
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| weak())?;
        if key.is_weak() {
            return Err(weak());
        }
        Ok(PublicKey {
            key,
            id: KeyId::of(bytes),
        })
    }

    /// Parses `ed25519:` and padded base64.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let wrong = || Malformed::new("a public key must be `ed25519:` and 32 bytes in base64");
        let digits = text.strip_prefix("ed25519:").ok_or_else(wrong)?;
        // 32 bytes are 44 characters with their padding.
        if digits.len() != 44 {
            return Err(wrong());
        }
        let bytes = BASE64.decode(digits.as_bytes()).map_err(|_| wrong())?;
        Self::from_bytes(&bytes.try_into().map_err(|_| wrong())?)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// The name under which this key signs.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Whether the signature over these bytes is this key's: S < L, canonical A and R, no small
    /// order, no cofactor, never in a batch (protocol section 1).
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key
            .verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    }
}

/// Whether y < p. Decompression alone would take y modulo p and so give one key two encodings.
fn is_canonical(bytes: &[u8; 32]) -> bool {
    let high = bytes[31] & 0x7f;
    let all_ones = high == 0x7f && bytes[1..31].iter().all(|b| *b == 0xff);
    !(all_ones && bytes[0] >= 0xed)
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ed25519:{}", BASE64.encode(self.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
