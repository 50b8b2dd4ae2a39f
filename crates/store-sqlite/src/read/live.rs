use rusqlite::{Result, params};
use scaiwave_protocol::{Fqid, RoomId};
use scaiwave_store::record::{InboxRow, ReadMarkerRow, StreamEntry, StreamRow};

use super::Reader;
use crate::columns::{Columns, int};

fn stream_entry(columns: &mut Columns<'_, '_>) -> Result<StreamEntry> {
    Ok(StreamEntry {
        position: columns.count()?,
        row: StreamRow {
            room_id: columns.maybe_parsed()?,
            participant: columns.maybe_parsed()?,
            kind: columns.value()?,
            event_id: columns.maybe_event_id()?,
            payload: columns.value()?,
        },
    })
}

fn inbox_line(columns: &mut Columns<'_, '_>) -> Result<InboxRow> {
    Ok(InboxRow {
        participant: columns.parsed()?,
        event_id: columns.event_id()?,
        room_id: columns.parsed()?,
        sender: columns.parsed()?,
        reason: columns.value()?,
        snippet: columns.value()?,
        created_at: columns.count()?,
        seq: columns.count()?,
    })
}

impl Reader<'_> {
    pub(crate) fn stream_after(
        &self,
        after: u64,
        limit: u32,
        bytes_max: usize,
    ) -> Result<Vec<StreamEntry>> {
        let mut query = self.connection.prepare_cached(
            "SELECT s.position, n.room_id, s.participant, s.kind, s.event_id, s.payload
             FROM stream s LEFT JOIN room_numbers n USING (room)
             WHERE s.position > ?1 ORDER BY s.position LIMIT ?2",
        )?;
        let mut rows = query.query(params![int(after), limit])?;
        let (mut found, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let entry = stream_entry(&mut Columns::of(row))?;
            bytes += entry.row.payload.as_ref().map_or(0, Vec::len);
            if bytes > bytes_max && !found.is_empty() {
                break;
            }
            found.push(entry);
        }
        Ok(found)
    }

    pub(crate) fn stream_position(&self) -> Result<u64> {
        let last = self.one(
            "SELECT coalesce(max(position), 0) FROM stream",
            [],
            |columns| columns.count(),
        )?;
        Ok(last.unwrap_or(0))
    }

    pub(crate) fn inbox(&self, who: &Fqid, limit: u32, offset: u32) -> Result<Vec<InboxRow>> {
        self.all(
            "SELECT i.participant, i.event_id, n.room_id, i.sender, i.reason, i.snippet,
                 i.created_at, i.seq
             FROM inbox i JOIN room_numbers n USING (room)
             WHERE i.participant = ?1
             ORDER BY i.created_at DESC, i.event_id DESC LIMIT ?2 OFFSET ?3",
            params![who.as_str(), limit, offset],
            inbox_line,
        )
    }

    pub(crate) fn read_marker(
        &self,
        participant: &Fqid,
        room_id: &RoomId,
    ) -> Result<Option<ReadMarkerRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(None);
        };
        self.one(
            "SELECT event_id, seq FROM read_markers WHERE participant = ?1 AND room = ?2",
            params![participant.as_str(), room],
            |columns| {
                Ok(ReadMarkerRow {
                    participant: participant.clone(),
                    room_id: room_id.clone(),
                    event_id: columns.event_id()?,
                    seq: columns.count()?,
                })
            },
        )
    }
}
