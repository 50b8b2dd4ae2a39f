use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use parking_lot::Mutex;

/// How much is being worked on for each key. Only keys with something in flight are held.
pub(crate) struct InFlight<K> {
    max: usize,
    /// Protects the counts alone; nothing is awaited and no other lock is taken under it.
    counts: Mutex<HashMap<K, usize>>,
}

/// A share of what may be in flight; given back when dropped.
pub(crate) struct Place<K: Hash + Eq> {
    of: Arc<InFlight<K>>,
    key: K,
    weight: usize,
}

impl<K: Hash + Eq + Clone> InFlight<K> {
    pub(crate) fn new(max: usize) -> Arc<Self> {
        Arc::new(InFlight {
            max,
            counts: Mutex::new(HashMap::new()),
        })
    }

    /// Takes a share, if there is as much left for this key.
    pub(crate) fn enter(self: &Arc<Self>, key: K, weight: usize) -> Option<Place<K>> {
        let mut counts = self.counts.lock();
        let taken = counts.get(&key).copied().unwrap_or(0);
        if taken + weight > self.max {
            return None;
        }
        counts.insert(key.clone(), taken + weight);
        Some(Place {
            of: Arc::clone(self),
            key,
            weight,
        })
    }

    /// Whether there is as much left for this key, without taking it: for a name that is not proven yet.
    pub(crate) fn has(&self, key: &K, weight: usize) -> bool {
        let counts = self.counts.lock();
        counts.get(key).copied().unwrap_or(0) + weight <= self.max
    }
}

impl<K: Hash + Eq> Drop for Place<K> {
    fn drop(&mut self) {
        let mut counts = self.of.counts.lock();
        if let Some(taken) = counts.get_mut(&self.key) {
            *taken -= self.weight;
            if *taken == 0 {
                counts.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::InFlight;

    // Places are given back when they are dropped, and a key with none is not remembered.
    #[test]
    fn places_come_back() {
        let in_flight = InFlight::new(2);
        let first = in_flight.enter("a", 1);
        let second = in_flight.enter("a", 1);
        assert!(first.is_some() && second.is_some());
        assert!(in_flight.enter("a", 1).is_none());
        assert!(!in_flight.has(&"a", 1) && in_flight.has(&"a", 0) && in_flight.has(&"b", 2));
        assert!(in_flight.enter("b", 2).is_some());
        drop(first);
        assert!(in_flight.has(&"a", 1) && !in_flight.has(&"a", 2));
        assert!(in_flight.enter("a", 2).is_none());
        assert!(in_flight.enter("a", 1).is_some());
        drop(second);
        assert!(in_flight.counts.lock().is_empty());
    }
}
