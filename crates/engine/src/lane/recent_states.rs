//! States of rooms that have just been read. One request asks for the state of its room several times, and a
//! state of many members is many rows.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::RoomId;
use scaiwave_protocol::event::LogPoint;
use scaiwave_room::RoomState;
use scaiwave_store::record::RoomRow;

/// Rooms of which it is kept.
const ROOMS_MAX: usize = 8;
/// Members in all of them. One room with more is not kept.
const MEMBERS_MAX: usize = 10_000;

/// One for a tenant, newest last.
#[derive(Default)]
pub(crate) struct RecentStates {
    /// Held for a look-up only.
    states: Mutex<VecDeque<Recent>>,
}

struct Recent {
    at: At,
    state: Arc<RoomState>,
}

/// What a room's row says of its state. The rows of members and servers are written with it, so that the
/// same row means the same state.
struct At {
    room_id: RoomId,
    head: LogPoint,
    /// The fold from seq 1 may say something else at the same head than the snapshot from which it began.
    base_seq: u64,
    core: Vec<u8>,
}

impl At {
    fn of(row: &RoomRow) -> Self {
        At {
            room_id: row.room_id.clone(),
            head: row.head,
            base_seq: row.base_seq,
            core: row.core.clone(),
        }
    }

    fn is_of(&self, row: &RoomRow) -> bool {
        (&self.room_id, &self.head, self.base_seq) == (&row.room_id, &row.head, row.base_seq)
            && self.core == row.core
    }
}

impl RecentStates {
    /// The state at this row, if it is at hand.
    pub(super) fn of(&self, row: &RoomRow) -> Option<Arc<RoomState>> {
        let states = self.states.lock();
        let recent = states.iter().find(|recent| recent.at.is_of(row));
        recent.map(|recent| recent.state.clone())
    }

    /// Keeps it, in place of an older one of its room.
    pub(super) fn keep(&self, row: &RoomRow, state: &Arc<RoomState>) {
        let mut states = self.states.lock();
        states.retain(|recent| recent.at.room_id != row.room_id);
        states.push_back(Recent {
            at: At::of(row),
            state: state.clone(),
        });
        let count = |states: &VecDeque<Recent>| -> usize {
            let members = states.iter().map(|recent| recent.state.members().len());
            members.sum()
        };
        while states.len() > ROOMS_MAX || count(&states) > MEMBERS_MAX {
            states.pop_front();
        }
    }
}
