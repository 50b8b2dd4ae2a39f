//! How often somebody may try a password.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::failure::Failure;
use crate::limits::{LOGIN_FAILURES_MAX, LOGIN_NAMES_MAX, LOGIN_WINDOW};

const WINDOW_MS: u64 = LOGIN_WINDOW.as_millis() as u64;

/// Failed logins by tenant and name. In memory: a restart forgives.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    /// Held for a look-up only. Bounded by [`LOGIN_NAMES_MAX`].
    failures: Mutex<HashMap<(String, String), Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    since_ms: u64,
}

impl Throttle {
    /// Counts a try as failed until [`Self::succeeded`] says otherwise, so that a hundred tries at the
    /// same moment are not each the first.
    pub(crate) fn begin(&self, tenant: &str, username: &str, now_ms: u64) -> Result<(), Failure> {
        let key = key(tenant, username);
        let mut failures = self.failures.lock();
        let fresh = Failures {
            count: 0,
            since_ms: now_ms,
        };
        if !failures.contains_key(&key) {
            make_room(&mut failures, now_ms);
        }
        let entry = failures.entry(key).or_insert(fresh);
        if entry.is_over(now_ms) {
            *entry = fresh;
        }
        if entry.count >= LOGIN_FAILURES_MAX {
            let left_ms = (entry.since_ms + WINDOW_MS).saturating_sub(now_ms);
            return Err(Failure::too_fast(
                "too many failed logins of this name; wait and try again",
                left_ms.div_ceil(1000).max(1),
            ));
        }
        entry.count += 1;
        Ok(())
    }

    /// The password was right: the name starts anew.
    pub(crate) fn succeeded(&self, tenant: &str, username: &str) {
        self.failures.lock().remove(&key(tenant, username));
    }

    /// The try says nothing about the password: it does not count.
    pub(crate) fn undecided(&self, tenant: &str, username: &str) {
        if let Some(entry) = self.failures.lock().get_mut(&key(tenant, username)) {
            entry.count = entry.count.saturating_sub(1);
        }
    }
}

impl Failures {
    fn is_over(self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.since_ms) >= WINDOW_MS
    }
}

fn key(tenant: &str, username: &str) -> (String, String) {
    // Names that the engine would not know anyway share what memory they may take.
    let name: String = username.chars().take(64).collect();
    (tenant.to_owned(), name.to_ascii_lowercase())
}

fn make_room(failures: &mut HashMap<(String, String), Failures>, now_ms: u64) {
    if failures.len() < LOGIN_NAMES_MAX {
        return;
    }
    failures.retain(|_, entry| !entry.is_over(now_ms));
    if failures.len() >= LOGIN_NAMES_MAX {
        // A look through the table is nothing beside the password hash that follows.
        let oldest = failures.iter().min_by_key(|(_, entry)| entry.since_ms);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            failures.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(throttle: &Throttle, tenant: &str, name: &str, now_ms: u64) -> bool {
        throttle.begin(tenant, name, now_ms).is_err()
    }

    #[test]
    fn the_eleventh_failure_waits_for_the_window_to_end() {
        let throttle = Throttle::default();
        for _ in 0..LOGIN_FAILURES_MAX {
            assert!(!is_refused(&throttle, "acme", "alice", 1_000));
        }
        assert!(is_refused(
            &throttle,
            "acme",
            "Alice",
            1_000 + WINDOW_MS - 1
        ));
        assert!(!is_refused(&throttle, "acme", "bob", 1_000), "another name");
        assert!(
            !is_refused(&throttle, "globex", "alice", 1_000),
            "another tenant"
        );
        assert!(!is_refused(&throttle, "acme", "alice", 1_000 + WINDOW_MS));
    }

    #[test]
    fn a_right_password_forgives() {
        let throttle = Throttle::default();
        for _ in 0..3 * LOGIN_FAILURES_MAX {
            assert!(!is_refused(&throttle, "acme", "alice", 0));
            throttle.succeeded("acme", "alice");
        }
    }

    #[test]
    fn a_broken_disk_is_not_a_wrong_password() {
        let throttle = Throttle::default();
        for _ in 0..3 * LOGIN_FAILURES_MAX {
            assert!(!is_refused(&throttle, "acme", "alice", 0));
            throttle.undecided("acme", "alice");
        }
    }

    #[test]
    fn memory_stays_bounded() {
        let throttle = Throttle::default();
        for n in 0..LOGIN_NAMES_MAX as u64 + 100 {
            assert!(!is_refused(&throttle, "acme", &format!("name{n}"), n));
        }
        assert_eq!(throttle.failures.lock().len(), LOGIN_NAMES_MAX);
    }
}
