//! Ed25519 keys and signatures (protocol section 1, RFC 8032), judged strictly.

mod key_id;
mod public_key;
mod sig;
mod signing_key;

pub use key_id::KeyId;
pub use public_key::PublicKey;
pub use sig::Sig;
pub use signing_key::{Sign, Signable, SigningKey};
