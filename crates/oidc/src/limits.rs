//! Every limit towards a provider, named, with the reason for its number.

use std::time::Duration;

/// Bytes of the discovery document; large ones have some 8 KiB.
pub const DOCUMENT_BYTES_MAX: usize = 256 * 1024;
/// Bytes of the key set: a hundred keys, some with their certificates.
pub const KEYS_BYTES_MAX: usize = 512 * 1024;
/// Keys that are looked at.
pub const KEYS_MAX: usize = 100;
/// Bytes of the answer with tokens, and of what is said about a person: groups can be many.
pub const TOKENS_BYTES_MAX: usize = 256 * 1024;
/// Bytes of a code that is redeemed; some providers put a whole token in it.
pub const CODE_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a subject (OpenID Connect Core section 2).
pub const SUBJECT_BYTES_MAX: usize = 255;
/// Bytes of what else is taken over about a person: longer than any name or address.
pub const CLAIM_BYTES_MAX: usize = 1024;
/// Codes that are redeemed at a time, for one tenant: a burst after a holiday, and no load on others.
pub const REDEEMED_AT_A_TIME: usize = 32;
/// How long document and keys are believed: a key that was withdrawn is not believed for longer.
pub const BELIEVED_MS: u64 = 60 * 60 * 1000;
/// After a failure the document is not asked for again for so long: everybody who begins a login asks.
pub const AFTER_FAILURE_MS: u64 = 5_000;
/// A key that is not known makes us look for new ones, but not more often than this …
pub const LOOKS_MAX: usize = 4;
/// … within this time.
pub const LOOKS_WITHIN_MS: u64 = 60_000;
/// How far the provider's clock may be from ours.
pub const SKEW_S: f64 = 60.0;

/// How long is waited for a provider.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a connection.
    pub connect: Duration,
    /// For one request and its answer.
    pub request: Duration,
    /// For all that a login needs: less than a request of ours may take.
    pub login: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connect: Duration::from_secs(5),
            request: Duration::from_secs(10),
            login: Duration::from_secs(20),
        }
    }
}
