use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_federation::Source;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The connections that may be open: in all, and from one source.
#[derive(Debug)]
pub(super) struct Places {
    all: Arc<Semaphore>,
    max: u32,
    from_one: u32,
    /// Held for a look-up only. Only sources with an open connection are in it.
    by_source: Arc<Mutex<HashMap<Source, u32>>>,
}

/// One open connection; given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    _share: Option<Share>,
}

/// A connection as its source counts it.
#[derive(Debug)]
struct Share {
    of: Arc<Mutex<HashMap<Source, u32>>>,
    source: Source,
}

/// Which number is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    All,
    Source,
}

impl Places {
    pub(super) fn new(max: u32, from_one: u32) -> Self {
        Places {
            all: Arc::new(Semaphore::new(max as usize)),
            max,
            from_one,
            by_source: Arc::default(),
        }
    }

    /// Without a source only the number of all connections holds.
    pub(super) fn take(&self, source: Option<Source>) -> Result<Place, Full> {
        let permit = Arc::clone(&self.all).try_acquire_owned();
        let permit = permit.map_err(|_| Full::All)?;
        let share = match source {
            Some(source) => Some(self.share(source).ok_or(Full::Source)?),
            None => None,
        };
        Ok(Place {
            _permit: permit,
            _share: share,
        })
    }

    fn share(&self, source: Source) -> Option<Share> {
        let mut counts = self.by_source.lock();
        let count = counts.get(&source).copied().unwrap_or(0);
        if count >= self.from_one {
            return None;
        }
        counts.insert(source, count + 1);
        Some(Share {
            of: Arc::clone(&self.by_source),
            source,
        })
    }

    /// Returns when every place has been given back; no new one is given out from then on.
    pub(super) async fn all_free(&self) {
        if let Ok(permits) = self.all.acquire_many(self.max).await {
            permits.forget();
        }
    }

    pub(super) fn taken(&self) -> usize {
        (self.max as usize).saturating_sub(self.all.available_permits())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut counts = self.of.lock();
        if let Some(count) = counts.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each source has its share, all of them together have the whole, and what is given back is free.
    #[test]
    fn places_by_source_and_in_all() {
        let places = Places::new(3, 2);
        let take = |address: &str| places.take(Source::of(address.parse().unwrap()));
        let first = take("203.0.113.1").unwrap();
        let second = take("203.0.113.1").unwrap();
        assert_eq!(take("203.0.113.1").unwrap_err(), Full::Source);
        let third = take("203.0.113.2").unwrap();
        assert_eq!(take("203.0.113.3").unwrap_err(), Full::All);
        drop(first);
        let fourth = take("203.0.113.1").unwrap();
        drop((second, third, fourth));
        assert!(places.by_source.lock().is_empty());
        assert_eq!(places.taken(), 0);
    }

    /// The proxy on this machine brings everybody; a network of IPv6 addresses is one source.
    #[test]
    fn who_is_one_source() {
        let places = Places::new(100, 1);
        let take = |address: &str| places.take(Source::of(address.parse().unwrap()));
        let proxied: Vec<_> = ["127.0.0.1", "127.0.0.1", "::1", "::1"]
            .map(|address| take(address).unwrap())
            .into();
        let one = take("2001:db8:1:2::1").unwrap();
        assert_eq!(take("2001:db8:1:2:ffff::9").unwrap_err(), Full::Source);
        let other = take("2001:db8:1:3::1").unwrap();
        let four = take("203.0.113.1").unwrap();
        assert_eq!(take("::ffff:203.0.113.1").unwrap_err(), Full::Source);
        drop((proxied, one, other, four));
    }
}
