use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use scaiwave_protocol::{EventId, Fqid};
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::live::Occupancy;
use crate::live::occupancy::Place;

/// Open sockets: how many each person has, and the one that each login has.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    people: Occupancy,
    /// By login. Held for a look-up only. Only logins with an open socket are in it.
    logins: Mutex<HashMap<EventId, Login>>,
    next: AtomicU64,
}

#[derive(Debug)]
struct Login {
    number: u64,
    replaced: CancellationToken,
}

/// A login's socket, until it is dropped or the login opens another one.
#[derive(Debug)]
pub(super) struct Registered {
    sockets: Arc<Sockets>,
    login: EventId,
    number: u64,
}

impl Sockets {
    pub(super) fn take(&self, who: &Fqid, most: u32) -> Result<Place, Failure> {
        self.people.take(who, most)
    }

    /// Sockets that are open.
    pub(crate) fn open(&self) -> u64 {
        self.people.taken()
    }

    /// Makes this the login's socket; cancels the one before.
    pub(super) fn register(
        self: &Arc<Self>,
        login: EventId,
        ended: &CancellationToken,
    ) -> Registered {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let entry = Login {
            number,
            replaced: ended.clone(),
        };
        if let Some(before) = self.logins.lock().insert(login, entry) {
            before.replaced.cancel();
        }
        Registered {
            sockets: self.clone(),
            login,
            number,
        }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let mut logins = self.sockets.logins.lock();
        if logins
            .get(&self.login)
            .is_some_and(|login| login.number == self.number)
        {
            logins.remove(&self.login);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_socket_of_a_login_stays() {
        let sockets = Arc::new(Sockets::default());
        let login = EventId::v7(1, [0; 10]);
        let (first, second) = (CancellationToken::new(), CancellationToken::new());
        let of_first = sockets.register(login, &first);
        let other = sockets.register(EventId::v7(2, [0; 10]), &CancellationToken::new());
        let of_second = sockets.register(login, &second);
        assert!(first.is_cancelled());
        drop(of_first);
        assert!(!second.is_cancelled());
        assert_eq!(
            sockets.logins.lock().len(),
            2,
            "the first took nothing of the second with it"
        );
        drop((of_second, other));
        assert!(sockets.logins.lock().is_empty());
    }
}
