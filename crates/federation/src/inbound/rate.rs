use std::hash::Hash;
use std::sync::Arc;
use std::time::Instant;

use moka::sync::Cache;
use parking_lot::Mutex;

use crate::limits::{RATE_MEMORY, RATES_REMEMBERED_MAX};

/// Token buckets, one for each key. A bucket that was not touched for a minute is full again, so
/// forgetting it changes nothing.
pub(crate) struct Rates<K> {
    per_s: f64,
    burst: f64,
    buckets: Cache<K, Arc<Mutex<Bucket>>>,
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

impl<K: Hash + Eq + Clone + Send + Sync + 'static> Rates<K> {
    pub(crate) fn new(per_s: u32, burst: u32) -> Self {
        let buckets = Cache::builder()
            .max_capacity(RATES_REMEMBERED_MAX)
            .time_to_idle(RATE_MEMORY)
            .build();
        Rates {
            per_s: f64::from(per_s),
            burst: f64::from(burst),
            buckets,
        }
    }

    /// Takes a token, if there is one.
    pub(crate) fn take(&self, key: &K, now: Instant) -> bool {
        let bucket = self.buckets.get_with_by_ref(key, || {
            Arc::new(Mutex::new(Bucket {
                tokens: self.burst,
                at: now,
            }))
        });
        let mut bucket = bucket.lock();
        bucket.fill(self.per_s, self.burst, now);
        let there = bucket.tokens >= 1.0;
        if there {
            bucket.tokens -= 1.0;
        }
        there
    }

    /// Whether there is a token, without taking it: for a name that is not proven yet.
    pub(crate) fn has(&self, key: &K, now: Instant) -> bool {
        self.buckets.get(key).is_none_or(|bucket| {
            let mut bucket = bucket.lock();
            bucket.fill(self.per_s, self.burst, now);
            bucket.tokens >= 1.0
        })
    }
}

impl Bucket {
    fn fill(&mut self, per_s: f64, burst: f64, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens = (self.tokens + passed * per_s).min(burst);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Rates;

    // A burst passes, then as many as the rate gives; another key is not concerned.
    #[test]
    fn burst_then_rate() {
        let rates = Rates::new(10, 3);
        let start = Instant::now();
        let passed = |key: &str, after_ms| {
            let now = start + Duration::from_millis(after_ms);
            (0..5).filter(|_| rates.take(&key.to_owned(), now)).count()
        };
        assert_eq!(passed("a", 0), 3);
        assert_eq!(passed("a", 0), 0);
        assert_eq!(passed("a", 200), 2);
        assert_eq!(passed("b", 200), 3);
        assert_eq!(passed("a", 10_000), 3, "never more than the burst");
    }

    // Asking whether there is a token takes none.
    #[test]
    fn looking_is_free() {
        let rates = Rates::new(1, 1);
        let now = Instant::now();
        assert!((0..5).all(|_| rates.has(&"a", now)));
        assert!(rates.take(&"a", now));
        assert!(!rates.has(&"a", now));
        assert!(rates.has(&"a", now + Duration::from_secs(1)));
    }
}
