use rusqlite::{Result, params};
use scaiwave_protocol::{Fqid, RoomId, ServerName};
use scaiwave_store::record::RoomListRow;

use super::Reader;
use super::entries::{entry, entry_columns};
use super::members::membership;
use super::rooms::{room, room_columns};
use crate::columns::Columns;
use crate::limits::{UNREAD_MAX, UNREAD_SEQS_MAX};

/// One row a room. The unread count reads an index of (position, kind, sender) and stops at its limits, the
/// count of mentions one of (participant, room, seq); the last line is one step in the same index.
macro_rules! select_lines {
    () => {
        concat!(
            "SELECT ",
            room_columns!(),
            ", m.membership,
         (SELECT count(*) FROM (
             SELECT 1 FROM entries u INDEXED BY entries_shown
             WHERE u.shown
                 AND u.id > (m.room << 40 | max(coalesce(k.seq, m.seq), h.seq - ?3))
                 AND u.id < (m.room + 1) << 40
                 AND u.kind = 'swp.room.message' AND u.sender <> ?1
                 AND NOT EXISTS (SELECT 1 FROM erasures x WHERE x.id = u.id)
             LIMIT ?2)),
         (SELECT count(*) FROM (
             SELECT 1 FROM inbox i INDEXED BY inbox_unread
             WHERE i.participant = ?1 AND i.room = m.room AND i.seq > 0
                 AND i.seq > coalesce(k.seq, m.seq)
             LIMIT ?2)),
         k.event_id,
         (SELECT group_concat(server, ' ') FROM (
             SELECT s.server FROM room_servers s WHERE s.room = m.room AND s.present
             ORDER BY s.server)),
         ",
            entry_columns!(),
            " FROM members m
         JOIN rooms r ON r.room = m.room
         JOIN heads h ON h.room = m.room
         JOIN room_numbers n ON n.room = m.room
         LEFT JOIN read_markers k ON k.participant = m.participant AND k.room = m.room
         LEFT JOIN entries e ON e.id = (
             SELECT l.id FROM entries l INDEXED BY entries_shown
             WHERE l.shown AND l.id BETWEEN m.room << 40 AND ((m.room + 1) << 40) - 1
             ORDER BY l.id DESC LIMIT 1)
     WHERE m.participant = ?1 AND m.membership IN ('invite', 'join')"
        )
    };
}

fn line(columns: &mut Columns<'_, '_>) -> Result<RoomListRow> {
    Ok(RoomListRow {
        room: room(columns)?,
        membership: membership(columns)?,
        unread_count: columns.count()?,
        mention_count: columns.count()?,
        last_read: columns.maybe_event_id()?,
        servers: servers(columns)?,
        last: columns.maybe(entry)?,
    })
}

/// Server names hold no spaces.
fn servers(columns: &mut Columns<'_, '_>) -> Result<Vec<ServerName>> {
    columns.one_of(|names: Option<String>| {
        let names = names.unwrap_or_default();
        names
            .split_ascii_whitespace()
            .map(|name| ServerName::parse(name).ok())
            .collect()
    })
}

impl Reader<'_> {
    pub(crate) fn rooms_of(&self, participant: &Fqid) -> Result<Vec<RoomListRow>> {
        self.all(
            concat!(select_lines!(), " ORDER BY h.ts DESC, h.room DESC"),
            params![participant.as_str(), UNREAD_MAX, UNREAD_SEQS_MAX],
            line,
        )
    }

    pub(crate) fn room_of(
        &self,
        participant: &Fqid,
        room_id: &RoomId,
    ) -> Result<Option<RoomListRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(None);
        };
        self.one(
            concat!(select_lines!(), " AND m.room = ?4"),
            params![participant.as_str(), UNREAD_MAX, UNREAD_SEQS_MAX, room],
            line,
        )
    }
}
