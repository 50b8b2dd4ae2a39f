use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use scaiwave_engine::Clock;
use scaiwave_testkit::{FakeClock, START_MS};

/// The time that all share, as one server's clock shows it: off by something, too fast or too slow, and
/// now and then set to something else. Clones are the same clock.
#[derive(Clone)]
pub(crate) struct SimClock {
    base: FakeClock,
    offset_ms: Arc<AtomicI64>,
    /// Millionths that it runs too fast.
    drift_ppm: i64,
}

impl SimClock {
    pub(crate) fn new(base: FakeClock, offset_ms: i64, drift_ppm: i64) -> Self {
        SimClock {
            base,
            offset_ms: Arc::new(AtomicI64::new(offset_ms)),
            drift_ppm,
        }
    }

    /// Sets it so that it is off by exactly this much now, whatever has come together by drift.
    pub(crate) fn set_off_by(&self, ms: i64) {
        self.offset_ms.store(ms - self.drifted(), Ordering::SeqCst);
    }

    /// How far it is off now, in ms.
    pub(crate) fn off_by(&self) -> i64 {
        self.offset_ms.load(Ordering::SeqCst) + self.drifted()
    }

    fn drifted(&self) -> i64 {
        let passed = i64::try_from(self.base.now_ms() - START_MS).unwrap_or(0);
        passed / 1_000 * self.drift_ppm / 1_000
    }
}

impl Clock for SimClock {
    fn now_ms(&self) -> u64 {
        self.base.now_ms().saturating_add_signed(self.off_by())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A clock that was set right drifts away again, and can be set back.
    #[test]
    fn a_clock_drifts_and_is_set() {
        let base = FakeClock::default();
        let clock = SimClock::new(base.clone(), 400, 100);
        assert_eq!(clock.now_ms(), START_MS + 400);
        base.advance(1_000_000);
        assert_eq!(clock.off_by(), 500);
        clock.set_off_by(-600_000);
        assert_eq!(clock.now_ms(), START_MS + 400_000);
        base.advance(10_000_000);
        assert_eq!(clock.off_by(), -599_000);
    }
}
