use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use scaiwave_protocol::Fqid;

use crate::failure::Failure;

/// How many of something each person holds. Participants of different tenants have different names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Occupancy {
    /// Held for a look-up only. Only people who hold something are in it.
    held: Arc<Mutex<HashMap<Fqid, u32>>>,
    /// The sum of them.
    taken: Arc<AtomicU64>,
}

/// One place, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    occupancy: Occupancy,
    who: Fqid,
}

impl Occupancy {
    /// Takes a place, if the person has fewer than `most`.
    pub(crate) fn take(&self, who: &Fqid, most: u32) -> Result<Place, Failure> {
        let mut held = self.held.lock();
        let count = held.entry(who.clone()).or_insert(0);
        if *count >= most {
            return Err(Failure::too_fast(
                "too many of these at once; close some",
                1,
            ));
        }
        *count += 1;
        self.taken.fetch_add(1, Ordering::Relaxed);
        Ok(Place {
            occupancy: self.clone(),
            who: who.clone(),
        })
    }

    /// Places that are taken, over all people.
    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.occupancy.taken.fetch_sub(1, Ordering::Relaxed);
        let mut held = self.occupancy.held.lock();
        if let Some(count) = held.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_by_person_and_given_back() {
        let alice = Fqid::parse("@alice:acme.example").expect("a name");
        let bob = Fqid::parse("@bob:acme.example").expect("a name");
        let occupancy = Occupancy::default();
        let first = occupancy.take(&alice, 2).expect("the first");
        let second = occupancy.take(&alice, 2).expect("the second");
        assert!(occupancy.take(&alice, 2).is_err());
        let other = occupancy.take(&bob, 2).expect("somebody else");
        assert_eq!(occupancy.taken(), 3);
        drop(first);
        drop(occupancy.take(&alice, 2).expect("one is free again"));
        drop((second, other));
        assert!(occupancy.held.lock().is_empty());
        assert_eq!(occupancy.taken(), 0);
    }
}
