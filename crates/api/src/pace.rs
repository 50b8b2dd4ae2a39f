//! How often somebody may do something: a burst, and then one in so much time.

use std::collections::HashMap;
use std::hash::Hash;

use parking_lot::Mutex;

use crate::limits::{PACED_MAX, SEARCH_BURST, SEARCH_EVERY};

/// What is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Microseconds that one takes.
    every_us: u64,
    /// So many at once.
    burst: u64,
}

impl Rate {
    /// Searches of one person.
    pub(crate) const SEARCH: Rate = Rate {
        every_us: SEARCH_EVERY.as_micros() as u64,
        burst: SEARCH_BURST as u64,
    };

    /// So many in a minute, all of them at once if need be. None at all is one an hour.
    pub(crate) fn per_minute(n: u64) -> Self {
        const MINUTE_US: u64 = 60_000_000;
        Rate {
            every_us: MINUTE_US.checked_div(n).unwrap_or(60 * MINUTE_US).max(1),
            burst: n.max(1),
        }
    }
}

/// For each of those who are counted the time (µs) at which all that they did is paid for, one after the
/// other. Who has none is paid up. In memory: a restart forgives.
#[derive(Debug)]
pub(crate) struct Pace<K>(Mutex<HashMap<K, u64>>);

impl<K> Default for Pace<K> {
    fn default() -> Self {
        Pace(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash> Pace<K> {
    /// Counts one, or says for how many seconds it is too early; what is refused does not count.
    pub(crate) fn begin(&self, who: &K, rate: Rate, now_ms: u64) -> Result<(), u64> {
        let now_us = now_ms * 1_000;
        let burst_us = rate.burst.saturating_mul(rate.every_us);
        let mut all = self.0.lock();
        let owed_us = all
            .get(who)
            .map_or(0, |paid_us| paid_us.saturating_sub(now_us));
        // A clock that was set back does not shut anybody out.
        let owed_us = owed_us.min(burst_us) + rate.every_us;
        let ahead_us = owed_us.saturating_sub(burst_us);
        if ahead_us > 0 {
            return Err(ahead_us.div_ceil(1_000_000));
        }
        if all.len() >= PACED_MAX && !all.contains_key(who) {
            make_room(&mut all, now_us);
        }
        all.insert(who.clone(), now_us + owed_us);
        Ok(())
    }
}

fn make_room<K: Clone + Eq + Hash>(all: &mut HashMap<K, u64>, now_us: u64) {
    all.retain(|_, paid_us| *paid_us > now_us);
    if all.len() >= PACED_MAX {
        let first = all.iter().min_by_key(|(_, paid_us)| **paid_us);
        if let Some(who) = first.map(|(who, _)| who.clone()) {
            all.remove(&who);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 1_000_000;

    // A burst is free, then each further one waits for its turn; what is refused costs nothing, and
    // everybody has a pace of their own.
    #[test]
    fn a_burst_and_then_one_at_a_time() {
        let every_ms = SEARCH_EVERY.as_millis() as u64;
        let pace = Pace::default();
        let begin = |who: &str, now| pace.begin(&who.to_owned(), Rate::SEARCH, now).is_ok();
        for _ in 0..SEARCH_BURST {
            assert!(begin("ann", START));
        }
        for turn in 1..=3 {
            let due = START + turn * every_ms;
            assert!(!begin("ann", due - 1));
            assert!(begin("ann", due));
        }
        assert!(begin("bob", START));
        let rested = START + 1_000 * every_ms;
        for n in 0..=SEARCH_BURST {
            assert_eq!(begin("ann", rested), n < SEARCH_BURST);
        }
    }

    #[test]
    fn so_many_in_a_minute() {
        for n in [1, 2, 7, 600, 100_000] {
            let pace = Pace::default();
            let begin = |now| pace.begin(&(), Rate::per_minute(n), now);
            for _ in 0..n {
                assert_eq!(begin(START), Ok(()));
            }
            let wait_s = begin(START).expect_err("a minute's worth is used up");
            assert!((1..=60).contains(&wait_s), "{n}: {wait_s}");
            assert_eq!(begin(START + 60_000), Ok(()), "{n}");
        }
        let pace = Pace::default();
        assert!(pace.begin(&(), Rate::per_minute(0), START).is_ok());
        assert!(
            pace.begin(&(), Rate::per_minute(0), START + 3_599_999)
                .is_err()
        );
    }

    #[test]
    fn a_clock_that_is_set_back_shuts_nobody_out() {
        let pace = Pace::default();
        let rate = Rate::per_minute(60);
        assert_eq!(pace.begin(&(), rate, START + 10_000_000), Ok(()));
        assert_eq!(pace.begin(&(), rate, START), Err(1));
        assert_eq!(pace.begin(&(), rate, START + 10_000_000), Ok(()));
    }

    #[test]
    fn memory_stays_bounded() {
        let pace = Pace::default();
        for n in 0..PACED_MAX as u64 + 100 {
            assert_eq!(pace.begin(&n, Rate::SEARCH, START), Ok(()));
        }
        assert_eq!(pace.0.lock().len(), PACED_MAX);
    }
}
