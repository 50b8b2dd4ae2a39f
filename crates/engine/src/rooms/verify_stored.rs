//! Checks the rooms in a tenant's store against themselves, before a restored store is put to use.

use std::collections::BTreeMap;

use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::event::Received;
use scaiwave_protocol::log::chain_link;
use scaiwave_protocol::{Event, Hash, RoomId, ServerName, json};
use scaiwave_store::record::{EntryRow, RoomRow, Verdict};
use scaiwave_store::{StoreError, TenantStore};

/// Entries in one step.
const STEP_ENTRIES: u32 = 256;
/// Bytes of them.
const STEP_BYTES: usize = 4 << 20;

/// What was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoredReport {
    /// Rooms.
    pub rooms: u64,
    /// Entries, each with its event's hash and its place in the chain.
    pub entries: u64,
    /// Of those, the ones whose signature was verified with a key of the room's log. The others were signed
    /// with a key that the log names no more, or are void.
    pub signatures: u64,
}

/// The first thing that does not hold.
#[derive(Debug, thiserror::Error)]
pub enum StoredFault {
    /// What is stored contradicts itself.
    #[error("room {room_id}, entry {seq}: {why}")]
    Room {
        /// In which room.
        room_id: RoomId,
        /// Where.
        seq: u64,
        /// What.
        why: &'static str,
    },
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Checks every room: each event has the hash that is stored with it, each entry follows from the one before
/// it, the last one is the room's head, and signatures are those of the servers in the room.
pub async fn verify_stored(store: &dyn TenantStore) -> Result<StoredReport, StoredFault> {
    let mut report = StoredReport::default();
    for room in store.rooms().await? {
        let servers = servers(store, &room.room_id).await?;
        verify(store, &room, &servers, &mut report).await?;
        report.rooms += 1;
    }
    Ok(report)
}

type Servers = BTreeMap<ServerName, Descriptor>;

/// The servers in a room with their keys. What cannot be read proves nothing, and is found elsewhere.
async fn servers(store: &dyn TenantStore, room_id: &RoomId) -> Result<Servers, StoreError> {
    let rows = store.room_servers(room_id).await?;
    let read = rows.into_iter().filter_map(|row| {
        let json = json::parse(&row.descriptor).ok()?;
        Some((row.server, Descriptor::parse(json).ok()?))
    });
    Ok(read.collect())
}

async fn verify(
    store: &dyn TenantStore,
    room: &RoomRow,
    servers: &Servers,
    report: &mut StoredReport,
) -> Result<(), StoredFault> {
    let room_id = &room.room_id;
    let mut last = (0, Hash::ZERO);
    loop {
        let rows = store.entries_after(room_id, last.0, STEP_ENTRIES, STEP_BYTES);
        let rows = rows.await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let fault = |why| StoredFault::Room {
                room_id: room_id.clone(),
                seq: row.seq,
                why,
            };
            let event = read(room, &row).map_err(fault)?;
            check_place(room, &row, last).map_err(fault)?;
            if row.verdict != Verdict::Void && is_signed(servers, &event).map_err(fault)? {
                report.signatures += 1;
            }
            report.entries += 1;
            last = (row.seq, row.chain);
        }
    }
    // A room that begins with a snapshot may have nothing above it.
    if last.0 == 0 {
        last = (room.base_seq, room.base_chain);
    }
    if last != (room.head.seq, room.head.chain) {
        return Err(StoredFault::Room {
            room_id: room_id.clone(),
            seq: last.0,
            why: "the log does not end at the room's head",
        });
    }
    Ok(())
}

fn read(room: &RoomRow, row: &EntryRow) -> Result<Event, &'static str> {
    let event = json::parse(&row.event).and_then(Received::parse);
    let event = event.map_err(|_| "its event cannot be read")?.into_event();
    let ours = event.room_id() == room.room_id && event.id() == row.event_id;
    if !ours {
        return Err("its event is another one");
    }
    if event.hash() != row.hash {
        return Err("its event does not have the hash that is stored with it");
    }
    Ok(event)
}

/// Where the log has a hole below, only what stands on the other side of it is known.
fn check_place(room: &RoomRow, row: &EntryRow, last: (u64, Hash)) -> Result<(), &'static str> {
    let before = if row.seq == room.first_seq {
        room.chain_before
    } else if row.seq == last.0 + 1 {
        last.1
    } else if row.seq < room.first_seq {
        return Ok(());
    } else {
        return Err("an entry below it is missing");
    };
    match chain_link(&before, row.term, row.seq, row.ts, &row.hash) == row.chain {
        true => Ok(()),
        false => Err("it does not follow from the entry before it"),
    }
}

/// Whether the signature could be verified; an error when it is wrong.
fn is_signed(servers: &Servers, event: &Event) -> Result<bool, &'static str> {
    let server = servers.get(event.origin());
    let Some(key) = server.and_then(|server| server.key(event.sig().key_id)) else {
        return Ok(false);
    };
    match event
        .header()
        .signable()
        .verifies(key.public_key(), event.sig())
    {
        true => Ok(true),
        false => Err("its signature is wrong"),
    }
}
