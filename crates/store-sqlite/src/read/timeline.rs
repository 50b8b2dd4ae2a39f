use std::collections::BTreeMap;

use rusqlite::{Params, Result, params};
use scaiwave_protocol::{EventId, Hash, RoomId};
use scaiwave_store::record::{EditRow, ReactionRow, TimelineRow};
use scaiwave_store::{Direction, TimelineQuery};

use super::entries::{entry, entry_columns};
use super::{Reader, id_list};
use crate::columns::Columns;
use crate::limits::SEQ_MAX;
use crate::numbers::entry_row;

/// Lines with their edit, their erasure and the number of their replies; ?1 and ?2 are the first and
/// last row ids of the room. Two partial indexes answer the counting; a message that names the same
/// event as thread and as target counts once.
macro_rules! select_lines {
    () => {
        concat!(
            "SELECT ",
            entry_columns!(),
            ", d.ts, d.content, w.hash, w.event, x.by, x.at, x.reason,
                 (SELECT count(*) FROM entries t INDEXED BY entries_thread
                  WHERE t.kind = 'swp.room.message' AND t.shown AND t.thread_root = e.event_id
                      AND t.id BETWEEN ?1 AND ?2)
                 + (SELECT count(*) FROM entries t INDEXED BY entries_reply
                    WHERE t.kind = 'swp.room.message' AND t.shown AND t.target = e.event_id
                        AND t.thread_root IS NOT e.event_id AND t.id BETWEEN ?1 AND ?2)
             FROM entries e
                 LEFT JOIN erasures x ON x.id = e.id
                 LEFT JOIN edits d ON d.room = e.room AND d.target = e.event_id
                 LEFT JOIN entries w ON w.id = (d.room << 40 | d.seq) "
        )
    };
}

/// A page of a whole timeline: ids first, from the index of what is shown.
macro_rules! select_page {
    ($order:literal) => {
        concat!(
            select_lines!(),
            "WHERE e.id IN (
                 SELECT id FROM entries INDEXED BY entries_shown
                 WHERE shown AND id BETWEEN ?3 AND ?4 ORDER BY id ",
            $order,
            " LIMIT ?5)
             ORDER BY e.id ",
            $order
        )
    };
}

