use rusqlite::{Result, params};
use scaiwave_protocol::{EventId, Hash, RoomId};
use scaiwave_store::record::{BaseRow, CheckpointRow, EntryHead, EntryRow, HeldRow};

use super::{Reader, id_list};
use crate::columns::{Columns, int, verdict};
use crate::limits::SEQ_MAX;
use crate::numbers::entry_row;

/// What [`entry`] reads, of `entries e`.
macro_rules! entry_columns {
    () => {
        "e.term, e.seq, e.ts, e.chain, e.hash, e.event_id, e.kind, e.sender, e.event, e.verdict, \
         e.shown, e.target, e.thread_root"
    };
}
pub(super) use entry_columns;

macro_rules! select_entries {
    () => {
        concat!("SELECT ", entry_columns!(), " FROM entries e ")
    };
}

pub(super) fn entry(columns: &mut Columns<'_, '_>) -> Result<EntryRow> {
    Ok(EntryRow {
        term: columns.count()?,
        seq: columns.count()?,
        ts: columns.count()?,
        chain: columns.hash()?,
        hash: columns.hash()?,
        event_id: columns.event_id()?,
        kind: columns.value()?,
        sender: columns.parsed()?,
        event: columns.value()?,
        verdict: columns.one_of(verdict)?,
        shown: columns.value()?,
        target: columns.maybe_event_id()?,
        thread_root: columns.maybe_event_id()?,
    })
}

fn head(columns: &mut Columns<'_, '_>) -> Result<(EventId, EntryHead)> {
    let event_id = columns.event_id()?;
    let head = EntryHead {
        seq: columns.count()?,
        ts: columns.count()?,
        hash: columns.hash()?,
        kind: columns.value()?,
        sender: columns.parsed()?,
        verdict: columns.one_of(verdict)?,
        target: columns.maybe_event_id()?,
        redacted: columns.value()?,
    };
    Ok((event_id, head))
}

fn base(columns: &mut Columns<'_, '_>) -> Result<BaseRow> {
    let (seq, state) = (columns.count()?, columns.value()?);
    let held = columns.maybe(|columns| {
        Ok(HeldRow {
            first_seq: columns.count()?,
            chain_before: columns.hash()?,
            last_seq: columns.count()?,
            last_chain: columns.hash()?,
        })
    })?;
    Ok(BaseRow { seq, state, held })
}

fn checkpoint(columns: &mut Columns<'_, '_>) -> Result<CheckpointRow> {
    Ok(CheckpointRow {
        seq: columns.count()?,
        checkpoint: columns.value()?,
    })
}

