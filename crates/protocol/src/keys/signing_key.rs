use std::fmt;

use ed25519_dalek::Signer as _;

use crate::json::Json;
use crate::keys::{KeyId, PublicKey, Sig};

/// Bytes that may be signed: only this crate makes them, each kind under a domain tag of its own, so
/// that a key never signs what somebody else composed.
#[derive(Debug)]
pub struct Signable(Vec<u8>);

impl Signable {
    /// `domain` ‖ what `write` appends; the domain ends in a line feed.
    pub(crate) fn tagged(domain: &'static str, write: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut tagged = Vec::with_capacity(640);
        tagged.extend_from_slice(domain.as_bytes());
        write(&mut tagged);
        Signable(tagged)
    }

    /// `domain` ‖ canonical(`json`).
    pub(crate) fn canonical(domain: &'static str, json: &Json) -> Self {
        Self::tagged(domain, |out| json.write_canonical(out))
    }

    /// The signature base of an HTTP request, which RFC 9421 tags by its own form.
    pub(crate) fn signature_base(base: String) -> Self {
        Signable(base.into_bytes())
    }

    /// What is signed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether `sig` is the signature of `key` over this.
    pub fn verifies(&self, key: &PublicKey, sig: &Sig) -> bool {
        sig.key_id == key.id() && key.verifies(&self.0, &sig.value)
    }
}

/// Something that holds a private key.
pub trait Sign: Send + Sync {
    /// The public half.
    fn public_key(&self) -> PublicKey;

    /// Signs. Only bytes that this crate built can be given.
    fn sign(&self, what: &Signable) -> Sig;
}

/// A private key in memory.
#[derive(Clone)]
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    /// Kept, since making it costs as much as a tenth of a verification.
    public: PublicKey,
}

impl SigningKey {
    /// From the 32 private bytes of RFC 8032.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        // A key derived from a clamped scalar is never weak and always canonical.
        #[expect(
            clippy::expect_used,
            reason = "holds for every seed: RFC 8032 section 5.1.5"
        )]
        let public = PublicKey::from_bytes(key.verifying_key().as_bytes()).expect("a sound key");
        SigningKey { key, public }
    }

    /// The 32 private bytes, to be kept in the store of this tenant and nowhere else.
    pub fn seed(&self) -> [u8; 32] {
        self.key.to_bytes()
    }
}

impl Sign for SigningKey {
    fn public_key(&self) -> PublicKey {
        self.public
    }

    fn sign(&self, what: &Signable) -> Sig {
        Sig {
            key_id: self.public.id(),
            value: self.key.sign(what.bytes()).to_bytes(),
        }
    }
}

impl fmt::Debug for SigningKey {
    /// Never prints the private half.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.public.id())
            .finish_non_exhaustive()
    }
}
