//! How often somebody may try a password.
//!
//! Failures are counted by name and by source. After a few, each next try waits, twice as long as the one
//! before it. A name that nobody has is counted like any other: what is refused tells nothing about it.

use std::collections::HashMap;
use std::hash::Hash;

use parking_lot::Mutex;
use scaiwave_engine::Source;

use crate::failure::Failure;
use crate::limits::{
    LOGIN_DELAY_FIRST, LOGIN_DELAY_MAX, LOGIN_FREE_FAILURES, LOGIN_FREE_FAILURES_OF_SOURCE,
    LOGIN_MEMORY, LOGIN_NAMES_MAX,
};

/// Failed tries. In memory: a restart forgives.
#[derive(Debug)]
pub(crate) struct Throttle {
    names: Tries<(String, String)>,
    /// Loopback is no source: there stands our own proxy, and behind it everybody.
    sources: Tries<Source>,
}

impl Default for Throttle {
    fn default() -> Self {
        Throttle {
            names: Tries::new(LOGIN_FREE_FAILURES),
            sources: Tries::new(LOGIN_FREE_FAILURES_OF_SOURCE),
        }
    }
}

impl Throttle {
    /// Counts a try as failed until [`Self::succeeded`] says otherwise, so that a hundred tries at the
    /// same moment are not each the first.
    pub(crate) fn begin(
        &self,
        tenant: &str,
        username: &str,
        source: Option<Source>,
        now_ms: u64,
    ) -> Result<(), Failure> {
        self.begin_unnamed(source, now_ms)?;
        let begun = self.names.begin(key(tenant, username), now_ms);
        begun.map_err(|wait_ms| {
            self.undecided_unnamed(source);
            let sentence = "too many failed logins of this name; wait and try again";
            Failure::too_fast(sentence, wait_ms.div_ceil(1000))
        })
    }

    /// A try that names nobody, such as one with a link.
    pub(crate) fn begin_unnamed(&self, source: Option<Source>, now_ms: u64) -> Result<(), Failure> {
        let Some(source) = source else {
            return Ok(());
        };
        self.sources.begin(source, now_ms).map_err(|wait_ms| {
            let sentence = "too many failed logins from your network; wait and try again";
            Failure::too_fast(sentence, wait_ms.div_ceil(1000))
        })
    }

    /// The password was right: the name starts anew. The source does not, or somebody with an account of
    /// their own could try those of others for ever.
    pub(crate) fn succeeded(&self, tenant: &str, username: &str, source: Option<Source>) {
        self.names.forgive(&key(tenant, username));
        self.undecided_unnamed(source);
    }

    /// The try says nothing about the password: it does not count.
    pub(crate) fn undecided(&self, tenant: &str, username: &str, source: Option<Source>) {
        self.names.take_back(&key(tenant, username));
        self.undecided_unnamed(source);
    }

    pub(crate) fn undecided_unnamed(&self, source: Option<Source>) {
        if let Some(source) = source {
            self.sources.take_back(&source);
        }
    }
}

fn key(tenant: &str, username: &str) -> (String, String) {
    // Names that the engine would not know anyway share what memory they may take.
    let name: String = username.chars().take(64).collect();
    (tenant.to_owned(), name.to_ascii_lowercase())
}

#[derive(Debug)]
struct Tries<K> {
    /// Failures without a delay.
    free: u32,
    /// Held for a look-up only. Bounded by [`LOGIN_NAMES_MAX`].
    failures: Mutex<HashMap<K, Failures>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Failures {
    count: u32,
    last_ms: u64,
}

impl<K: Clone + Eq + Hash> Tries<K> {
    fn new(free: u32) -> Self {
        Tries {
            free,
            failures: Mutex::default(),
        }
    }

    /// Counts a failure, or says for how many ms it is too early for another one.
    fn begin(&self, key: K, now_ms: u64) -> Result<(), u64> {
        let mut all = self.failures.lock();
        if !all.contains_key(&key) {
            make_room(&mut all, now_ms);
        }
        let failures = all.entry(key).or_default();
        if failures.is_over(now_ms) {
            *failures = Failures::default();
        }
        // A clock that was set back shuts nobody out for longer than the delay.
        failures.last_ms = failures.last_ms.min(now_ms);
        let until_ms = failures.last_ms + delay_ms(failures.count, self.free);
        if now_ms < until_ms {
            return Err(until_ms - now_ms);
        }
        failures.count += 1;
        failures.last_ms = now_ms;
        Ok(())
    }

    fn take_back(&self, key: &K) {
        if let Some(failures) = self.failures.lock().get_mut(key) {
            failures.count = failures.count.saturating_sub(1);
        }
    }

    fn forgive(&self, key: &K) {
        self.failures.lock().remove(key);
    }
}

impl Failures {
    fn is_over(self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.last_ms) >= LOGIN_MEMORY.as_millis() as u64
    }
}

/// How long to wait after this many failures.
fn delay_ms(count: u32, free: u32) -> u64 {
    let Some(beyond) = count.checked_sub(free) else {
        return 0;
    };
    let (first, most) = (LOGIN_DELAY_FIRST.as_millis(), LOGIN_DELAY_MAX.as_millis());
    let doubled = first << beyond.min(32);
    doubled.min(most) as u64
}

