use std::collections::HashMap;

use parking_lot::Mutex;
use scaiwave_protocol::LocalId;
use scaiwave_store::record::IdentityRow;

use crate::Viewer;
use crate::world::Challenge;

/// How long somebody may take at the provider: to find their second device, or to set a new password.
pub(super) const ATTEMPT_MS: u64 = 10 * 60 * 1000;
/// Attempts of a tenant at a time; beyond that the oldest is forgotten. Each takes less than 2 KiB.
pub(super) const ATTEMPTS_MAX: usize = 10_000;
/// How long a login waits for the page that finishes it.
pub(super) const ENTRY_MS: u64 = 60 * 1000;
/// Logins of a tenant that wait for it; beyond that the oldest is forgotten.
pub(super) const ENTRIES_MAX: usize = 10_000;

/// Logins that have begun and not ended. In memory: a restart makes people begin again.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    /// At the provider, by state.
    pub(super) begun: Waiting<Attempt>,
    /// Back from there, by the SHA-256 of the code that finishes it.
    pub(super) entries: Waiting<Entry>,
}

/// Somebody is at the provider.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    /// SHA-256 of the secret of the browser that began.
    pub(super) browser: [u8; 32],
    pub(super) challenge: Challenge,
    /// Where the browser goes on.
    pub(super) page: String,
    /// Who links their account; none: it is a login.
    pub(super) links: Option<Viewer>,
}

/// Somebody is back, and may have a session.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// SHA-256 of the secret of the browser that began.
    pub(super) browser: [u8; 32],
    pub(super) local_id: LocalId,
    pub(super) identity: IdentityRow,
}

/// Things that wait for their one use, each until its time is over.
#[derive(Debug)]
pub(super) struct Waiting<T> {
    /// Value and end (ms) by key. Held for a look-up only.
    things: Mutex<HashMap<String, (T, u64)>>,
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Waiting {
            things: Mutex::default(),
        }
    }
}

impl<T> Waiting<T> {
    /// Keeps one until `until`; the oldest make room when there are `max`.
    pub(super) fn keep(&self, key: String, thing: T, (now, until): (u64, u64), max: usize) {
        let mut things = self.things.lock();
        if things.len() >= max {
            things.retain(|_, (_, until)| *until > now);
        }
        if things.len() >= max {
            // A look through the table is nothing beside the question to the provider.
            let oldest = things.iter().min_by_key(|(_, (_, until))| *until);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                things.remove(&key);
            }
        }
        things.insert(key, (thing, until));
    }

    /// Takes one out if its time is not over and it is the caller's. What is another's stays.
    pub(super) fn take(&self, key: &str, now: u64, is_own: impl Fn(&T) -> bool) -> Option<T> {
        let mut things = self.things.lock();
        let (thing, _) = things.get(key)?;
        if !is_own(thing) {
            return None;
        }
        let (thing, until) = things.remove(key)?;
        (until > now).then_some(thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_taken_once_in_its_time_by_whom_it_belongs_to() {
        let waiting = Waiting::default();
        let keep = |key: &str| waiting.keep(key.to_owned(), 7, (0, 100), 9);
        keep("a");
        assert_eq!(waiting.take("b", 0, |_| true), None);
        assert_eq!(waiting.take("a", 0, |_| false), None, "another's");
        assert_eq!(waiting.take("a", 99, |thing| *thing == 7), Some(7));
        assert_eq!(waiting.take("a", 99, |_| true), None, "used");
        keep("a");
        assert_eq!(waiting.take("a", 100, |_| true), None, "too late");
    }

    // Those whose time is over go first, then the one that ends first.
    #[test]
    fn memory_stays_bounded() {
        let waiting = Waiting::default();
        let keep = |key: &str, now, until| waiting.keep(key.to_owned(), (), (now, until), 2);
        let is_there = |key: &str| waiting.things.lock().contains_key(key);
        keep("over", 0, 5);
        keep("first", 0, 50);
        keep("second", 10, 60);
        assert!(!is_there("over") && is_there("first") && is_there("second"));
        keep("third", 10, 70);
        assert!(!is_there("first") && is_there("second") && is_there("third"));
    }
}