/// A page of a thread: what stands in it, what replies to its root, and the root.
macro_rules! select_thread {
    ($order:literal) => {
        concat!(
            select_lines!(),
            "WHERE e.id IN (
                 SELECT id FROM (
                     SELECT id FROM (
                         SELECT id FROM entries INDEXED BY entries_thread
                         WHERE kind = 'swp.room.message' AND shown AND thread_root = ?6
                             AND id BETWEEN ?3 AND ?4 ORDER BY id ",
            $order,
            " LIMIT ?5)
                     UNION SELECT id FROM (
                         SELECT id FROM entries INDEXED BY entries_reply
                         WHERE kind = 'swp.room.message' AND shown AND target = ?6
                             AND id BETWEEN ?3 AND ?4 ORDER BY id ",
            $order,
            " LIMIT ?5)
                     UNION SELECT id FROM entries
                         WHERE event_id = ?6 AND shown AND id BETWEEN ?3 AND ?4)
                 ORDER BY id ",
            $order,
            " LIMIT ?5)
             ORDER BY e.id ",
            $order
        )
    };
}

fn line(columns: &mut Columns<'_, '_>) -> Result<TimelineRow> {
    let entry = entry(columns)?;
    let edit = match columns.maybe_count()? {
        Some(ts) => Some(EditRow {
            ts,
            content: columns.value()?,
            said: said(columns)?,
        }),
        None => {
            columns.skip(3);
            None
        }
    };
    let redacted = match columns.maybe_parsed()? {
        Some(by) => Some((by, columns.count()?, columns.value()?)),
        None => {
            columns.skip(2);
            None
        }
    };
    Ok(TimelineRow {
        entry,
        edit,
        redacted,
        reactions: Vec::new(),
        reply_count: columns.count()?,
    })
}

fn said(columns: &mut Columns<'_, '_>) -> Result<Option<(Hash, Vec<u8>)>> {
    if columns.is_null()? {
        columns.skip(2);
        return Ok(None);
    }
    Ok(Some((columns.hash()?, columns.value()?)))
}

fn reaction(columns: &mut Columns<'_, '_>) -> Result<ReactionRow> {
    Ok(ReactionRow {
        target: columns.event_id()?,
        emoji: columns.value()?,
        sender: columns.parsed()?,
        event_id: columns.event_id()?,
        seq: columns.count()?,
    })
}

impl Reader<'_> {
    pub(crate) fn timeline(&self, query: &TimelineQuery) -> Result<Vec<TimelineRow>> {
        let Some(room) = self.number(&query.room_id)? else {
            return Ok(Vec::new());
        };
        let (first, last) = (entry_row(room, 0), entry_row(room, SEQ_MAX));
        let (low, high) = match (query.direction, query.from_seq) {
            (Direction::Back, Some(seq)) => (first, entry_row(room, seq) - 1),
            (Direction::Forward, Some(seq)) => (entry_row(room, seq) + 1, last),
            (_, None) => (first, last),
        };
        // Lines and reactions are two questions: both see the same moment.
        let moment = self.connection.unchecked_transaction()?;
        let mut lines = match (&query.thread, query.direction) {
            (None, direction) => {
                let sql = match direction {
                    Direction::Back => select_page!("DESC"),
                    Direction::Forward => select_page!("ASC"),
                };
                let params = params![first, last, low, high, query.limit];
                self.lines_within(query.bytes, sql, params)?
            }
            (Some(root), direction) => {
                let sql = match direction {
                    Direction::Back => select_thread!("DESC"),
                    Direction::Forward => select_thread!("ASC"),
                };
                let root = root.to_bytes();
                let params = params![first, last, low, high, query.limit, root];
                self.lines_within(query.bytes, sql, params)?
            }
        };
        if query.direction == Direction::Back {
            lines.reverse();
        }
        self.add_reactions(room, &mut lines)?;
        moment.commit()?;
        Ok(lines)
    }

    /// The lines that a query finds, up to the one with which they have more bytes.
    fn lines_within(
        &self,
        bytes_max: usize,
        sql: &'static str,
        params: impl Params,
    ) -> Result<Vec<TimelineRow>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let (mut lines, mut bytes) = (Vec::new(), 0);
        while bytes <= bytes_max
            && let Some(row) = rows.next()?
        {
            let line = line(&mut Columns::of(row))?;
            bytes += line.bytes();
            lines.push(line);
        }
        Ok(lines)
    }

    pub(crate) fn timeline_row(
        &self,
        room_id: &RoomId,
        event_id: EventId,
    ) -> Result<Option<TimelineRow>> {
        // A line and its reactions are two questions: both see the same moment.
        let moment = self.connection.unchecked_transaction()?;
        let found = self.line_of(room_id, event_id)?;
        moment.commit()?;
        Ok(found)
    }

    pub(crate) fn timeline_rows(
        &self,
        lines: &[(RoomId, EventId)],
        bytes_max: usize,
    ) -> Result<Vec<Option<TimelineRow>>> {
        let moment = self.connection.unchecked_transaction()?;
        let (mut found, mut bytes) = (Vec::new(), 0);
        for (room_id, event_id) in lines {
            let line = self.line_of(room_id, *event_id)?;
            bytes += line.as_ref().map_or(0, TimelineRow::bytes);
            if bytes > bytes_max && !found.is_empty() {
                break;
            }
            found.push(line);
        }
        moment.commit()?;
        Ok(found)
    }

    fn line_of(&self, room_id: &RoomId, event_id: EventId) -> Result<Option<TimelineRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(None);
        };
        let (first, last) = (entry_row(room, 0), entry_row(room, SEQ_MAX));
        let sql = concat!(
            select_lines!(),
            "WHERE e.event_id = ?3 AND e.room = ?4 AND e.shown"
        );
        let id = event_id.to_bytes();
        let Some(mut found) = self.one(sql, params![first, last, id, room], line)? else {
            return Ok(None);
        };
        found.reactions = self.all(
            "SELECT target, emoji, sender, event_id, seq FROM reactions
             WHERE room = ?1 AND target = ?2 ORDER BY seq, event_id",
            params![room, id],
            reaction,
        )?;
        Ok(Some(found))
    }

    /// All reactions to a page in one question.
    fn add_reactions(&self, room: i64, lines: &mut [TimelineRow]) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let targets = id_list(lines.iter().map(|line| &line.entry.event_id));
        let reactions = self.all(
            "SELECT target, emoji, sender, event_id, seq FROM reactions
             WHERE room = ?1 AND target IN (SELECT unhex(value) FROM json_each(?2))
             ORDER BY seq, event_id",
            params![room, targets],
            reaction,
        )?;
        let mut of: BTreeMap<EventId, Vec<ReactionRow>> = BTreeMap::new();
        for reaction in reactions {
            of.entry(reaction.target).or_default().push(reaction);
        }
        for line in lines {
            line.reactions = of.remove(&line.entry.event_id).unwrap_or_default();
        }
        Ok(())
    }
}
