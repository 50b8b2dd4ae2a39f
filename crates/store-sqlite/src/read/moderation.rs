use rusqlite::{Result, params};
use scaiwave_protocol::{EventId, RoomId, ServerName};
use scaiwave_store::record::{BlockRow, Blocked, DeclineRow, ReportRow};

use super::Reader;
use crate::columns::{Columns, int};

macro_rules! select_reports {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, n.room_id, r.event_id, r.from_server, r.category, r.text, r.at,
                 r.resolved_by, r.resolved_at
             FROM reports r JOIN room_numbers n USING (room) WHERE ",
            $rest
        )
    };
}

fn report(columns: &mut Columns<'_, '_>) -> Result<ReportRow> {
    Ok(ReportRow {
        id: columns.event_id()?,
        room_id: columns.parsed()?,
        event_id: columns.event_id()?,
        from: columns.parsed()?,
        category: columns.value()?,
        text: columns.value()?,
        at: columns.count()?,
        resolved: columns.maybe_parsed()?.zip(columns.maybe_count()?),
    })
}

fn block(columns: &mut Columns<'_, '_>) -> Result<BlockRow> {
    Ok(BlockRow {
        participant: columns.parsed()?,
        whom: if columns.value()? {
            Blocked::Server(columns.parsed()?)
        } else {
            Blocked::Person(columns.parsed()?)
        },
        at: columns.count()?,
    })
}

impl Reader<'_> {
    pub(crate) fn declines(&self, room_id: &RoomId) -> Result<Vec<DeclineRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        self.all(
            "SELECT participant, origin_seq, seq FROM declines WHERE room = ?1 ORDER BY participant",
            [room],
            |columns| {
                Ok(DeclineRow {
                    room_id: room_id.clone(),
                    participant: columns.parsed()?,
                    origin_seq: columns.count()?,
                    seq: columns.maybe_count()?,
                })
            },
        )
    }

    pub(crate) fn knows_invite(&self, event_id: EventId) -> Result<bool> {
        let known = self.one(
            "SELECT 1 FROM known_invites WHERE event_id = ?1",
            [event_id.to_bytes()],
            |columns| columns.value::<i64>(),
        )?;
        Ok(known.is_some())
    }

    pub(crate) fn invites_since(&self, host: &ServerName, since: u64) -> Result<u64> {
        let count = self.one(
            "SELECT count(*) FROM known_invites WHERE host = ?1 AND at >= ?2",
            params![host.as_str(), int(since)],
            |columns| columns.count(),
        )?;
        Ok(count.unwrap_or(0))
    }

    pub(crate) fn blocks(&self) -> Result<Vec<BlockRow>> {
        self.all(
            "SELECT participant, is_server, whom, at FROM blocks ORDER BY participant, at, whom",
            [],
            block,
        )
    }

    pub(crate) fn reports(
        &self,
        room_id: &RoomId,
        resolved: bool,
        limit: u32,
    ) -> Result<Vec<ReportRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        let sql = if resolved {
            select_reports!("r.room = ?1 ORDER BY r.id DESC LIMIT ?2")
        } else {
            select_reports!("r.room = ?1 AND r.resolved_at IS NULL ORDER BY r.id DESC LIMIT ?2")
        };
        self.all(sql, params![room, limit], report)
    }

    pub(crate) fn report(&self, id: EventId) -> Result<Option<ReportRow>> {
        let sql = select_reports!("r.id = ?1");
        self.one(sql, [id.to_bytes()], report)
    }
}
