//! Holes in the log, between what was held before nobody of ours was in the room and the snapshot with which
//! we came back. They are filled without anybody asking: what was said before may have been redacted in
//! between, and its words must not stay here.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::RoomId;
use scaiwave_store::StoreError;
use scaiwave_store::record::RoomRow;

use super::{Fetched, fetch_older};
use crate::{Tenant, lane};

/// Entries asked for at once.
const PAGE: u64 = 1000;
/// After how long a hole that could not be filled is tried again, at first, ms.
const RETRY_MIN_MS: u64 = 60_000;
/// The same, at last.
const RETRY_MAX_MS: u64 = 60 * 60_000;

/// Rooms whose hole could not be filled; one for a tenant.
#[derive(Debug, Default)]
pub(super) struct Retries {
    /// With the time of the next try and what was waited for it, both ms. Held for a look-up only.
    rooms: Mutex<HashMap<RoomId, (u64, u64)>>,
}

impl Retries {
    fn is_due(&self, room_id: &RoomId, now: u64) -> bool {
        let rooms = self.rooms.lock();
        rooms.get(room_id).is_none_or(|(due, delay)| {
            // The clock may have been set back.
            now >= *due || now + delay < *due
        })
    }

    fn failed(&self, room_id: &RoomId, now: u64) {
        let mut rooms = self.rooms.lock();
        let last = rooms.get(room_id).map_or(0, |(_, delay)| *delay);
        let delay = (last * 2).clamp(RETRY_MIN_MS, RETRY_MAX_MS);
        rooms.insert(room_id.clone(), (now + delay, delay));
    }

    fn filled(&self, room_id: &RoomId) {
        self.rooms.lock().remove(room_id);
    }
}

/// Begins to fill the holes of all rooms, one after the other, unless that is under way.
pub(crate) fn fill_holes(tenant: &Arc<Tenant>) {
    let Ok(turn) = tenant.history.filling.clone().try_lock_owned() else {
        return;
    };
    let tenant = tenant.clone();
    let tasks = tenant.history.tasks.clone();
    tasks.spawn(async move {
        let closing = &tenant.history.closing;
        if let Some(Err(error)) = closing.run_until_cancelled(fill_all(&tenant)).await {
            tracing::error!(%error, tenant = tenant.slug(), "holes in rooms' logs cannot be filled");
        }
        drop(turn);
    });
}

async fn fill_all(tenant: &Arc<Tenant>) -> Result<(), StoreError> {
    for room in tenant.store.rooms().await? {
        let retries = &tenant.history.retries;
        let now = tenant.world.now();
        if !retries.is_due(&room.room_id, now) || !has_hole(tenant, &room).await? {
            continue;
        }
        match fill(tenant, &room.room_id).await? {
            true => retries.filled(&room.room_id),
            false => retries.failed(&room.room_id, now),
        }
    }
    Ok(())
}

/// Whether something is held below what is held up to the head, and we may ask for what lies between.
async fn has_hole(tenant: &Tenant, room: &RoomRow) -> Result<bool, StoreError> {
    let is_whole = room.first_seq == 1 || room.base_seq == 0;
    if is_whole || room.frozen.is_some() || &room.host == tenant.server_name() {
        return Ok(false);
    }
    let held = lane::held_below(tenant, &room.room_id, room.first_seq).await?;
    if held.is_none() {
        return Ok(false);
    }
    let servers = tenant.store.room_servers(&room.room_id).await?;
    let mut present = servers.iter().filter(|row| row.present);
    Ok(present.any(|row| &row.server == tenant.server_name()))
}

/// Fills the holes of one room from above; false when a part of them is not to be had now.
async fn fill(tenant: &Arc<Tenant>, room_id: &RoomId) -> Result<bool, StoreError> {
    let mut last = None;
    loop {
        let Some(room) = tenant.store.room(room_id).await? else {
            return Ok(true);
        };
        if !has_hole(tenant, &room).await? {
            return Ok(true);
        }
        // Whoever answers without bringing anything is not asked again at once.
        if last.replace(room.first_seq) == Some(room.first_seq) {
            return Ok(false);
        }
        match fetch_older(tenant, room_id, PAGE).await {
            Ok(Fetched::More(_)) => {}
            Ok(Fetched::Whole) => return Ok(true),
            Ok(Fetched::Absent(_)) | Err(_) => return Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::RoomId;

    use super::{RETRY_MAX_MS, RETRY_MIN_MS, Retries};

    // The first minute, twice as long each time up to an hour, and at once after the clock was set back.
    #[test]
    fn a_hole_is_tried_again() {
        let room = RoomId::parse(&format!("room-{}", "a".repeat(32))).unwrap();
        let retries = Retries::default();
        assert!(retries.is_due(&room, 5));
        let mut now = 5;
        let mut delay = RETRY_MIN_MS;
        for _ in 0..10 {
            retries.failed(&room, now);
            assert!(!retries.is_due(&room, now + delay - 1));
            assert!(retries.is_due(&room, now + delay));
            now += delay;
            delay = (delay * 2).min(RETRY_MAX_MS);
        }
        retries.failed(&room, now);
        assert!(!retries.is_due(&room, now));
        assert!(retries.is_due(&room, now - 1));
        retries.filled(&room);
        assert!(retries.is_due(&room, now));
    }
}
