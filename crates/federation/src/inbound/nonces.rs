use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use scaiwave_protocol::ServerName;
use scaiwave_protocol::limits::NONCE_MEMORY_S;

use super::Source;
use crate::limits::{NONCES_MAX, PEER_NONCES_MAX, SOURCE_NONCES_MAX, STRANGERS_NONCES_MAX};

/// Two more than the times of requests need, which are whole seconds of a clock that may be adjusted meanwhile.
const MEMORY: Duration = Duration::from_secs(NONCE_MEMORY_S + 2);
/// How often everybody's nonces are looked through at most.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// The nonces of verified requests of the last two minutes, for each peer: over all tenants that it
/// asks, so that a server with many tenants remembers no more than one with one.
///
/// The minutes are those that pass, not those that the clock shows: one that is ahead for a moment and then right
/// again must not make a request good a second time.
///
/// What is full refuses: forgetting a nonce early would let its request be made again. Whoever has a
/// domain has as many names as they like, so strangers share a part of the memory, and those behind one
/// source a part of that: what they fill is not missing to peers that share a room with us.
pub(crate) struct Nonces {
    limits: Limits,
    /// Protects all nonces; nothing is awaited and no other lock is taken under it.
    seen: Mutex<Seen>,
}

#[derive(Clone, Copy)]
struct Limits {
    per_peer: usize,
    per_source: usize,
    strangers: usize,
    all: usize,
}

#[derive(Default)]
struct Seen {
    peers: HashMap<ServerName, Peer>,
    count: usize,
    /// Of peers that are not known to share a room with us.
    strangers: usize,
    /// Of these, behind one source.
    sources: HashMap<Source, usize>,
    /// When peers without a nonce were last forgotten.
    swept_at: Option<Instant>,
}

struct Peer {
    standing: Standing,
    nonces: HashSet<[u8; 16]>,
    /// Oldest first, with the moment at which each is forgotten.
    order: VecDeque<(Instant, [u8; 16])>,
}

/// In whose part of the memory a peer's nonces are.
#[derive(Clone, Copy)]
enum Standing {
    /// Where its first one came from; none where nobody is counted.
    Stranger(Option<Source>),
    Acquainted,
}

/// What became of a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nonce {
    Fresh,
    Seen,
    /// There is no room to remember it.
    Full,
    /// There is none for a stranger.
    FullForStrangers,
}

impl Nonces {
    pub(crate) fn new() -> Self {
        Self::with_limits(Limits {
            per_peer: PEER_NONCES_MAX,
            per_source: SOURCE_NONCES_MAX,
            strangers: STRANGERS_NONCES_MAX,
            all: NONCES_MAX,
        })
    }

    fn with_limits(limits: Limits) -> Self {
        Nonces {
            limits,
            seen: Mutex::new(Seen::default()),
        }
    }

    /// Remembers a nonce of a request whose signature verified.
    pub(crate) fn remember(
        &self,
        peer: &ServerName,
        source: Option<Source>,
        nonce: [u8; 16],
        now: Instant,
    ) -> Nonce {
        let mut seen = self.seen.lock();
        seen.forget(peer, now);
        if seen
            .peers
            .get(peer)
            .is_some_and(|peer| peer.nonces.contains(&nonce))
        {
            return Nonce::Seen;
        }
        let fits = |seen: &Seen| seen.fits(&self.limits, peer, source);
        if fits(&seen) != Nonce::Fresh && seen.may_sweep(now) {
            seen.sweep(now);
        }
        let fit = fits(&seen);
        if fit == Nonce::Fresh {
            seen.insert(peer, source, (now + MEMORY, nonce));
        }
        fit
    }

    /// A peer shares a room with us: its nonces are a stranger's no more.
    pub(crate) fn acquaint(&self, peer: &ServerName) {
        let mut seen = self.seen.lock();
        let known = seen
            .peers
            .entry(peer.clone())
            .or_insert_with(|| Peer::of(Standing::Acquainted));
        let before = std::mem::replace(&mut known.standing, Standing::Acquainted);
        let count = known.order.len();
        seen.give_back(before, count);
    }
}

