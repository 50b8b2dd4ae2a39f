//! A clock that stands still until it is moved, and randomness from a counter.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use scaiwave_engine::{Clock, Random, World};

/// 2026-01-01, in ms.
pub(crate) const START: u64 = 1_767_225_600_000;

#[derive(Debug)]
pub(crate) struct FakeClock(AtomicU64);

impl FakeClock {
    pub(crate) fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// Somebody sets it back.
    pub(crate) fn turn_back(&self, seconds: u64) {
        self.0.fetch_sub(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

#[derive(Debug)]
struct Counted(AtomicU64);

impl Random for Counted {
    /// splitmix64 over a counter.
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

pub(crate) fn world() -> (Arc<FakeClock>, World) {
    let clock = Arc::new(FakeClock(AtomicU64::new(START)));
    let random = Arc::new(Counted(AtomicU64::new(1)));
    (clock.clone(), World { clock, random })
}
