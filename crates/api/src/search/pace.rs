//! How often somebody may search.

use std::collections::HashMap;

use parking_lot::Mutex;
use scaiwave_protocol::Fqid;

use crate::failure::Failure;
use crate::limits::{SEARCH_BURST, SEARCH_EVERY, SEARCHERS_MAX};

const EVERY_MS: u64 = SEARCH_EVERY.as_millis() as u64;

/// For each person the time (ms) at which all their searches so far are paid for, one after the other. Who
/// has none is paid up. In memory: a restart forgives.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<HashMap<Fqid, u64>>);

impl Pace {
    /// Counts a search, or says that it comes too early; what is refused does not count.
    pub(crate) fn begin(&self, who: &Fqid, now_ms: u64) -> Result<(), Failure> {
        let mut all = self.0.lock();
        let burst_ms = u64::from(SEARCH_BURST) * EVERY_MS;
        // A clock that was set back does not shut anybody out.
        let owed_ms = all
            .get(who)
            .map_or(0, |paid_ms| paid_ms.saturating_sub(now_ms));
        let owed_ms = owed_ms.min(burst_ms) + EVERY_MS;
        let ahead_ms = owed_ms.saturating_sub(burst_ms);
        if ahead_ms > 0 {
            let sentence = "too many searches; wait a moment";
            return Err(Failure::too_fast(sentence, ahead_ms.div_ceil(1000)));
        }
        if all.len() >= SEARCHERS_MAX && !all.contains_key(who) {
            make_room(&mut all, now_ms);
        }
        all.insert(who.clone(), now_ms + owed_ms);
        Ok(())
    }
}

fn make_room(all: &mut HashMap<Fqid, u64>, now_ms: u64) {
    all.retain(|_, paid_ms| *paid_ms > now_ms);
    if all.len() >= SEARCHERS_MAX {
        let first = all.iter().min_by_key(|(_, paid_ms)| **paid_ms);
        if let Some(who) = first.map(|(who, _)| who.clone()) {
            all.remove(&who);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 1_000_000;

    fn who(name: &str) -> Fqid {
        Fqid::parse(&format!("@{name}:acme.example")).expect(name)
    }

    // A burst is free, then each further search waits for its turn; what is refused costs nothing, and
    // everybody has a pace of their own.
    #[test]
    fn a_burst_and_then_one_at_a_time() {
        let pace = Pace::default();
        let (ann, bob) = (who("ann"), who("bob"));
        for _ in 0..SEARCH_BURST {
            assert!(pace.begin(&ann, START).is_ok());
        }
        for turn in 1..=3 {
            let due = START + turn * EVERY_MS;
            assert!(pace.begin(&ann, due - 1).is_err());
            assert!(pace.begin(&ann, due).is_ok());
        }
        assert!(pace.begin(&bob, START).is_ok());
        let rested = START + 1_000 * EVERY_MS;
        for n in 0..=SEARCH_BURST {
            assert_eq!(pace.begin(&ann, rested).is_ok(), n < SEARCH_BURST);
        }
    }

    #[test]
    fn memory_stays_bounded() {
        let pace = Pace::default();
        for n in 0..SEARCHERS_MAX as u64 + 100 {
            assert!(pace.begin(&who(&format!("p{n}")), START).is_ok());
        }
        assert_eq!(pace.0.lock().len(), SEARCHERS_MAX);
    }
}