impl Seen {
    /// Whether one more of this peer can be remembered.
    fn fits(&self, limits: &Limits, peer: &ServerName, source: Option<Source>) -> Nonce {
        let known = self.peers.get(peer);
        if self.count >= limits.all || known.is_some_and(|peer| peer.order.len() >= limits.per_peer)
        {
            return Nonce::Full;
        }
        let standing = known.map_or(Standing::Stranger(source), |peer| peer.standing);
        let Standing::Stranger(source) = standing else {
            return Nonce::Fresh;
        };
        let behind = source.and_then(|source| self.sources.get(&source));
        if self.strangers >= limits.strangers
            || behind.is_some_and(|count| *count >= limits.per_source)
        {
            return Nonce::FullForStrangers;
        }
        Nonce::Fresh
    }

    fn insert(&mut self, peer: &ServerName, source: Option<Source>, nonce: (Instant, [u8; 16])) {
        let stranger = || Peer::of(Standing::Stranger(source));
        let known = self.peers.entry(peer.clone()).or_insert_with(stranger);
        known.nonces.insert(nonce.1);
        known.order.push_back(nonce);
        self.count += 1;
        if let Standing::Stranger(source) = known.standing {
            self.strangers += 1;
            if let Some(source) = source {
                *self.sources.entry(source).or_default() += 1;
            }
        }
    }

    /// Forgets what is old enough of one peer.
    fn forget(&mut self, peer: &ServerName, now: Instant) {
        if let Some(peer) = self.peers.get_mut(peer) {
            let (standing, count) = (peer.standing, peer.forget(now));
            self.count -= count;
            self.give_back(standing, count);
        }
    }

    /// Not at every request, because it looks at all of them.
    fn may_sweep(&self, now: Instant) -> bool {
        self.swept_at.is_none_or(|at| now >= at + SWEEP_EVERY)
    }

    /// The same of everybody, and peers of whom nothing is left; whoever comes back is a stranger first.
    fn sweep(&mut self, now: Instant) {
        self.swept_at = Some(now);
        let mut old = Vec::new();
        self.peers.retain(|_, peer| {
            old.push((peer.standing, peer.forget(now)));
            !peer.order.is_empty()
        });
        for (standing, count) in old {
            self.count -= count;
            self.give_back(standing, count);
        }
    }

    fn give_back(&mut self, standing: Standing, count: usize) {
        let Standing::Stranger(source) = standing else {
            return;
        };
        self.strangers -= count;
        let Some(source) = source else { return };
        if let Some(left) = self.sources.get_mut(&source) {
            *left -= count;
            if *left == 0 {
                self.sources.remove(&source);
            }
        }
    }
}

impl Peer {
    fn of(standing: Standing) -> Self {
        Peer {
            standing,
            nonces: HashSet::new(),
            order: VecDeque::new(),
        }
    }

