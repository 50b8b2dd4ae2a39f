use std::time::Duration;

use moka::sync::Cache;
use parking_lot::Mutex;
use scaiwave_protocol::{Hash, LocalId, binary};
use tokio::sync::broadcast;

use super::Bearer;
use crate::World;

/// How long a verified token is believed without asking the store: what another process of this server
/// ends is ended here within this time.
const BELIEF: Duration = Duration::from_secs(5);
/// Tokens believed at a time.
const TOKENS_MAX: u64 = 10_000;
/// Endings that a socket may not have heard of yet; one that has missed more looks by itself.
const ENDINGS_WAITING_MAX: usize = 64;

/// Verified access tokens, by their SHA-256.
pub(crate) struct Tokens {
    believed: Cache<[u8; 32], (Bearer, u64)>,
    /// Rises with every ending. Held while a token is believed or forgotten: what was read from the store
    /// before an ending must not be believed after it.
    endings: Mutex<u64>,
    /// Whose logins have changed: a hint for sockets.
    ended: broadcast::Sender<LocalId>,
}

impl Default for Tokens {
    fn default() -> Self {
        let believed = Cache::builder()
            .max_capacity(TOKENS_MAX)
            .time_to_live(BELIEF)
            .build();
        Tokens {
            believed,
            endings: Mutex::default(),
            ended: broadcast::Sender::new(ENDINGS_WAITING_MAX),
        }
    }
}

impl Tokens {
    /// The bearer of a token and the token's end (ms), if it was verified a moment ago.
    pub(super) fn get(&self, hash: &[u8; 32]) -> Option<(Bearer, u64)> {
        self.believed.get(hash)
    }

    /// How many endings there were: to be asked before the store is.
    pub(super) fn endings(&self) -> u64 {
        *self.endings.lock()
    }

    /// Believes what was read from the store, unless anything ended since.
    pub(super) fn believe(&self, since: u64, hash: [u8; 32], bearer: Bearer, until: u64) {
        let endings = self.endings.lock();
        if *endings == since {
            self.believed.insert(hash, (bearer, until));
        }
    }

    /// This token was replaced.
    pub(super) fn forget(&self, hash: &[u8; 32]) {
        let mut endings = self.endings.lock();
        *endings += 1;
        self.believed.invalidate(hash);
    }

    /// Something of this person's logins has ended or changed: nothing of it is believed any more, and
    /// their sockets look at once. To be called after the commit.
    pub(super) fn end(&self, local_id: &LocalId) {
        let mut endings = self.endings.lock();
        *endings += 1;
        let of_person = |(_, (bearer, _)): &(_, (Bearer, u64))| bearer.viewer.local_id == *local_id;
        for (hash, _) in self.believed.iter().filter(of_person) {
            self.believed.invalidate(&*hash);
        }
        drop(endings);
        // An error says that there is no socket.
        self.ended.send(local_id.clone()).ok();
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<LocalId> {
        self.ended.subscribe()
    }
}

/// A fresh secret: 32 random bytes with a prefix that secret scanners can find.
pub(super) fn fresh(world: &World, prefix: &str) -> (String, [u8; 32]) {
    let token = format!("{prefix}_{}", binary::encode(&world.random::<32>()));
    let hash = hash(&token);
    (token, hash)
}

/// Tokens are kept as SHA-256: they are random, so nothing slower is needed.
pub(super) fn hash(token: &str) -> [u8; 32] {
    Hash::of(&[token.as_bytes()]).0
}
