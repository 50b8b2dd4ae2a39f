use std::hash::Hash;
use std::sync::Arc;
use std::time::Instant;

use moka::sync::Cache;
use parking_lot::Mutex;

use crate::limits::{RATE_MEMORY, RATES_REMEMBERED_MAX};

/// Token buckets, one for each key. A bucket that was not touched for a minute is full again, so
/// forgetting it changes nothing; who owes more than a minute's worth is forgiven the rest.
pub(crate) struct Rates<K> {
    per_s: f64,
    burst: f64,
    buckets: Cache<K, Arc<Mutex<Bucket>>>,
}

/// The time that rates go by; it stands still where a test lets time stand still.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
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
        let bucket = self.bucket(key, now);
        let mut bucket = bucket.lock();
        bucket.fill(self.per_s, self.burst, now);
        let there = bucket.tokens >= 1.0;
        if there {
            bucket.tokens -= 1.0;
        }
        there
    }

    /// Takes tokens for what has been done already: a debt is paid before there is one again.
    pub(crate) fn owe(&self, key: &K, tokens: usize, now: Instant) {
        let bucket = self.bucket(key, now);
        let mut bucket = bucket.lock();
        bucket.fill(self.per_s, self.burst, now);
        bucket.tokens -= tokens as f64;
    }

    fn bucket(&self, key: &K, now: Instant) -> Arc<Mutex<Bucket>> {
        self.buckets.get_with_by_ref(key, || {
            Arc::new(Mutex::new(Bucket {
                tokens: self.burst,
                at: now,
            }))
        })
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

    // What is owed is paid by time alone, and a key that owes nothing is not concerned.
    #[test]
    fn a_debt_is_paid_first() {
        let rates = Rates::new(10, 20);
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        rates.owe(&"a", 15, start);
        assert!(rates.has(&"a", start), "within the burst");
        rates.owe(&"a", 15, start);
        assert!(!rates.has(&"a", start));
        assert!(rates.has(&"b", start));
        assert!(!rates.has(&"a", after(1_000)));
        assert!(rates.has(&"a", after(1_200)));
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
