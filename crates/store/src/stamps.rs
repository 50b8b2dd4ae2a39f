use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use scaiwave_protocol::{Fqid, RoomId};

use crate::Change;

/// Counters. What shares one by accident is read again for the other's sake, which costs time and no more.
const COUNTERS: usize = 8 * 1024;

/// What has happened to rooms, and to people in them, since a store was opened: counters that only rise. Who
/// keeps what was read looks at its stamp *before* reading, and may go on with what it kept for as long as
/// the stamp is the same.
///
/// A store counts a commit when reads see it and before it is answered, also when nobody waits for the answer
/// any more.
pub struct Stamps {
    counters: Box<[AtomicU64]>,
    /// Counts what may concern anybody.
    everybody: AtomicU64,
}

/// How a line of somebody's room list stood when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineStamp {
    room: u64,
    person: u64,
}

/// How the set of somebody's rooms stood when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomsStamp {
    person: u64,
    everybody: u64,
}

/// Where the counters of a line are, so that they are looked up once.
#[derive(Clone, Copy, Debug)]
pub struct LineSpot {
    room: usize,
    person: usize,
}

impl Stamps {
    /// Where what happens to this room, and to this person in it, is counted.
    pub fn spot(&self, participant: &Fqid, room_id: &RoomId) -> LineSpot {
        LineSpot {
            room: of_room(room_id),
            person: of_person_in(participant, room_id),
        }
    }

    /// The stamp of a line: it changes with what is said or set in the room, and with what the person has read.
    pub fn line(&self, spot: LineSpot) -> LineStamp {
        LineStamp {
            room: self.at(spot.room),
            person: self.at(spot.person),
        }
    }

    /// The stamp of the set of rooms that somebody is in.
    pub fn rooms_of(&self, participant: &Fqid) -> RoomsStamp {
        RoomsStamp {
            person: self.at(of_person(participant)),
            everybody: self.everybody.load(Ordering::Acquire),
        }
    }

    /// Counts what was written.
    pub fn count(&self, changes: &[Change]) {
        for change in changes {
            self.count_one(change);
        }
    }

    fn count_one(&self, change: &Change) {
        match change {
            Change::PutMember(room_id, row) => {
                self.raise(of_room(room_id));
                self.raise(of_person(&row.participant));
            }
            Change::SetAside(room_id, _) => {
                self.raise(of_room(room_id));
                self.everybody.fetch_add(1, Ordering::Release);
            }
            Change::PutInbox(row) => self.raise(of_person_in(&row.participant, &row.room_id)),
            Change::PutReadMarker(row) => self.raise(of_person_in(&row.participant, &row.room_id)),
            _ => {
                if let Some(room_id) = room_of(change) {
                    self.raise(of_room(room_id));
                }
            }
        }
    }

    fn at(&self, counter: usize) -> u64 {
        self.counters[counter].load(Ordering::Acquire)
    }

    fn raise(&self, counter: usize) {
        self.counters[counter].fetch_add(1, Ordering::Release);
    }
}

impl Default for Stamps {
    fn default() -> Self {
        Stamps {
            counters: (0..COUNTERS).map(|_| AtomicU64::new(0)).collect(),
            everybody: AtomicU64::new(0),
        }
    }
}

impl std::fmt::Debug for Stamps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stamps").finish_non_exhaustive()
    }
}

/// The room whose view a change may change. What an inbox loses it loses with the message, whose erasure stands in
/// the same commit; what others do to deliver or doubt a room shows in no list.
fn room_of(change: &Change) -> Option<&RoomId> {
    match change {
        Change::PutRoom(row) => Some(&row.room_id),
        Change::PutPending(row) => Some(&row.room_id),
        Change::PutReaction(room_id, _)
        | Change::PutRoomServer(room_id, _)
        | Change::AppendEntries(room_id, _)
        | Change::Erase(room_id, ..)
        | Change::PutBase(room_id, _)
        | Change::DropBases(room_id)
        | Change::JudgeEntries(room_id, _)
        | Change::DropEdits(room_id, _)
        | Change::DropReactions(room_id, _)
        | Change::Freeze(room_id, _)
        | Change::DropPending(room_id, _)
        | Change::RefusePending(room_id, ..)
        | Change::PutEdit { room_id, .. }
        | Change::DropReaction { room_id, .. } => Some(room_id),
        _ => None,
    }
}

fn of_room(room_id: &RoomId) -> usize {
    counter(("room", room_id.as_str()))
}

fn of_person(participant: &Fqid) -> usize {
    counter(("person", participant.as_str()))
}

fn of_person_in(participant: &Fqid, room_id: &RoomId) -> usize {
    counter((participant.as_str(), room_id.as_str()))
}

fn counter(what: impl Hash) -> usize {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish() as usize % COUNTERS
}
