use std::collections::BTreeMap;

use parking_lot::Mutex;
use scaiwave_protocol::{RoomId, ServerName};

/// How long an acknowledged seq may stand in memory only. Losing it costs a repetition, which the
/// follower skips; writing each one down would cost an fsync for every batch.
const WRITE_AFTER_MS: u64 = 1_000;

/// How far followers are, ahead of what is written down.
#[derive(Default)]
pub(crate) struct Cursors(Mutex<State>);

#[derive(Default)]
struct State {
    cursors: BTreeMap<(RoomId, ServerName), Cursor>,
    placements: BTreeMap<ServerName, Placement>,
}

/// How often cursors of a server were placed anew. An answer to what was sent before its cursor was placed
/// is older than the placing: the follower may have come back from a backup in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Placement(u64);

struct Cursor {
    acked: u64,
    /// When it moved for the first time since it was written, ms.
    since: u64,
}

impl Cursors {
    /// The seq that the follower acknowledged, given what is written down.
    pub(super) fn acked(&self, room_id: &RoomId, server: &ServerName, written: u64) -> u64 {
        let state = self.0.lock();
        state
            .cursors
            .get(&(room_id.clone(), server.clone()))
            .map_or(written, |cursor| cursor.acked.max(written))
    }

    /// What answers to a batch that begins now are about.
    pub(super) fn placement(&self, server: &ServerName) -> Placement {
        let state = self.0.lock();
        state.placements.get(server).copied().unwrap_or_default()
    }

    /// Takes what the follower acknowledged. False when that is older than where its cursor was placed.
    pub(super) fn note(
        &self,
        room_id: &RoomId,
        server: &ServerName,
        acked: u64,
        sent: Placement,
        now: u64,
    ) -> bool {
        let mut state = self.0.lock();
        if state.placements.get(server).copied().unwrap_or_default() != sent {
            return false;
        }
        let cursor = state
            .cursors
            .entry((room_id.clone(), server.clone()))
            .or_insert(Cursor { acked, since: now });
        cursor.acked = acked;
        true
    }

    /// What is written down counts from now on, and no answer to what was sent before.
    pub(crate) fn forget(&self, room_id: &RoomId, server: &ServerName) {
        let mut state = self.0.lock();
        state.placements.entry(server.clone()).or_default().0 += 1;
        state.cursors.remove(&(room_id.clone(), server.clone()));
    }

    /// Takes what has waited long enough to be written down; all of it when `now` is none.
    pub(super) fn due(&self, now: Option<u64>) -> Vec<(RoomId, ServerName, u64)> {
        let mut state = self.0.lock();
        let due = |cursor: &Cursor| now.is_none_or(|now| now >= cursor.since + WRITE_AFTER_MS);
        let (taken, left) = std::mem::take(&mut state.cursors)
            .into_iter()
            .partition(|(_, cursor)| due(cursor));
        state.cursors = left;
        let taken: BTreeMap<(RoomId, ServerName), Cursor> = taken;
        taken
            .into_iter()
            .map(|((room, server), cursor)| (room, server, cursor.acked))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::{RoomId, ServerName};

    use super::Cursors;

    // A follower that came back from a backup has told where it stands; the answer of the one that it was
    // comes in late, and must not move its cursor over what it has lost.
    #[test]
    fn a_late_answer() {
        let cursors = Cursors::default();
        let room_id = RoomId::parse("room-7bfcv5yozjfazk3544kpsp76bljpnwxe").unwrap();
        let [server, other] =
            ["globex.example", "initech.example"].map(|name| ServerName::parse(name).unwrap());
        let sent = cursors.placement(&server);
        assert!(cursors.note(&room_id, &server, 8, sent, 0));
        assert_eq!(cursors.acked(&room_id, &server, 7), 8);

        cursors.forget(&room_id, &server);
        assert!(!cursors.note(&room_id, &server, 10, sent, 0));
        assert_eq!(cursors.acked(&room_id, &server, 7), 7);
        assert!(cursors.note(&room_id, &other, 9, cursors.placement(&other), 0));

        assert!(cursors.note(&room_id, &server, 8, cursors.placement(&server), 0));
        assert_eq!(cursors.acked(&room_id, &server, 7), 8);
    }
}
