use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A clock that moves when it is told to. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct FakeClock(Arc<AtomicU64>);

impl Default for FakeClock {
    fn default() -> Self {
        FakeClock::at(crate::START_MS)
    }
}

impl FakeClock {
    /// A clock that shows this time, in ms since the Unix epoch.
    pub fn at(now_ms: u64) -> Self {
        FakeClock(Arc::new(AtomicU64::new(now_ms)))
    }

    /// What it shows.
    pub fn now_ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Moves it forward.
    pub fn advance(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// Sets it, backwards too: clocks do that.
    pub fn set(&self, now_ms: u64) {
        self.0.store(now_ms, Ordering::SeqCst);
    }
}
