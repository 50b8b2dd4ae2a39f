use std::collections::{BTreeMap, HashMap};

use parking_lot::RwLock;
use rusqlite::{Connection, OptionalExtension as _, Result};
use scaiwave_protocol::RoomId;

use crate::columns::Columns;
use crate::limits::{ROOM_NUMBERS_MAX, SEQ_BITS, SEQ_MAX};

/// The small numbers that rooms have in a tenant's file, as far as they have been asked for. Only
/// committed ones are kept here; a number never changes, so no other process can make one wrong.
#[derive(Debug, Default)]
pub(crate) struct Numbers(RwLock<Known>);

/// The same pairs from both sides.
#[derive(Debug, Default)]
struct Known {
    numbers: BTreeMap<RoomId, i64>,
    ids: HashMap<i64, RoomId>,
}

impl Numbers {
    /// A number that is known without asking the database.
    pub(crate) fn known(&self, room_id: &RoomId) -> Option<i64> {
        self.0.read().numbers.get(room_id).copied()
    }

    /// Remembers committed numbers.
    pub(crate) fn remember(&self, numbers: impl IntoIterator<Item = (RoomId, i64)>) {
        let mut known = self.0.write();
        if known.numbers.len() >= ROOM_NUMBERS_MAX {
            *known = Known::default();
        }
        for (room_id, room) in numbers {
            known.ids.insert(room, room_id.clone());
            known.numbers.insert(room_id, room);
        }
    }

    /// The number of a room as a reading connection sees it.
    pub(crate) fn find(&self, connection: &Connection, room_id: &RoomId) -> Result<Option<i64>> {
        if let Some(room) = self.known(room_id) {
            return Ok(Some(room));
        }
        let found = stored(connection, room_id)?;
        if let Some(room) = found {
            self.remember([(room_id.clone(), room)]);
        }
        Ok(found)
    }

    /// The id of the room with this number, as a reading connection sees it.
    pub(crate) fn id_of(&self, connection: &Connection, room: i64) -> Result<Option<RoomId>> {
        if let Some(room_id) = self.0.read().ids.get(&room) {
            return Ok(Some(room_id.clone()));
        }
        let found: Option<RoomId> = connection
            .prepare_cached("SELECT room_id FROM room_numbers WHERE room = ?1")?
            .query_row([room], |row| Columns::of(row).parsed())
            .optional()?;
        if let Some(room_id) = &found {
            self.remember([(room_id.clone(), room)]);
        }
        Ok(found)
    }
}

/// Asks the database.
pub(crate) fn stored(connection: &Connection, room_id: &RoomId) -> Result<Option<i64>> {
    connection
        .prepare_cached("SELECT room FROM room_numbers WHERE room_id = ?1")?
        .query_row([room_id.as_str()], |row| row.get(0))
        .optional()
}

/// The row id of an entry. A seq beyond the last one is taken as the last.
pub(crate) fn entry_row(room: i64, seq: u64) -> i64 {
    (room << SEQ_BITS) | crate::columns::int(seq.min(SEQ_MAX))
}

/// The room of an entry's row.
pub(crate) fn room_of(id: i64) -> i64 {
    id >> SEQ_BITS
}
