use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_engine::Random;
use scaiwave_testkit::SplitMix;

/// Randomness of one server, or of the simulation itself. Clones go on in the same sequence.
#[derive(Clone)]
pub(crate) struct SharedChance(Arc<Mutex<SplitMix>>);

impl SharedChance {
    pub(crate) fn new(seed: u64) -> Self {
        SharedChance(Arc::new(Mutex::new(SplitMix::new(seed))))
    }

    pub(crate) fn next(&self) -> u64 {
        self.0.lock().next_u64()
    }

    /// Below `end`, which must not be 0.
    pub(crate) fn below(&self, end: usize) -> usize {
        self.0.lock().below(end)
    }

    /// True in so many of a thousand cases.
    pub(crate) fn permille(&self, n: u32) -> bool {
        self.below(1000) < n as usize
    }

    /// Between `-max` and `max`.
    pub(crate) fn around_zero(&self, max: i64) -> i64 {
        let range = u64::try_from(2 * max + 1).unwrap_or(1);
        i64::try_from(self.next() % range).unwrap_or(0) - max
    }

    /// One of these, if there is any.
    pub(crate) fn pick<'a, T>(&self, from: &'a [T]) -> Option<&'a T> {
        match from.len() {
            0 => None,
            len => from.get(self.below(len)),
        }
    }
}

impl Random for SharedChance {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().fill(bytes);
    }
}
