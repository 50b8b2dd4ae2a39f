use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

use super::Frame;

/// Frames kept for sessions that are a little behind.
const RING_FRAMES_MAX: usize = 4096;
/// Bytes of memory that their contents take together, without the text that is sent. Of messages as people write them
/// all frames fit; of messages of 64 KiB about 250. Who is further behind reads the store.
const RING_BYTES_MAX: usize = 16 << 20;
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
    /// What their contents take.
    bytes: usize,
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
            bytes: 0,
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
        self.bytes += frame.content_bytes();
        self.frames.push_back(frame);
        while self.frames.len() > RING_FRAMES_MAX || self.bytes > RING_BYTES_MAX {
            let Some(oldest) = self.frames.pop_front() else {
                break;
            };
            self.bytes -= oldest.content_bytes();
            self.first += 1;
        }
    }

    /// Shows what has everything below it. A position that never comes (its lane died between commit and
    /// here) must not silence the tenant: past a bound the ring starts anew and sessions read the store.
    fn release(&mut self) {
        if self.waiting.len() > WAITING_MAX {
            self.first = self.end() + 1;
            self.frames.clear();
            self.bytes = 0;
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

#[cfg(test)]
mod tests {
    use scaiwave_protocol::{EventId, Json};

    use super::*;
    use crate::live::FrameBody;

    /// An edit whose content takes so much memory.
    fn frame(bytes: usize) -> Frame {
        let empty = Json::from("").memory();
        let content = Arc::new(Json::from("x".repeat(bytes - empty)));
        let body = FrameBody::Edit {
            event_id: EventId::from_bytes([0; 16]),
            content,
            edited_at: 0,
        };
        Frame::new(None, 0, None, None, body)
    }

    /// How many frames are there, from which index on.
    fn kept(hub: &Hub) -> (usize, u64) {
        let ring = hub.ring.lock();
        (ring.frames.len(), ring.first)
    }

    #[test]
    fn the_ring_has_a_most_of_frames() {
        let hub = Hub::new(0);
        for _ in 0..RING_FRAMES_MAX {
            hub.publish_ephemeral(frame(100));
        }
        assert_eq!(kept(&hub), (RING_FRAMES_MAX, 0));
        hub.publish_ephemeral(frame(100));
        assert_eq!(kept(&hub), (RING_FRAMES_MAX, 1));
        assert!(matches!(hub.since(0), Since::Overrun));
    }

    #[test]
    fn the_ring_has_a_most_of_bytes() {
        let hub = Hub::new(0);
        let parts = 16;
        for _ in 0..parts {
            hub.publish_ephemeral(frame(RING_BYTES_MAX / parts));
        }
        assert_eq!(kept(&hub), (parts, 0));
        hub.publish_ephemeral(frame(100));
        assert_eq!(kept(&hub), (parts, 1));
        assert!(matches!(hub.since(0), Since::Overrun));
        assert!(
            matches!(hub.since(1), Since::Frames(frames, end) if frames.len() == parts && end == 17)
        );
        // What is larger than all of it is told to nobody who is not there yet, and the next goes on.
        hub.publish_ephemeral(frame(RING_BYTES_MAX + 1));
        assert_eq!(kept(&hub), (0, 18));
        hub.publish_ephemeral(frame(100));
        assert_eq!(kept(&hub), (1, 18));
    }
}
