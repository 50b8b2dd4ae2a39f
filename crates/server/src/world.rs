//! The one place where this program asks the operating system for time and randomness.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use scaiwave_engine::{Clock, Random, World};

/// Wall time and randomness of this machine.
pub(crate) fn of_this_machine() -> World {
    World {
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    }
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that all else is given"
    )]
    fn now_ms(&self) -> u64 {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
    }
}

struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the randomness that all else is given"
    )]
    #[expect(
        clippy::expect_used,
        reason = "keys and tokens without randomness would be worse than no server"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}