    /// Forgets what is old enough and says how many that were.
    fn forget(&mut self, now: Instant) -> usize {
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
    use std::net::IpAddr;
    use std::time::{Duration, Instant};

    use scaiwave_protocol::ServerName;

    use super::{Limits, MEMORY, Nonce, Nonces, Source};

    const LIMITS: Limits = Limits {
        per_peer: 2,
        per_source: 3,
        strangers: 5,
        all: 7,
    };

    fn name(text: &str) -> ServerName {
        ServerName::parse(text).unwrap()
    }

    fn source(last: u8) -> Option<Source> {
        Source::of(IpAddr::from([203, 0, 113, last]))
    }

    // A nonce is remembered for two minutes, for its peer alone.
    #[test]
    fn two_minutes() {
        let nonces = Nonces::with_limits(LIMITS);
        let (b, c) = (name("b.example"), name("c.example"));
        let begin = Instant::now();
        let cases = [
            (&b, 0, Nonce::Fresh),
            (&b, 0, Nonce::Seen),
            (&c, 0, Nonce::Fresh),
            (&b, 122, Nonce::Seen),
            (&b, 123, Nonce::Fresh),
            (&b, 123, Nonce::Seen),
        ];
        for (peer, later, expected) in cases {
            let now = begin + Duration::from_secs(later);
            assert_eq!(
                nonces.remember(peer, None, [7; 16], now),
                expected,
                "{peer} {later}"
            );
        }
    }

    // A full memory refuses what is new and still knows what it has seen; time makes room again.
    #[test]
    fn full_refuses() {
        let nonces = Nonces::with_limits(LIMITS);
        let b = name("b.example");
        let begin = Instant::now();
        let remember = |n, later| nonces.remember(&b, None, [n; 16], begin + later);
        let second = Duration::from_secs(1);
        assert_eq!(remember(1, Duration::ZERO), Nonce::Fresh);
        assert_eq!(remember(2, second), Nonce::Fresh);
        assert_eq!(remember(3, 2 * second), Nonce::Full, "the peer's own limit");
        assert_eq!(remember(1, 2 * second), Nonce::Seen);
        assert_eq!(remember(3, MEMORY + second), Nonce::Fresh);
        assert_eq!(nonces.seen.lock().count, 2);
    }

    // An attacker with as many names as they like fills the part of one source, with as many addresses
    // that of strangers; peers that share a room with us are heard all the same, up to the limit of all.
    #[test]
    fn names_are_cheap() {
        let nonces = Nonces::with_limits(LIMITS);
        let begin = Instant::now();
        let remember = |peer: &str, from: u8| {
            let peer = name(peer);
            nonces.remember(&peer, source(from), [0; 16], begin)
        };
        for n in 0..3 {
            assert_eq!(remember(&format!("a{n}.evil.example"), 1), Nonce::Fresh);
        }
        let fourth = remember("a3.evil.example", 1);
        assert_eq!(fourth, Nonce::FullForStrangers, "of one source");
        for n in 3..5 {
            assert_eq!(remember(&format!("a{n}.evil.example"), 2), Nonce::Fresh);
        }
        let sixth = remember("honest.example", 3);
        assert_eq!(sixth, Nonce::FullForStrangers, "of all strangers");
        assert_eq!(nonces.seen.lock().peers.len(), 5, "nothing is kept of it");
        for n in 0..2 {
            let friend = format!("friend{n}.example");
            assert_eq!(remember(&friend, 1), Nonce::FullForStrangers);
            nonces.acquaint(&name(&friend));
            assert_eq!(remember(&friend, 1), Nonce::Fresh);
        }
        nonces.acquaint(&name("friend2.example"));
        assert_eq!(remember("friend2.example", 1), Nonce::Full, "of all");
        // Two minutes later there is room for strangers again.
        let peer = name("honest.example");
        let later = begin + MEMORY + Duration::from_secs(1);
        let later = nonces.remember(&peer, source(1), [0; 16], later);
        assert_eq!(later, Nonce::Fresh);
        let seen = nonces.seen.lock();
        assert_eq!((seen.count, seen.strangers, seen.sources.len()), (1, 1, 1));
    }

    // Whoever becomes an acquaintance gives back what a stranger had taken.
    #[test]
    fn acquaintances_make_room() {
        let nonces = Nonces::with_limits(LIMITS);
        let now = Instant::now();
        let remember = |peer: &str, n| nonces.remember(&name(peer), source(1), [n; 16], now);
        for (peer, n) in [("b.example", 1), ("b.example", 2), ("c.example", 1)] {
            assert_eq!(remember(peer, n), Nonce::Fresh);
        }
        assert_eq!(remember("c.example", 2), Nonce::FullForStrangers);
        nonces.acquaint(&name("b.example"));
        assert_eq!(remember("c.example", 2), Nonce::Fresh);
        assert_eq!(remember("b.example", 1), Nonce::Seen);
    }
}
