use rusqlite::params;
use scaiwave_protocol::{Fqid, RoomId, ServerName};
use scaiwave_store::record::{MemberRow, RoomRow, RoomServerRow};

use super::{Applied, Write};
use crate::columns::{int, maybe_int};

impl Write<'_> {
    /// The head moves with every batch; the rest is written only when it differs.
    pub(super) fn put_room(&mut self, row: &RoomRow) -> Applied {
        let room = self.room(&row.room_id)?;
        self.run(
            "INSERT INTO heads (room, term, seq, chain, ts) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (room) DO UPDATE SET
                 term = excluded.term, seq = excluded.seq, chain = excluded.chain,
                 ts = excluded.ts",
            params![
                room,
                int(row.head.term),
                int(row.head.seq),
                row.head.chain.0,
                int(row.head_ts)
            ],
        )?;
        self.run(
            "INSERT INTO rooms
                 (room, host, base_seq, base_chain, first_seq, chain_before, frozen, core, searched)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (room) DO UPDATE SET
                 host = excluded.host, base_seq = excluded.base_seq,
                 base_chain = excluded.base_chain, first_seq = excluded.first_seq,
                 chain_before = excluded.chain_before, frozen = excluded.frozen, core = excluded.core
             WHERE host <> excluded.host OR base_seq <> excluded.base_seq
                 OR base_chain <> excluded.base_chain OR first_seq <> excluded.first_seq
                 OR chain_before <> excluded.chain_before
                 OR frozen IS NOT excluded.frozen OR core <> excluded.core",
            params![
                room,
                row.host.as_str(),
                int(row.base_seq),
                row.base_chain.0,
                int(row.first_seq),
                row.chain_before.0,
                row.frozen,
                row.core,
                row.searched
            ],
        )?;
        Ok(())
    }

    pub(super) fn put_member(&mut self, room_id: &RoomId, member: &MemberRow) -> Applied {
        let room = self.room(room_id)?;
        self.run(
            "INSERT INTO members
                 (room, participant, membership, seq, invited_by, display_name, avatar, joined_seq)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?4)
             ON CONFLICT (room, participant) DO UPDATE SET
                 joined_seq = CASE WHEN membership = 'join' AND excluded.membership = 'join'
                     THEN joined_seq ELSE excluded.joined_seq END,
                 membership = excluded.membership, seq = excluded.seq,
                 invited_by = excluded.invited_by, display_name = excluded.display_name,
                 avatar = excluded.avatar",
            params![
                room,
                member.participant.as_str(),
                member.membership.as_str(),
                int(member.seq),
                member.by.as_ref().map(Fqid::as_str),
                member.display_name,
                member.avatar
            ],
        )?;
        Ok(())
    }

    pub(super) fn put_room_server(&mut self, room_id: &RoomId, row: &RoomServerRow) -> Applied {
        let room = self.room(room_id)?;
        self.run(
            "INSERT INTO room_servers (room, server, present, descriptor, first_join)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (room, server) DO UPDATE SET
                 present = excluded.present, descriptor = excluded.descriptor,
                 first_join = excluded.first_join",
            params![
                room,
                row.server.as_str(),
                row.present,
                row.descriptor,
                maybe_int(row.first_join)
            ],
        )?;
        self.put_origin_seq(room, &row.server, row.last_origin_seq)
    }

    pub(super) fn set_last_origin_seq(
        &mut self,
        room_id: &RoomId,
        server: &ServerName,
        seq: u64,
    ) -> Applied {
        let room = self.room(room_id)?;
        self.put_origin_seq(room, server, seq)
    }

    fn put_origin_seq(&self, room: i64, server: &ServerName, seq: u64) -> Applied {
        self.run(
            "INSERT INTO origin_seqs (room, server, seq) VALUES (?1, ?2, ?3)
             ON CONFLICT (room, server) DO UPDATE SET seq = excluded.seq",
            params![room, server.as_str(), int(seq)],
        )?;
        Ok(())
    }
}
