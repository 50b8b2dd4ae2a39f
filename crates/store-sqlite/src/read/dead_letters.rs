use rusqlite::{Result, params};
use scaiwave_protocol::{EventId, ServerName};
use scaiwave_store::record::DeadLetterRow;

use super::Reader;
use crate::columns::{Columns, bytes};

macro_rules! select_dead_letters {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.at, d.peer, d.kind, n.room_id, d.event_id, d.participant, d.code,
                 d.message, d.item
             FROM dead_letters d JOIN room_numbers n USING (room) WHERE ",
            $rest
        )
    };
}

fn dead_letter(columns: &mut Columns<'_, '_>) -> Result<DeadLetterRow> {
    Ok(DeadLetterRow {
        id: columns.event_id()?,
        at: columns.count()?,
        peer: columns.parsed()?,
        kind: columns.value()?,
        room_id: columns.parsed()?,
        event_id: columns.maybe_event_id()?,
        participant: columns.maybe_parsed()?,
        code: columns.value()?,
        message: columns.value()?,
        item: columns.value()?,
    })
}

impl Reader<'_> {
    pub(crate) fn dead_letters(
        &self,
        peer: Option<&ServerName>,
        before: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<DeadLetterRow>> {
        let sql = match peer {
            Some(_) => select_dead_letters!(
                "d.peer = ?1
                 AND (?2 IS NULL OR d.line < (SELECT line FROM dead_letters WHERE id = ?2))
                 ORDER BY d.line DESC LIMIT ?3"
            ),
            None => select_dead_letters!(
                "?1 IS NULL
                 AND (?2 IS NULL OR d.line < (SELECT line FROM dead_letters WHERE id = ?2))
                 ORDER BY d.line DESC LIMIT ?3"
            ),
        };
        self.all(
            sql,
            params![peer.map(ServerName::as_str), bytes(before), limit],
            dead_letter,
        )
    }

    pub(crate) fn dead_letter(&self, id: EventId) -> Result<Option<DeadLetterRow>> {
        let sql = select_dead_letters!("d.id = ?1");
        self.one(sql, [id.to_bytes()], dead_letter)
    }
}
