//! The past of rooms that are hosted elsewhere. A room is used from its snapshot on; what lies below comes
//! when somebody asks for it, page by page downwards, and is folded when seq 1 is reached. What was held
//! before is joined to it without anybody asking.

mod backfill;
mod fetch;
mod gap;
mod holes;
mod refold;

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::RoomId;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use backfill::{Backfilled, backfill};
pub(crate) use fetch::{Fetched, fetch_older};
pub(crate) use gap::Absent;
pub(crate) use holes::fill_holes;
pub(crate) use refold::{refold, refold_waiting};

/// What is at work on the past of a tenant's rooms.
#[derive(Default)]
pub(crate) struct History {
    /// One fetch a room at a time: room → lock, held from reading where the log begins until the page is
    /// stored. The map itself is held for a look-up only.
    fetching: Mutex<HashMap<RoomId, Arc<tokio::sync::Mutex<()>>>>,
    /// Rooms whose log is being folded from seq 1.
    folding: Mutex<std::collections::HashSet<RoomId>>,
    /// Held while holes are being filled.
    filling: Arc<tokio::sync::Mutex<()>>,
    retries: holes::Retries,
    tasks: TaskTracker,
    closing: CancellationToken,
}

impl History {
    /// The right to fetch older entries of a room.
    pub(crate) async fn turn(&self, room_id: &RoomId) -> tokio::sync::OwnedMutexGuard<()> {
        let lock = {
            let mut fetching = self.fetching.lock();
            // Nobody waits for, or holds, a lock that only the map knows.
            fetching.retain(|id, lock| id == room_id || Arc::strong_count(lock) > 1);
            fetching.entry(room_id.clone()).or_default().clone()
        };
        lock.lock_owned().await
    }

    /// Ends what is under way; it begins anew when the tenant is next open.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
