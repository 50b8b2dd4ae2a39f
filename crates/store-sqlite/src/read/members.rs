use rusqlite::{Result, params};
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Fqid, RoomId};
use scaiwave_store::record::{CompanionRow, MemberRow, RoomServerRow};

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

fn companion(columns: &mut Columns<'_, '_>) -> Result<CompanionRow> {
    let participant = columns.parsed()?;
    let (in_room, said_at): (Option<String>, u64) = (columns.value()?, columns.count()?);
    let (at_home, fetched_at) = (columns.value()?, columns.maybe_count()?);
    let newer = fetched_at.is_some_and(|fetched_at| fetched_at >= said_at);
    Ok(CompanionRow {
        participant,
        display_name: if newer { at_home } else { in_room },
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

    /// Each by its key, in one transaction: what a transaction of its own costs is more than the row.
    pub(crate) fn member_rows(&self, members: &[(RoomId, Fqid)]) -> Result<Vec<Option<MemberRow>>> {
        let moment = self.connection.unchecked_transaction()?;
        let rows = members
            .iter()
            .map(|(room_id, who)| self.member(room_id, who))
            .collect::<Result<_>>()?;
        moment.commit()?;
        Ok(rows)
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

    /// What a room says of somebody is as old as the entry that said it (the host's clock).
    pub(crate) fn foreign_companions(&self, participant: &Fqid) -> Result<Vec<CompanionRow>> {
        self.all(
            "SELECT m.participant, m.display_name, max(coalesce(e.ts, 0)), p.display_name, p.fetched_at
             FROM members own JOIN members m ON m.room = own.room
                 LEFT JOIN entries e ON e.id = (m.room << 40 | m.seq)
                 LEFT JOIN profiles p ON p.participant = m.participant
             WHERE own.participant = ?1 AND own.membership = 'join' AND m.membership = 'join'
                 AND substr(m.participant, instr(m.participant, ':') + 1) <> ?2
             GROUP BY m.participant ORDER BY m.participant",
            params![participant.as_str(), participant.server().as_str()],
            companion,
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