impl Reader<'_> {
    /// Stops before the entry that would pass `bytes_max`, but never before the first.
    pub(crate) fn entries_after(
        &self,
        room_id: &RoomId,
        after: u64,
        limit: u32,
        bytes_max: usize,
    ) -> Result<Vec<EntryRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        let sql = concat!(
            select_entries!(),
            "WHERE e.id > ?1 AND e.id <= ?2 ORDER BY e.id LIMIT ?3"
        );
        let mut query = self.connection.prepare_cached(sql)?;
        let mut rows = query.query(params![
            entry_row(room, after),
            entry_row(room, SEQ_MAX),
            limit
        ])?;
        let mut found = Vec::new();
        let mut size = 0;
        while let Some(row) = rows.next()? {
            let entry = entry(&mut Columns::of(row))?;
            size += entry.event.len();
            if size > bytes_max && !found.is_empty() {
                break;
            }
            found.push(entry);
        }
        Ok(found)
    }

    pub(crate) fn entries_before(
        &self,
        room_id: &RoomId,
        before: u64,
        limit: u32,
    ) -> Result<Vec<EntryRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        let sql = concat!(
            select_entries!(),
            "WHERE e.id >= ?1 AND e.id < ?2 ORDER BY e.id DESC LIMIT ?3"
        );
        let bounds = params![entry_row(room, 0), entry_row(room, before), limit];
        let mut found = self.all(sql, bounds, entry)?;
        found.reverse();
        Ok(found)
    }

    /// By an index of their own: they are few, and the log is long.
    pub(crate) fn server_entries(&self, room_id: &RoomId) -> Result<Vec<EntryRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        let sql = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM entries e INDEXED BY entries_server
             WHERE e.kind = 'swp.room.server' AND e.id > ?1 AND e.id <= ?2 ORDER BY e.id"
        );
        let bounds = params![entry_row(room, 0), entry_row(room, SEQ_MAX)];
        self.all(sql, bounds, entry)
    }

    pub(crate) fn entry(&self, room_id: &RoomId, event_id: EventId) -> Result<Option<EntryRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(None);
        };
        let sql = concat!(
            select_entries!(),
            "WHERE e.event_id = ?2 AND e.room = ?1 ORDER BY e.verdict = 2, e.id LIMIT 1"
        );
        self.one(sql, params![room, event_id.to_bytes()], entry)
    }

    pub(crate) fn entry_heads(
        &self,
        room_id: &RoomId,
        event_ids: &[EventId],
    ) -> Result<Vec<(EventId, EntryHead)>> {
        let Some(room) = self.number(room_id)?.filter(|_| !event_ids.is_empty()) else {
            return Ok(Vec::new());
        };
        self.all(
            "SELECT e.event_id, e.seq, e.ts, e.hash, e.kind, e.sender, e.verdict, e.target,
                 x.id IS NOT NULL
             FROM entries e LEFT JOIN erasures x USING (id)
             WHERE e.event_id IN (SELECT unhex(value) FROM json_each(?2)) AND e.room = ?1
             ORDER BY e.id",
            params![room, id_list(event_ids)],
            head,
        )
    }

    pub(crate) fn chain_at(&self, room_id: &RoomId, seq: u64) -> Result<Option<(u64, u64, Hash)>> {
        let Some(room) = self.number(room_id)?.filter(|_| seq <= SEQ_MAX) else {
            return Ok(None);
        };
        self.one(
            "SELECT term, ts, chain FROM entries WHERE id = ?1",
            [entry_row(room, seq)],
            |columns| Ok((columns.count()?, columns.count()?, columns.hash()?)),
        )
    }

    /// Two partial indexes answer together.
    pub(crate) fn referrers(&self, room_id: &RoomId, targets: &[EventId]) -> Result<Vec<EntryRow>> {
        let Some(room) = self.number(room_id)?.filter(|_| !targets.is_empty()) else {
            return Ok(Vec::new());
        };
        let sql = concat!(
            select_entries!(),
            "WHERE e.id IN (
                 SELECT r.id FROM json_each(?1) t
                     JOIN entries r INDEXED BY entries_edit ON r.target = unhex(t.value)
                 WHERE r.kind = 'swp.room.edit' AND r.id BETWEEN ?2 AND ?3
                 UNION ALL
                 SELECT r.id FROM json_each(?1) t
                     JOIN entries r INDEXED BY entries_referrer ON r.target = unhex(t.value)
                 WHERE r.kind IN ('swp.room.reaction', 'swp.room.redaction')
                     AND r.target IS NOT NULL AND r.id BETWEEN ?2 AND ?3)
             ORDER BY e.id"
        );
        let (first, last) = (entry_row(room, 0), entry_row(room, SEQ_MAX));
        self.all(sql, params![id_list(targets), first, last], entry)
    }

    pub(crate) fn bases(&self, room_id: &RoomId) -> Result<Vec<BaseRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        self.all(
            "SELECT seq, state, held_first, held_chain_before, held_last, held_last_chain
             FROM bases WHERE room = ?1 ORDER BY seq",
            [room],
            base,
        )
    }

    pub(crate) fn checkpoint_at_or_below(
        &self,
        room_id: &RoomId,
        seq: u64,
    ) -> Result<Option<CheckpointRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(None);
        };
        self.one(
            "SELECT seq, checkpoint FROM checkpoints WHERE room = ?1 AND seq <= ?2
             ORDER BY seq DESC LIMIT 1",
            params![room, int(seq)],
            checkpoint,
        )
    }

    pub(crate) fn checkpoint_at_or_above(
        &self,
        room_id: &RoomId,
        seq: u64,
    ) -> Result<Option<CheckpointRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(None);
        };
        self.one(
            "SELECT seq, checkpoint FROM checkpoints WHERE room = ?1 AND seq >= ?2
             ORDER BY seq LIMIT 1",
            params![room, int(seq)],
            checkpoint,
        )
    }
}
