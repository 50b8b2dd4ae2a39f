use std::collections::BTreeMap;

use parking_lot::Mutex;
use scaiwave_protocol::{RoomId, ServerName};

/// How long an acknowledged seq may stand in memory only. Losing it costs a repetition, which the
/// follower skips; writing each one down would cost an fsync for every batch.
const WRITE_AFTER_MS: u64 = 1_000;

/// How far followers are, ahead of what is written down.
#[derive(Default)]
pub(crate) struct Cursors(Mutex<BTreeMap<(RoomId, ServerName), Cursor>>);

struct Cursor {
    acked: u64,
    /// When it moved for the first time since it was written, ms.
    since: u64,
}

impl Cursors {
    /// The seq that the follower acknowledged, given what is written down.
    pub(super) fn acked(&self, room_id: &RoomId, server: &ServerName, written: u64) -> u64 {
        let cursors = self.0.lock();
        cursors
            .get(&(room_id.clone(), server.clone()))
            .map_or(written, |cursor| cursor.acked.max(written))
    }

    pub(super) fn note(&self, room_id: &RoomId, server: &ServerName, acked: u64, now: u64) {
        let mut cursors = self.0.lock();
        let cursor = cursors
            .entry((room_id.clone(), server.clone()))
            .or_insert(Cursor { acked, since: now });
        cursor.acked = acked;
    }

    /// What is written down counts from now on.
    pub(crate) fn forget(&self, room_id: &RoomId, server: &ServerName) {
        self.0.lock().remove(&(room_id.clone(), server.clone()));
    }

    /// Takes what has waited long enough to be written down; all of it when `now` is none.
    pub(super) fn due(&self, now: Option<u64>) -> Vec<(RoomId, ServerName, u64)> {
        let mut cursors = self.0.lock();
        let due = |cursor: &Cursor| now.is_none_or(|now| now >= cursor.since + WRITE_AFTER_MS);
        let (taken, left) = std::mem::take(&mut *cursors)
            .into_iter()
            .partition(|(_, cursor)| due(cursor));
        *cursors = left;
        let taken: BTreeMap<(RoomId, ServerName), Cursor> = taken;
        taken
            .into_iter()
            .map(|((room, server), cursor)| (room, server, cursor.acked))
            .collect()
    }
}
