use std::collections::BTreeMap;

use parking_lot::Mutex;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_store::StoreError;
use scaiwave_store::record::Settled;

use crate::Tenant;

/// Where the histories of other servers were last compared with ours. Kept in memory: heads are
/// exchanged at every start and every ten minutes.
#[derive(Default)]
pub(crate) struct Histories(Mutex<BTreeMap<(RoomId, ServerName), Compared>>);

/// One comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Up to which seq.
    pub seq: u64,
    /// Whether the chains were equal there.
    pub same: bool,
    /// When, ms.
    pub at: u64,
}

/// Whether an admin has settled already which history counts at this point.
pub(super) async fn is_settled(
    tenant: &Tenant,
    room_id: &RoomId,
    point: &LogPoint,
) -> Result<bool, StoreError> {
    let settled = tenant.store.settled(room_id).await?;
    let here = Settled {
        term: point.term,
        seq: point.seq,
    };
    Ok(settled.is_some_and(|settled| here <= settled))
}

impl Histories {
    pub(crate) fn note(&self, room_id: &RoomId, server: &ServerName, compared: Compared) {
        let mut all = self.0.lock();
        all.insert((room_id.clone(), server.clone()), compared);
    }

    /// The last comparison with each server in a room.
    pub(crate) fn of(&self, room_id: &RoomId, server: &ServerName) -> Option<Compared> {
        let all = self.0.lock();
        all.get(&(room_id.clone(), server.clone())).copied()
    }
}
