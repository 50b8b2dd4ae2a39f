use std::collections::{HashMap, HashSet, VecDeque};

use parking_lot::Mutex;
use scaiwave_protocol::ServerName;
use scaiwave_protocol::limits::NONCE_MEMORY_S;

use crate::limits::{NONCES_MAX, PEER_NONCES_MAX};

/// The nonces of verified requests of the last two minutes, for each peer: over all tenants that it
/// asks, so that a server with many tenants remembers no more than one with one.
///
/// What is full refuses: forgetting a nonce early would let its request be made again.
pub(crate) struct Nonces {
    per_peer_max: usize,
    max: usize,
    /// Protects all nonces; nothing is awaited and no other lock is taken under it.
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    peers: HashMap<ServerName, Peer>,
    count: usize,
    /// When peers without a nonce were last forgotten, in seconds.
    swept_at: u64,
}

#[derive(Default)]
struct Peer {
    nonces: HashSet<[u8; 16]>,
    /// Oldest first, with the second in which each is forgotten.
    order: VecDeque<(u64, [u8; 16])>,
}

/// What became of a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nonce {
    Fresh,
    Seen,
    /// There is no room to remember it.
    Full,
}

impl Nonces {
    pub(crate) fn new() -> Self {
        Self::with_limits(PEER_NONCES_MAX, NONCES_MAX)
    }

    fn with_limits(per_peer_max: usize, max: usize) -> Self {
        Nonces {
            per_peer_max,
            max,
            seen: Mutex::new(Seen::default()),
        }
    }

    /// Remembers a nonce of a request whose signature verified. `now` is in seconds.
    pub(crate) fn remember(&self, peer: &ServerName, nonce: [u8; 16], now: u64) -> Nonce {
        let mut seen = self.seen.lock();
        let Seen {
            peers,
            count,
            swept_at,
        } = &mut *seen;
        if now.abs_diff(*swept_at) > NONCE_MEMORY_S || *count >= self.max {
            *swept_at = now;
            peers.retain(|_, peer| {
                *count -= peer.forget(now);
                !peer.order.is_empty()
            });
        }
        let peer = peers.entry(peer.clone()).or_default();
        *count -= peer.forget(now);
        if peer.nonces.contains(&nonce) {
            return Nonce::Seen;
        }
        if peer.order.len() >= self.per_peer_max || *count >= self.max {
            return Nonce::Full;
        }
        peer.nonces.insert(nonce);
        peer.order.push_back((now + NONCE_MEMORY_S, nonce));
        *count += 1;
        Nonce::Fresh
    }
}

impl Peer {
    /// Forgets what is old enough and says how many that were.
    fn forget(&mut self, now: u64) -> usize {
        let before = self.order.len();
        while let Some((until, nonce)) = self.order.front() {
            if *until >= now {
                break;
            }
            self.nonces.remove(nonce);
            self.order.pop_front();
        }
        before - self.order.len()
    }
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::ServerName;

    use super::{Nonce, Nonces};

    fn name(text: &str) -> ServerName {
        ServerName::parse(text).unwrap()
    }

    // A nonce is remembered for two minutes, for its peer alone.
    #[test]
    fn two_minutes() {
        let nonces = Nonces::with_limits(10, 10);
        let (b, c) = (name("b.example"), name("c.example"));
        let cases = [
            (&b, 1000, Nonce::Fresh),
            (&b, 1000, Nonce::Seen),
            (&c, 1000, Nonce::Fresh),
            (&b, 1120, Nonce::Seen),
            (&b, 1121, Nonce::Fresh),
            (&b, 1121, Nonce::Seen),
        ];
        for (peer, now, expected) in cases {
            assert_eq!(
                nonces.remember(peer, [7; 16], now),
                expected,
                "{peer} {now}"
            );
        }
    }

    // A full memory refuses what is new and still knows what it has seen; time makes room again.
    #[test]
    fn full_refuses() {
        let nonces = Nonces::with_limits(2, 3);
        let (b, c) = (name("b.example"), name("c.example"));
        let remember = |peer, n, now| nonces.remember(peer, [n; 16], now);
        assert_eq!(remember(&b, 1, 1000), Nonce::Fresh);
        assert_eq!(remember(&b, 2, 1000), Nonce::Fresh);
        assert_eq!(remember(&b, 3, 1000), Nonce::Full, "the peer's own limit");
        assert_eq!(remember(&b, 1, 1000), Nonce::Seen);
        assert_eq!(remember(&c, 1, 1010), Nonce::Fresh);
        assert_eq!(remember(&c, 2, 1010), Nonce::Full, "the limit of all");
        assert_eq!(
            remember(&c, 2, 1125),
            Nonce::Fresh,
            "the others' were forgotten"
        );
        assert_eq!(nonces.seen.lock().count, 2);
    }
}
