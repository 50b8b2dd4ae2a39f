use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

use super::Frame;

/// Frames kept for sessions that are a little behind.
const RING_FRAMES_MAX: usize = 4096;
/// Frames that may wait for a lower position to arrive before the ring starts anew.
const WAITING_MAX: usize = 16_384;

/// The newest frames of a tenant, in the order of their positions.
///
/// Commits of several lanes come back in any order; a frame is shown only when all below it are there,
/// so that a session's position never passes over something that it has not seen.
pub struct Hub {
    /// Held for pushes and copies of a few pointers only; never across an await. No other lock is
    /// taken inside.
    ring: Mutex<Ring>,
    /// The index after the newest frame.
    end: watch::Sender<u64>,
}

struct Ring {
    frames: VecDeque<Arc<Frame>>,
    /// Index of `frames[0]`; indexes rise by one for every frame, stored or ephemeral.
    first: u64,
    /// The last position shown.
    position: u64,
    /// Shown when everything below has come. `None` fills a position that nobody needs to hear of.
    waiting: BTreeMap<u64, Option<Arc<Frame>>>,
}

/// What a session finds in the ring.
pub(super) enum Since {
    /// Frames from its index on, and the next index.
    Frames(Vec<Arc<Frame>>, u64),
    /// The ring has moved on without it.
    Overrun,
}

impl Hub {
    /// A hub for a stream that stands at this position.
    pub(crate) fn new(position: u64) -> Self {
        let ring = Ring {
            frames: VecDeque::new(),
            first: 0,
            position,
            waiting: BTreeMap::new(),
        };
        Hub {
            ring: Mutex::new(ring),
            end: watch::Sender::new(0),
        }
    }

    /// The last position that every session may have seen.
    pub fn position(&self) -> u64 {
        self.ring.lock().position
    }

    /// Returns once the stream is past this position.
    pub async fn changed(&self, after: u64) {
        let mut end = self.end.subscribe();
        while self.position() <= after {
            // The sender lives as long as the hub that we borrow.
            if end.changed().await.is_err() {
                return;
            }
        }
    }

    /// Adds the frames of one commit, each at its position.
    pub(crate) fn publish(&self, frames: impl IntoIterator<Item = (u64, Option<Frame>)>) {
        let mut ring = self.ring.lock();
        for (position, frame) in frames {
            ring.waiting.insert(position, frame.map(Arc::new));
        }
        ring.release();
        self.announce(&ring);
    }

    /// Adds a frame that is never stored.
    pub(crate) fn publish_ephemeral(&self, frame: Frame) {
        let mut ring = self.ring.lock();
        ring.push(Arc::new(frame));
        self.announce(&ring);
    }

    fn announce(&self, ring: &Ring) {
        self.end.send_replace(ring.end());
    }

    /// Where a session that has seen everything up to now goes on: (index, position).
    pub(super) fn here(&self) -> (u64, u64) {
        let ring = self.ring.lock();
        (ring.end(), ring.position)
    }

    /// The index right after this position, if the ring reaches so far back.
    pub(super) fn index_after(&self, position: u64) -> Option<u64> {
        let ring = self.ring.lock();
        if position >= ring.position {
            return Some(ring.end());
        }
        let oldest = ring.frames.iter().find_map(|frame| frame.position)?;
        if position + 1 < oldest {
            return None;
        }
        let skip = ring
            .frames
            .iter()
            .take_while(|frame| frame.position.is_none_or(|p| p <= position));
        Some(ring.first + skip.count() as u64)
    }

    pub(super) fn since(&self, index: u64) -> Since {
        let ring = self.ring.lock();
        let Some(skip) = index.checked_sub(ring.first) else {
            return Since::Overrun;
        };
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        Since::Frames(ring.frames.iter().skip(skip).cloned().collect(), ring.end())
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.end.subscribe()
    }
}

impl Ring {
    fn end(&self) -> u64 {
        self.first + self.frames.len() as u64
    }

    fn push(&mut self, frame: Arc<Frame>) {
        if self.frames.len() == RING_FRAMES_MAX {
            self.frames.pop_front();
            self.first += 1;
        }
        self.frames.push_back(frame);
    }

    /// Shows what has everything below it. A position that never comes (its lane died between commit and
    /// here) must not silence the tenant: past a bound the ring starts anew and sessions read the store.
    fn release(&mut self) {
        if self.waiting.len() > WAITING_MAX {
            self.first = self.end() + 1;
            self.frames.clear();
            self.position = self
                .waiting
                .keys()
                .next_back()
                .copied()
                .unwrap_or(self.position);
            self.waiting.clear();
        }
        while let Some(frame) = self.waiting.remove(&(self.position + 1)) {
            self.position += 1;
            if let Some(frame) = frame {
                self.push(frame);
            }
        }
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub")
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}
