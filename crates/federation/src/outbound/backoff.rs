use std::time::Duration;

use crate::limits::{BACKOFF_MAX, BACKOFF_MIN, CONTACT_PAUSE_MIN};

/// How long to wait after failures in a row: 1 s doubling to 60 s, each between half and the whole of
/// it by chance, so that the peers of a server that comes back do not all come at once.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
    /// Failures in a row right after the peer had reached us.
    false_contacts: u32,
}

impl Backoff {
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// The pause after one more failure. `random` is anything.
    pub(super) fn next(&mut self, random: u32) -> Duration {
        let whole = doubled(BACKOFF_MIN, self.failures);
        self.failures = self.failures.saturating_add(1);
        let half = whole / 2;
        half + half.mul_f64(f64::from(random) / f64::from(u32::MAX))
    }

    /// How long a contact is no reason yet to try again. A peer may be able to reach us while we
    /// cannot reach it; its thousand requests a second must not become ours.
    pub(super) fn deaf_for(&self) -> Duration {
        match self.false_contacts {
            0 => Duration::ZERO,
            n => doubled(CONTACT_PAUSE_MIN, n - 1),
        }
    }

    /// A contact ended the pause.
    pub(super) fn contacted(&mut self) {
        self.false_contacts = self.false_contacts.saturating_add(1);
    }
}

fn doubled(first: Duration, times: u32) -> Duration {
    first
        .saturating_mul(1u32.checked_shl(times).unwrap_or(u32::MAX))
        .min(BACKOFF_MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Backoff;

    // One second doubling to a minute, for ever, never above and never below half of it.
    #[test]
    fn pauses() {
        let mut backoff = Backoff::default();
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            let whole = Duration::from_secs(seconds);
            assert_eq!(backoff.next(u32::MAX), whole);
        }
        for _ in 0..100 {
            assert_eq!(backoff.next(0), Duration::from_secs(30));
        }
        backoff.reset();
        assert_eq!(backoff.next(u32::MAX), Duration::from_secs(1));
    }

    // The first contact counts at once; those after which the peer failed again count later and later.
    #[test]
    fn contacts() {
        let mut backoff = Backoff::default();
        let mut deaf = || {
            let now = backoff.deaf_for().as_millis();
            backoff.contacted();
            now
        };
        assert_eq!([deaf(), deaf(), deaf(), deaf()], [0, 250, 500, 1000]);
        for _ in 0..100 {
            deaf();
        }
        assert_eq!(deaf(), 60_000);
        backoff.reset();
        assert_eq!(backoff.deaf_for(), Duration::ZERO);
    }
}
