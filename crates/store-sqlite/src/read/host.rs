use rusqlite::Result;
use scaiwave_protocol::RoomId;
use scaiwave_store::record::{EvidenceRow, Settled, UnconfirmedRow};

use super::Reader;

impl Reader<'_> {
    pub(crate) fn evidence(&self, room_id: &RoomId) -> Result<Vec<EvidenceRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        self.all(
            "SELECT id, at, reason, document FROM evidence WHERE room = ?1 ORDER BY id",
            [room],
            |columns| {
                Ok(EvidenceRow {
                    id: columns.event_id()?,
                    room_id: room_id.clone(),
                    at: columns.count()?,
                    reason: columns.value()?,
                    document: columns.value()?,
                })
            },
        )
    }

    pub(crate) fn unconfirmed(&self) -> Result<Vec<UnconfirmedRow>> {
        self.all(
            "SELECT n.room_id, u.server, u.key, u.since
             FROM unconfirmed u JOIN room_numbers n USING (room) ORDER BY u.room, u.server, u.key",
            [],
            |columns| {
                Ok(UnconfirmedRow {
                    room_id: columns.parsed()?,
                    server: columns.parsed()?,
                    key: columns.value()?,
                    since: columns.count()?,
                })
            },
        )
    }

    pub(crate) fn settled(&self, room_id: &RoomId) -> Result<Option<Settled>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(None);
        };
        self.one(
            "SELECT settled_term, settled_seq FROM rooms
             WHERE room = ?1 AND settled_term IS NOT NULL",
            [room],
            |columns| {
                Ok(Settled {
                    term: columns.count()?,
                    seq: columns.count()?,
                })
            },
        )
    }

    pub(crate) fn take_over(&self, room_id: &RoomId) -> Result<Option<u64>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(None);
        };
        self.one(
            "SELECT agreed_at FROM take_overs WHERE room = ?1",
            [room],
            |columns| columns.count(),
        )
    }
}
