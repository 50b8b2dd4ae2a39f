use std::sync::Arc;

use scaiwave_protocol::RoomId;

use super::{Fetched, fetch_older};
use crate::{Denial, Outcome, Tenant, Viewer};

/// Entries that one request brings at most.
const ENTRIES_MAX: u64 = 1000;
/// Requests to peers for them: a page may be cut by its bytes.
const FETCHES_MAX: usize = 16;

/// What an admin's request for history has brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backfilled {
    /// Verified entries stored by this request.
    pub fetched: u64,
    /// The log is held from here on.
    pub first_seq: u64,
    /// Whether nothing is missing.
    pub complete: bool,
}

/// Fetches older entries of a room, for admins: at most 1000, whoever is looking at it or not.
pub async fn backfill(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<Backfilled> {
    viewer.must_be_admin()?;
    // A room that is not here has no history to be had.
    first_seq(tenant, room_id).await?;
    let mut fetched = 0;
    for _ in 0..FETCHES_MAX {
        let left = ENTRIES_MAX.saturating_sub(fetched);
        if left == 0 {
            break;
        }
        match fetch_older(tenant, room_id, left).await? {
            Fetched::More(entries) => fetched += entries,
            Fetched::Whole => break,
            // What has come before it is there all the same.
            Fetched::Absent(_) if fetched > 0 => break,
            Fetched::Absent(absent) => return Err(absent.code.because(absent.message)),
        }
    }
    let first_seq = first_seq(tenant, room_id).await?;
    Ok(Backfilled {
        fetched,
        first_seq,
        complete: first_seq == 1,
    })
}

async fn first_seq(tenant: &Tenant, room_id: &RoomId) -> Outcome<u64> {
    let room = tenant.store.room(room_id).await?;
    Ok(room.ok_or_else(Denial::no_such_room)?.first_seq)
}
