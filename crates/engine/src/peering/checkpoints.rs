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
    let end = page.last().map_or(room.head, EntryRow::point);
    if reigns(room)?.host_of(end.term) == tenant.server_name() {
        let ts = page.last().map_or(room.head_ts, |row| row.ts);
        return sign(tenant, room, end, ts).await.map(Some);
    }
    let first = page.first().map_or(end.seq, |row| row.seq);
    let store = &tenant.store;
    let within = store.checkpoint_at_or_below(&room.room_id, end.seq).await?;
    if let Some(held) = within.filter(|held| held.seq >= first) {
        page.retain(|row| row.seq <= held.seq);
        return read(room, &held).map(Some);
    }
    let Some(above) = store.checkpoint_at_or_above(&room.room_id, end.seq).await? else {
        return Ok(None);
    };
    let more = store
        .entries_after(&room.room_id, end.seq, STRETCH_MAX, usize::MAX)
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
    let servers = tenant.store.room_servers(&room.room_id).await?;
    let us = servers
        .iter()
        .find(|row| &row.server == tenant.server_name());
    let in_log = match us {
        Some(us) => json::parse(&us.descriptor).and_then(Descriptor::parse).ok(),
        None => None,
    };
    let now = tenant.world.now().max(entry_ts);
    let (signer, ts) = in_log
        .and_then(|in_log| signer(tenant, room, &in_log, at, [now, entry_ts]))
        .unwrap_or_else(|| (tenant.keyring.signer(), now));
    Ok(Checkpoint::sign(room.room_id.clone(), at, ts, &*signer))
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
