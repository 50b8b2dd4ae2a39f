use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use scaiwave_protocol::{EventId, Fqid};
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::limits::{SOCKET_PAUSE_EACH, SOCKET_PAUSE_MAX};
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

    /// How long a socket waits after a burst before it sends the next one: what a message costs is its way to
    /// every socket, and messages that go out together cost little more than one.
    pub(super) fn pause(&self) -> Duration {
        pause_of(self.open())
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

fn pause_of(open: u64) -> Duration {
    let open = u32::try_from(open).unwrap_or(u32::MAX);
    let pause = SOCKET_PAUSE_EACH.saturating_mul(open).min(SOCKET_PAUSE_MAX);
    // The clock of the runtime knows no shorter one.
    Duration::from_millis(pause.as_millis() as u64)
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
    fn sockets_pause_when_there_are_many() {
        let cases = [
            (0, 0),
            (1, 0),
            (39, 0),
            (40, 1),
            (999, 24),
            (1_000, 25),
            (1_001, 25),
            (u64::MAX, 25),
        ];
        for (open, pause) in cases {
            assert_eq!(pause_of(open), Duration::from_millis(pause), "{open}");
        }
    }

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
