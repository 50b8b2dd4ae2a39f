use rusqlite::params;
use scaiwave_protocol::{EventId, Fqid, RoomId};
use scaiwave_store::record::ReactionRow;

use super::{Applied, Write};
use crate::columns::int;

impl Write<'_> {
    /// An edit that is older than the one that stands there changes nothing.
    pub(super) fn put_edit(
        &mut self,
        room_id: &RoomId,
        target: EventId,
        event_id: EventId,
        seq: u64,
        ts: u64,
        content: &[u8],
    ) -> Applied {
        let room = self.room(room_id)?;
        self.touch_event(room, target)?;
        self.run(
            "INSERT INTO edits (room, target, event_id, seq, ts, content)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (room, target) DO UPDATE SET
                 event_id = excluded.event_id, seq = excluded.seq, ts = excluded.ts,
                 content = excluded.content
             WHERE excluded.seq >= seq",
            params![
                room,
                target.to_bytes(),
                event_id.to_bytes(),
                int(seq),
                int(ts),
                content
            ],
        )?;
        Ok(())
    }

    pub(super) fn drop_edits(&mut self, room_id: &RoomId, target: EventId) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        self.touch_event(room, target)?;
        self.run(
            "DELETE FROM edits WHERE room = ?1 AND target = ?2",
            params![room, target.to_bytes()],
        )?;
        Ok(())
    }

    pub(super) fn put_reaction(&mut self, room_id: &RoomId, row: &ReactionRow) -> Applied {
        let room = self.room(room_id)?;
        self.run(
            "INSERT INTO reactions (room, target, emoji, sender, event_id, seq)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (room, target, emoji, sender) DO UPDATE SET
                 event_id = excluded.event_id, seq = excluded.seq",
            params![
                room,
                row.target.to_bytes(),
                row.emoji,
                row.sender.as_str(),
                row.event_id.to_bytes(),
                int(row.seq)
            ],
        )?;
        Ok(())
    }

    pub(super) fn drop_reaction(
        &mut self,
        room_id: &RoomId,
        target: EventId,
        emoji: &str,
        sender: &Fqid,
    ) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        self.run(
            "DELETE FROM reactions WHERE room = ?1 AND target = ?2 AND emoji = ?3 AND sender = ?4",
            params![room, target.to_bytes(), emoji, sender.as_str()],
        )?;
        Ok(())
    }

    pub(super) fn drop_reactions(&mut self, room_id: &RoomId, target: EventId) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        self.run(
            "DELETE FROM reactions WHERE room = ?1 AND target = ?2",
            params![room, target.to_bytes()],
        )?;
        Ok(())
    }
}
