use rusqlite::{Result, params};
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::{Fqid, RoomId, ServerName};
use scaiwave_store::record::RoomRow;

use super::Reader;
use crate::columns::Columns;

/// What [`room`] reads, of `rooms r`, `heads h` and `room_numbers n`.
macro_rules! room_columns {
    () => {
        "n.room_id, r.host, h.term, h.seq, h.chain, h.ts, r.base_seq, r.base_chain, r.first_seq, \
         r.chain_before, r.core, r.frozen, r.searched"
    };
}
pub(super) use room_columns;

/// Every query of rooms begins like this.
macro_rules! select_rooms {
    () => {
        concat!(
            "SELECT ",
            room_columns!(),
            " FROM rooms r JOIN heads h USING (room) JOIN room_numbers n USING (room) "
        )
    };
}

pub(super) fn room(columns: &mut Columns<'_, '_>) -> Result<RoomRow> {
    Ok(RoomRow {
        room_id: columns.parsed()?,
        host: columns.parsed()?,
        head: LogPoint {
            term: columns.count()?,
            seq: columns.count()?,
            chain: columns.hash()?,
        },
        head_ts: columns.count()?,
        base_seq: columns.count()?,
        base_chain: columns.hash()?,
        first_seq: columns.count()?,
        chain_before: columns.hash()?,
        core: columns.value()?,
        frozen: columns.value()?,
        searched: columns.value()?,
    })
}

impl Reader<'_> {
    pub(crate) fn room(&self, room_id: &RoomId) -> Result<Option<RoomRow>> {
        let Some(number) = self.number(room_id)? else {
            return Ok(None);
        };
        let sql = concat!(select_rooms!(), "WHERE r.room = ?1");
        self.one(sql, [number], room)
    }

    pub(crate) fn rooms(&self) -> Result<Vec<RoomRow>> {
        self.all(concat!(select_rooms!(), "ORDER BY r.room"), [], room)
    }

    pub(crate) fn rooms_with_server(&self, server: &ServerName) -> Result<Vec<RoomRow>> {
        self.all(
            concat!(
                select_rooms!(),
                "WHERE r.room IN (SELECT room FROM room_servers WHERE server = ?1)
                 ORDER BY r.room"
            ),
            [server.as_str()],
            room,
        )
    }

    pub(crate) fn shares_room(&self, server: &ServerName) -> Result<bool> {
        let found = self.one(
            "SELECT EXISTS (SELECT 1 FROM room_servers WHERE server = ?1)
                 OR EXISTS (
                     SELECT 1 FROM members INDEXED BY members_invited
                     WHERE membership = 'invite'
                         AND substr(participant, instr(participant, ':') + 1) = ?1)",
            [server.as_str()],
            |columns| columns.value(),
        )?;
        Ok(found.unwrap_or(false))
    }

    pub(crate) fn joined_rooms(&self, participant: &Fqid) -> Result<Vec<RoomId>> {
        self.all(
            "SELECT n.room_id FROM members m JOIN room_numbers n USING (room)
             WHERE m.participant = ?1 AND m.membership = 'join' ORDER BY m.room",
            [participant.as_str()],
            |columns| columns.parsed(),
        )
    }

    pub(crate) fn dm(&self, participant: &Fqid, other: &Fqid) -> Result<Option<RoomId>> {
        self.one(
            "SELECT n.room_id FROM dms d JOIN room_numbers n USING (room)
             WHERE d.participant = ?1 AND d.other = ?2",
            params![participant.as_str(), other.as_str()],
            |columns| columns.parsed(),
        )
    }
}
