use std::collections::BTreeMap;

use parking_lot::Mutex;
use scaiwave_protocol::{RoomId, ServerName};

/// Where the histories of other servers were last compared with ours. Kept in memory: heads are
/// exchanged at every start and every ten minutes.
#[derive(Default)]
pub(crate) struct Histories(Mutex<BTreeMap<(RoomId, ServerName), Compared>>);

/// One comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Up to which seq.
    pub seq: u64,
    /// Whether the chains were equal there.
    pub same: bool,
    /// When, ms.
    pub at: u64,
}

impl Histories {
    pub(crate) fn note(&self, room_id: &RoomId, server: &ServerName, compared: Compared) {
        let mut all = self.0.lock();
        all.insert((room_id.clone(), server.clone()), compared);
    }

    /// The last comparison with each server in a room.
    pub(crate) fn of(&self, room_id: &RoomId, server: &ServerName) -> Option<Compared> {
        let all = self.0.lock();
        all.get(&(room_id.clone(), server.clone())).copied()
    }
}
