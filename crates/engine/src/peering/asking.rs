//! Whose descriptors we have asked for lately because somebody claimed their name. Whoever claims it
//! has proven nothing yet, so what they make us do and remember is bounded.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::ServerName;
use tokio::sync::watch;

use crate::world::is_recent;

/// A descriptor is asked for at most once in this time, whoever wants it, ms.
const AGAIN_MS: u64 = 60_000;
/// Servers that are being asked at once. Each may let us wait for 30 s.
const AT_ONCE_MAX: usize = 32;
/// Names of which it is remembered that they were asked for.
const REMEMBERED_MAX: usize = 10_000;

/// One for a tenant.
#[derive(Debug, Default)]
pub(crate) struct Asking {
    /// Held for a look-up only; never across an await.
    asked: Mutex<Asked>,
}

#[derive(Debug, Default)]
struct Asked {
    /// Also of those that we have never met.
    lately: BTreeMap<ServerName, Lately>,
    /// The receiver ends when the answer is there.
    now: BTreeMap<ServerName, watch::Receiver<()>>,
}

#[derive(Clone, Copy, Debug)]
struct Lately {
    /// When it was asked for, ms.
    at: u64,
    answered: bool,
}

/// What somebody who wants a descriptor does.
pub(super) enum Turn {
    /// Asks, and is done when this is dropped.
    Ask(Ask),
    /// Waits for the one who asks.
    Wait(watch::Receiver<()>),
    /// Does without: it was asked for a moment ago, and was had or not.
    Lately { answered: bool },
    /// Comes again: too many others are being asked.
    TooMany,
}

/// The right to ask one server.
pub(super) struct Ask {
    of: Arc<Asking>,
    server: ServerName,
    _done: watch::Sender<()>,
}

impl Ask {
    /// The descriptor was had.
    pub(super) fn note_answer(&self) {
        if let Some(lately) = self.of.asked.lock().lately.get_mut(&self.server) {
            lately.answered = true;
        }
    }
}

impl Drop for Ask {
    fn drop(&mut self) {
        self.of.asked.lock().now.remove(&self.server);
    }
}

impl Asking {
    /// Whose turn it is. `now` is in ms.
    pub(super) fn turn(self: &Arc<Self>, server: &ServerName, now: u64) -> Turn {
        let mut asked = self.asked.lock();
        if let Some(running) = asked.now.get(server) {
            return Turn::Wait(running.clone());
        }
        let is_late = |lately: &Lately| is_recent(lately.at, now, AGAIN_MS);
        if let Some(lately) = asked.lately.get(server).filter(|lately| is_late(lately)) {
            return Turn::Lately {
                answered: lately.answered,
            };
        }
        if asked.lately.len() >= REMEMBERED_MAX {
            asked.lately.retain(|_, lately| is_late(lately));
        }
        if asked.now.len() >= AT_ONCE_MAX || asked.lately.len() >= REMEMBERED_MAX {
            return Turn::TooMany;
        }
        let (done, running) = watch::channel(());
        let lately = Lately {
            at: now,
            answered: false,
        };
        asked.lately.insert(server.clone(), lately);
        asked.now.insert(server.clone(), running);
        Turn::Ask(Ask {
            of: Arc::clone(self),
            server: server.clone(),
            _done: done,
        })
    }

    /// Whether the descriptor was had when it was last asked for.
    pub(super) fn was_answered(&self, server: &ServerName) -> bool {
        let asked = self.asked.lock();
        asked
            .lately
            .get(server)
            .is_some_and(|lately| lately.answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(n: usize) -> ServerName {
        ServerName::parse(&format!("s{n}.example")).expect("a name")
    }

    fn asks(turn: &Turn) -> bool {
        matches!(turn, Turn::Ask(_))
    }

    // One asks, the others wait for them, and nobody asks again before the time is over.
    #[tokio::test]
    async fn one_asks_for_all() {
        let asking = Arc::new(Asking::default());
        let first = asking.turn(&name(1), 1_000);
        assert!(asks(&first));
        let Turn::Wait(mut waiting) = asking.turn(&name(1), 1_000) else {
            panic!("two ask at once")
        };
        assert!(asks(&asking.turn(&name(2), 1_000)), "another server");
        drop(first);
        waiting
            .changed()
            .await
            .expect_err("the one who asked is done");
        let lately = asking.turn(&name(1), 60_999);
        assert!(matches!(lately, Turn::Lately { answered: false }));
        assert!(!asking.was_answered(&name(1)));
        let Turn::Ask(again) = asking.turn(&name(1), 61_000) else {
            panic!("the time is over")
        };
        again.note_answer();
        drop(again);
        let lately = asking.turn(&name(1), 61_000);
        assert!(matches!(lately, Turn::Lately { answered: true }));
        assert!(asking.was_answered(&name(1)));
    }

    // Nobody waits until a clock that was ahead, and has been set right, comes so far again.
    #[test]
    fn the_clock_is_set_back() {
        let asking = Arc::new(Asking::default());
        assert!(asks(&asking.turn(&name(1), 600_000)));
        let lately = asking.turn(&name(1), 599_000);
        assert!(matches!(lately, Turn::Lately { .. }));
        assert!(asks(&asking.turn(&name(1), 500_000)));
    }

    // However many names are claimed, so many are asked at once and so many remembered.
    #[test]
    fn limits() {
        let asking = Arc::new(Asking::default());
        let running: Vec<Turn> = (0..AT_ONCE_MAX).map(|n| asking.turn(&name(n), 0)).collect();
        assert!(running.iter().all(asks));
        assert!(matches!(asking.turn(&name(AT_ONCE_MAX), 0), Turn::TooMany));
        drop(running);
        let more = (AT_ONCE_MAX..REMEMBERED_MAX).map(|n| asking.turn(&name(n), 1));
        assert!(more.into_iter().all(|turn| asks(&turn)));
        assert!(matches!(
            asking.turn(&name(REMEMBERED_MAX), 1),
            Turn::TooMany
        ));
        assert!(asks(&asking.turn(&name(REMEMBERED_MAX), AGAIN_MS)));
        assert!(asking.asked.lock().lately.len() <= REMEMBERED_MAX);
    }
}
