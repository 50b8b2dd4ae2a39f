use rusqlite::{Result, params};
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Fqid, RoomId};
use scaiwave_store::record::{MemberRow, RoomServerRow};

use super::Reader;
use crate::columns::Columns;

macro_rules! select_members {
    () => {
        "SELECT participant, membership, seq, invited_by, display_name, avatar FROM members
         WHERE room = ?1 "
    };
}

pub(super) fn membership(columns: &mut Columns<'_, '_>) -> Result<Membership> {
    columns.one_of(|word: String| Membership::parse(&word).ok())
}

fn member(columns: &mut Columns<'_, '_>) -> Result<MemberRow> {
    Ok(MemberRow {
        participant: columns.parsed()?,
        membership: membership(columns)?,
        seq: columns.count()?,
        by: columns.maybe_parsed()?,
        display_name: columns.value()?,
        avatar: columns.value()?,
    })
}

fn room_server(columns: &mut Columns<'_, '_>) -> Result<RoomServerRow> {
    Ok(RoomServerRow {
        server: columns.parsed()?,
        descriptor: columns.value()?,
        present: columns.value()?,
        last_origin_seq: columns.count()?,
        first_join: columns.maybe_count()?,
    })
}

impl Reader<'_> {
    pub(crate) fn members(&self, room_id: &RoomId) -> Result<Vec<MemberRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        let sql = concat!(select_members!(), "ORDER BY participant");
        self.all(sql, [room], member)
    }

    pub(crate) fn member(&self, room_id: &RoomId, who: &Fqid) -> Result<Option<MemberRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(None);
        };
        let sql = concat!(select_members!(), "AND participant = ?2");
        self.one(sql, params![room, who.as_str()], member)
    }

    pub(crate) fn joined_at(&self, room_id: &RoomId) -> Result<Vec<(Fqid, u64)>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        self.all(
            "SELECT m.participant, e.ts
             FROM members m JOIN entries e ON e.id = (m.room << 40 | m.joined_seq)
             WHERE m.room = ?1 AND m.membership = 'join' ORDER BY m.participant",
            [room],
            |columns| Ok((columns.parsed()?, columns.count()?)),
        )
    }

    pub(crate) fn room_servers(&self, room_id: &RoomId) -> Result<Vec<RoomServerRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        self.all(
            "SELECT s.server, s.descriptor, s.present, coalesce(o.seq, 0), s.first_join
             FROM room_servers s LEFT JOIN origin_seqs o USING (room, server)
             WHERE s.room = ?1 ORDER BY s.server",
            [room],
            room_server,
        )
    }
}