fn make_room<K: Clone + Eq + Hash>(all: &mut HashMap<K, Failures>, now_ms: u64) {
    if all.len() < LOGIN_NAMES_MAX {
        return;
    }
    all.retain(|_, failures| !failures.is_over(now_ms));
    if all.len() >= LOGIN_NAMES_MAX {
        // A look through the table is nothing beside the password hash that follows.
        let oldest = all.iter().min_by_key(|(_, failures)| failures.last_ms);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            all.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 1_000_000;

    fn source(address: &str) -> Option<Source> {
        Source::of(address.parse().expect(address))
    }

    fn is_refused(throttle: &Throttle, tenant: &str, name: &str, now_ms: u64) -> bool {
        throttle.begin(tenant, name, None, now_ms).is_err()
    }

    // After the free failures each next try waits twice as long, up to the longest delay; a moment before
    // that it is refused, and what is refused does not count.
    #[test]
    fn delays_grow_up_to_the_longest() {
        let throttle = Throttle::default();
        for _ in 0..LOGIN_FREE_FAILURES {
            assert!(!is_refused(&throttle, "acme", "alice", START));
        }
        let (mut now, mut delay) = (START, LOGIN_DELAY_FIRST.as_millis() as u64);
        let longest = LOGIN_DELAY_MAX.as_millis() as u64;
        for _ in 0..12 {
            assert!(
                is_refused(&throttle, "acme", "Alice", now + delay - 1),
                "{delay}"
            );
            assert!(
                !is_refused(&throttle, "acme", "alice", now + delay),
                "{delay}"
            );
            now += delay;
            delay = (2 * delay).min(longest);
        }
        assert_eq!(delay, longest);
        assert!(!is_refused(&throttle, "acme", "bob", now), "another name");
        assert!(
            !is_refused(&throttle, "globex", "alice", now),
            "another tenant"
        );
    }

    #[test]
    fn failures_are_forgotten_after_a_while() {
        let memory = LOGIN_MEMORY.as_millis() as u64;
        for (passed, forgotten) in [(memory - 1, false), (memory, true)] {
            let throttle = Throttle::default();
            for _ in 0..LOGIN_FREE_FAILURES {
                assert!(!is_refused(&throttle, "acme", "alice", START));
            }
            let now = START + passed;
            assert!(!is_refused(&throttle, "acme", "alice", now));
            assert_eq!(!is_refused(&throttle, "acme", "alice", now), forgotten);
        }
    }

    // Many names from one network, of one IPv6 subscriber too, are one source; loopback is none.
    #[test]
    fn a_source_has_failures_of_its_own() {
        let throttle = Throttle::default();
        let mut tries = 0;
        let mut refused = |address: &str, now_ms| {
            tries += 1;
            let name = format!("name{tries}");
            throttle
                .begin("acme", &name, source(address), now_ms)
                .is_err()
        };
        for _ in 0..LOGIN_FREE_FAILURES_OF_SOURCE {
            assert!(!refused("2001:db8::1", START));
        }
        let delay = LOGIN_DELAY_FIRST.as_millis() as u64;
        assert!(refused("2001:db8::2", START + delay - 1));
        assert!(!refused("2001:db8:0:1::1", START), "the network next door");
        assert!(!refused("2001:db8::2", START + delay));
        for _ in 0..2 * LOGIN_FREE_FAILURES_OF_SOURCE {
            assert!(!refused("127.0.0.1", START));
        }
    }

    // A name that waits costs its network nothing, and an own account forgives no other.
    #[test]
    fn what_a_source_is_not_charged_for() {
        let throttle = Throttle::default();
        let home = source("203.0.113.9");
        for _ in 0..3 * LOGIN_FREE_FAILURES_OF_SOURCE {
            drop(throttle.begin("acme", "alice", home, START));
        }
        assert!(throttle.begin("acme", "bob", home, START).is_ok());
        throttle.succeeded("acme", "bob", home);
        let left = LOGIN_FREE_FAILURES_OF_SOURCE - LOGIN_FREE_FAILURES;
        for n in 0..left {
            assert!(
                throttle
                    .begin("acme", &format!("x{n}"), home, START)
                    .is_ok()
            );
        }
        assert!(throttle.begin("acme", "bob", home, START).is_err());
        assert!(throttle.begin_unnamed(home, START).is_err());
    }

    #[test]
    fn a_right_password_forgives_its_name() {
        let throttle = Throttle::default();
        for _ in 0..3 * LOGIN_FREE_FAILURES {
            assert!(!is_refused(&throttle, "acme", "alice", START));
            throttle.succeeded("acme", "alice", None);
        }
    }

    #[test]
    fn a_broken_disk_is_not_a_wrong_password() {
        let throttle = Throttle::default();
        for _ in 0..3 * LOGIN_FREE_FAILURES {
            assert!(!is_refused(&throttle, "acme", "alice", START));
            throttle.undecided("acme", "alice", None);
        }
    }

    #[test]
    fn memory_stays_bounded() {
        let throttle = Throttle::default();
        for n in 0..LOGIN_NAMES_MAX as u64 + 100 {
            assert!(!is_refused(
                &throttle,
                "acme",
                &format!("name{n}"),
                START + n
            ));
        }
        assert_eq!(throttle.names.failures.lock().len(), LOGIN_NAMES_MAX);
    }

    // Bad-input row T145: whoever came while the clock was ahead, rightly or in vain, waits as long as anybody.
    #[test]
    fn a_clock_that_is_set_back_shuts_nobody_out() {
        let (throttle, office) = (Throttle::default(), source("203.0.113.1"));
        let ahead = START + 3_600_000;
        assert!(throttle.begin("acme", "ann", office, ahead).is_ok());
        throttle.succeeded("acme", "ann", office);
        for _ in 0..LOGIN_FREE_FAILURES {
            assert!(!is_refused(&throttle, "acme", "bob", ahead));
        }
        assert!(throttle.begin("acme", "ann", office, START).is_ok());
        assert!(is_refused(&throttle, "acme", "bob", START));
        let delay = LOGIN_DELAY_FIRST.as_millis() as u64;
        assert!(!is_refused(&throttle, "acme", "bob", START + delay));
    }
}
