//! A room in a file, so that anybody can check it without a server.
//!
//! JSON lines: first `{"format": "scaiwave-room-v1", "room_id", "seq"}`, then the log in
//! its order, `{"entry": {term, seq, ts, event}}` and, after each stretch that one covers,
//! `{"checkpoint": {…}}`. Entries and checkpoints have the protocol's own form (section 4), erased events
//! included.

use std::io::Write;

use scaiwave_protocol::wire::item::{StoredEntry, write_entry_list};
use scaiwave_protocol::{Json, RoomId};
use scaiwave_store::record::EntryRow;

use super::document;
use crate::audit::Actor;
use crate::{ClientCode, Denial, Tenant, peering, stored};

/// The form of the file.
pub const EXPORT_FORMAT: &str = "scaiwave-room-v1";
/// Entries under one checkpoint, at most.
const STRETCH: u32 = 256;
/// Bytes of them.
const STRETCH_BYTES: usize = 1 << 20;

/// Why a room could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It may not, or cannot, be exported.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// The file.
    #[error("the file cannot be written: {0}")]
    File(#[from] std::io::Error),
}

/// Writes a whole room; says how many entries it has.
pub async fn export(
    tenant: &Tenant,
    actor: Actor<'_>,
    room_id: &RoomId,
    out: &mut (dyn Write + Send),
) -> Result<u64, ExportError> {
    actor.must_be_admin()?;
    let room = tenant.store.room(room_id).await.map_err(Denial::from)?;
    let room = room.ok_or_else(Denial::no_such_room)?;
    if !document::may_federate(&room).map_err(Denial::from)? {
        let sentence = "what is said in an incognito room is not exported";
        return Err(ClientCode::RoomExportRefused.because(sentence).into());
    }
    // Whoever reads the file folds it from seq 1; whether that has been done here yet is no matter.
    if room.first_seq != 1 {
        return Err(incomplete("its log does not begin at the first entry here").into());
    }
    let head = Json::object([
        ("format", EXPORT_FORMAT.into()),
        ("room_id", room_id.into()),
        ("seq", room.head.seq.into()),
    ]);
    line(out, &head.canonical())?;
    let mut written = 0;
    while written < room.head.seq {
        let rows = tenant
            .store
            .entries_after(room_id, written, STRETCH, STRETCH_BYTES);
        let mut rows = rows.await.map_err(Denial::from)?;
        // What is sequenced meanwhile belongs to the next export.
        rows.retain(|row| row.seq <= room.head.seq);
        let checkpoint = peering::covering(tenant, &room, &mut rows).await;
        let checkpoint = checkpoint
            .map_err(Denial::from)?
            .ok_or_else(|| incomplete("this server holds no checkpoint of a part of it"))?;
        stored::check(&rows).map_err(Denial::from)?;
        for row in &rows {
            line(out, &entry(row))?;
        }
        let checkpoint = Json::object([("checkpoint", checkpoint.to_json())]);
        line(out, &checkpoint.canonical())?;
        written = rows.last().map_or(room.head.seq, |row| row.seq);
    }
    out.flush()?;
    Ok(written)
}

fn incomplete(why: &'static str) -> Denial {
    ClientCode::RoomForbidden.because(why)
}

fn entry(row: &EntryRow) -> Vec<u8> {
    let stored = StoredEntry {
        term: row.term,
        seq: row.seq,
        ts: row.ts,
        event: &row.event,
    };
    let mut list = Vec::with_capacity(row.event.len() + 64);
    write_entry_list(&mut list, std::iter::once(stored));
    // A list of one, without its brackets.
    let entry = list.get(1..list.len() - 1).unwrap_or_default();
    [b"{\"entry\":", entry, b"}"].concat()
}

fn line(out: &mut (dyn Write + Send), json: &[u8]) -> Result<(), std::io::Error> {
    out.write_all(json)?;
    out.write_all(b"\n")
}
