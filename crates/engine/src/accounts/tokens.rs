use std::time::Duration;

use moka::sync::Cache;
use scaiwave_protocol::{Hash, binary};

use super::Viewer;
use crate::World;

/// How long a verified token is believed without asking the store: a logout or deactivation takes
/// effect everywhere within this time.
const BELIEF: Duration = Duration::from_secs(5);
/// Tokens believed at a time.
const TOKENS_MAX: u64 = 10_000;

/// Verified access tokens, by their SHA-256.
pub(crate) struct Tokens(Cache<[u8; 32], (Viewer, u64)>);

impl Default for Tokens {
    fn default() -> Self {
        Tokens(
            Cache::builder()
                .max_capacity(TOKENS_MAX)
                .time_to_live(BELIEF)
                .build(),
        )
    }
}

impl Tokens {
    /// The viewer of a token and the token's end (ms), if it was verified a moment ago.
    pub(super) fn get(&self, hash: &[u8; 32]) -> Option<(Viewer, u64)> {
        self.0.get(hash)
    }

    pub(super) fn believe(&self, hash: [u8; 32], viewer: Viewer, until: u64) {
        self.0.insert(hash, (viewer, until));
    }

    pub(super) fn forget(&self, hash: &[u8; 32]) {
        self.0.invalidate(hash);
    }
}

/// A fresh token: 32 random bytes with a prefix that secret scanners can find.
pub(super) fn fresh(world: &World) -> (String, [u8; 32]) {
    let token = format!("swt_{}", binary::encode(&world.random::<32>()));
    let hash = hash(&token);
    (token, hash)
}

/// Tokens are kept as SHA-256: they are random, so nothing slower is needed.
pub(super) fn hash(token: &str) -> [u8; 32] {
    Hash::of(&[token.as_bytes()]).0
}
