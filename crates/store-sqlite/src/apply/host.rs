use rusqlite::params;
use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_store::record::{EvidenceRow, Settled, UnconfirmedRow};

use super::{Applied, Write};
use crate::columns::int;

impl Write<'_> {
    pub(super) fn freeze(&mut self, room_id: &RoomId, reason: Option<&str>) -> Applied {
        if let Some(room) = self.room_if_known(room_id)? {
            self.run(
                "UPDATE rooms SET frozen = ?2 WHERE room = ?1",
                params![room, reason],
            )?;
        }
        Ok(())
    }

    pub(super) fn settle(&mut self, room_id: &RoomId, settled: Settled) -> Applied {
        if let Some(room) = self.room_if_known(room_id)? {
            self.run(
                "UPDATE rooms SET settled_term = ?2, settled_seq = ?3 WHERE room = ?1",
                params![room, int(settled.term), int(settled.seq)],
            )?;
        }
        Ok(())
    }

    pub(super) fn put_evidence(&mut self, row: &EvidenceRow) -> Applied {
        let room = self.room(&row.room_id)?;
        self.run(
            "INSERT INTO evidence (id, room, at, reason, document) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO NOTHING",
            params![
                row.id.to_bytes(),
                room,
                int(row.at),
                row.reason,
                row.document
            ],
        )?;
        Ok(())
    }

    pub(super) fn put_unconfirmed(&mut self, row: &UnconfirmedRow) -> Applied {
        let room = self.room(&row.room_id)?;
        self.run(
            "INSERT INTO unconfirmed (room, server, key, since) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (room, server, key) DO NOTHING",
            params![room, row.server.as_str(), row.key, int(row.since)],
        )?;
        Ok(())
    }

    pub(super) fn drop_unconfirmed(
        &mut self,
        room_id: &RoomId,
        server: &ServerName,
        key: &str,
    ) -> Applied {
        if let Some(room) = self.room_if_known(room_id)? {
            self.run(
                "DELETE FROM unconfirmed WHERE room = ?1 AND server = ?2 AND key = ?3",
                params![room, server.as_str(), key],
            )?;
        }
        Ok(())
    }

    pub(super) fn put_take_over(&mut self, room_id: &RoomId, agreed_at: u64) -> Applied {
        let room = self.room(room_id)?;
        self.run(
            "INSERT INTO take_overs (room, agreed_at) VALUES (?1, ?2)
             ON CONFLICT (room) DO UPDATE SET agreed_at = excluded.agreed_at",
            params![room, int(agreed_at)],
        )?;
        Ok(())
    }

    pub(super) fn drop_take_over(&mut self, room_id: &RoomId) -> Applied {
        if let Some(room) = self.room_if_known(room_id)? {
            self.run("DELETE FROM take_overs WHERE room = ?1", [room])?;
        }
        Ok(())
    }
}
