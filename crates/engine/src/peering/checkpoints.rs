//! Which checkpoint goes with a page of a log: one of our own making where we were the host, one that
//! the host of that term gave us where we were not (protocol sections 3 and 4).

use std::sync::Arc;

use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::{RoomId, SigningKey, json};
use scaiwave_room::Reigns;
use scaiwave_store::StoreError;
use scaiwave_store::record::{CheckpointRow, EntryRow, RoomRow};

use crate::Tenant;

/// Entries that may be added to a page so that it ends at a checkpoint: a batch has no more.
const STRETCH_MAX: u32 = scaiwave_protocol::limits::SEND_ENTRIES_MAX as u32;

/// A checkpoint of the page's last entry, or of the head when the page is empty; none when we hold none.
///
/// Where we cannot sign, the page is cut to end at the last checkpoint held within it, or else stretched
/// to the next one above.
pub(crate) async fn covering(
    tenant: &Tenant,
    room: &RoomRow,
    page: &mut Vec<EntryRow>,
) -> Result<Option<Checkpoint>, StoreError> {
    if signs(tenant, room, page)? {
        return sign_end(tenant, room, page).await.map(Some);
    }
    let end = page.last().map_or(room.head.seq, |row| row.seq);
    let first = page.first().map_or(end, |row| row.seq);
    let store = &tenant.store;
    let within = store.checkpoint_at_or_below(&room.room_id, end).await?;
    if let Some(held) = within.filter(|held| held.seq >= first) {
        page.retain(|row| row.seq <= held.seq);
        return read(room, &held).map(Some);
    }
    stretch(tenant, room, page).await
}

/// As [`covering`], for a page downwards: it must reach up to where it was asked to, so it is never cut;
/// whoever asked cuts off what lies above.
pub(crate) async fn reaching(
    tenant: &Tenant,
    room: &RoomRow,
    page: &mut Vec<EntryRow>,
) -> Result<Option<Checkpoint>, StoreError> {
    if signs(tenant, room, page)? {
        return sign_end(tenant, room, page).await.map(Some);
    }
    stretch(tenant, room, page).await
}

/// Whether we were the host of the page's last entry, so that we can sign its checkpoint.
fn signs(tenant: &Tenant, room: &RoomRow, page: &[EntryRow]) -> Result<bool, StoreError> {
    let term = page.last().map_or(room.head.term, |row| row.term);
    Ok(reigns(room)?.host_of(term) == tenant.server_name())
}

/// Our own checkpoint of the page's last entry, or of the head when the page is empty.
async fn sign_end(
    tenant: &Tenant,
    room: &RoomRow,
    page: &[EntryRow],
) -> Result<Checkpoint, StoreError> {
    let end = page.last().map_or(room.head, EntryRow::point);
    let ts = page.last().map_or(room.head_ts, |row| row.ts);
    sign(tenant, room, end, ts).await
}

/// Adds what lies between the page and the next checkpoint above it.
async fn stretch(
    tenant: &Tenant,
    room: &RoomRow,
    page: &mut Vec<EntryRow>,
) -> Result<Option<Checkpoint>, StoreError> {
    let end = page.last().map_or(room.head.seq, |row| row.seq);
    let store = &tenant.store;
    let Some(above) = store.checkpoint_at_or_above(&room.room_id, end).await? else {
        return Ok(None);
    };
    let more = store
        .entries_after(&room.room_id, end, STRETCH_MAX, usize::MAX)
        .await?;
    page.extend(more.into_iter().filter(|row| row.seq <= above.seq));
    let reaches = page.last().is_some_and(|row| row.seq == above.seq);
    if reaches {
        read(room, &above).map(Some)
    } else {
        Ok(None)
    }
}

/// Who sequenced which part of the room's log.
pub(super) fn reigns(room: &RoomRow) -> Result<Reigns, StoreError> {
    Reigns::of_core_document(&room.core).map_err(|error| damaged(&room.room_id, &error))
}

/// Signs with a key of ours that the log knew at that place: its readers know no other. When all of those
/// have expired since, the checkpoint bears the time of the entry itself, at which one was valid.
async fn sign(
    tenant: &Tenant,
    room: &RoomRow,
    at: LogPoint,
    entry_ts: u64,
) -> Result<Checkpoint, StoreError> {
    let in_log = own_descriptor_in(tenant, &room.room_id).await?;
    let now = tenant.world.now().max(entry_ts);
    let (signer, ts) = in_log
        .and_then(|in_log| signer(tenant, room, &in_log, at, [now, entry_ts]))
        .unwrap_or_else(|| (tenant.keyring.signer(), now));
    Ok(Checkpoint::sign(room.room_id.clone(), at, ts, &*signer))
}

/// Our own descriptor as a room's log has it.
pub(super) async fn own_descriptor_in(
    tenant: &Tenant,
    room_id: &RoomId,
) -> Result<Option<Descriptor>, StoreError> {
    let servers = tenant.store.room_servers(room_id).await?;
    let us = servers
        .iter()
        .find(|row| &row.server == tenant.server_name());
    Ok(us.and_then(|us| json::parse(&us.descriptor).and_then(Descriptor::parse).ok()))
}

fn signer(
    tenant: &Tenant,
    room: &RoomRow,
    in_log: &Descriptor,
    at: LogPoint,
    times: [u64; 2],
) -> Option<(Arc<SigningKey>, u64)> {
    times.into_iter().find_map(|ts| {
        let key = if at.seq == room.head.seq {
            tenant.keyring.signer_listed_in(in_log, ts)
        } else {
            tenant.keyring.oldest_signer_listed_in(in_log, ts)
        };
        key.map(|key| (key, ts))
    })
}

fn read(room: &RoomRow, held: &CheckpointRow) -> Result<Checkpoint, StoreError> {
    let json = json::parse(&held.checkpoint).map_err(|error| damaged(&room.room_id, &error))?;
    Checkpoint::parse(json).map_err(|error| damaged(&room.room_id, &error))
}

fn damaged(room_id: &RoomId, error: &scaiwave_protocol::Malformed) -> StoreError {
    StoreError::Damaged(format!("room {room_id}: {error}"))
}
