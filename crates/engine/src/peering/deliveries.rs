use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_store::StoreError;

use crate::Tenant;

/// Servers that a host may speak of in one room; a longer list is not kept.
const ACKED_SERVERS_MAX: usize = 1_000;

/// How far each server is in a room: server → acknowledged seq.
pub(crate) type Acked = BTreeMap<ServerName, u64>;

/// Who has got what (the `acked` of protocol section 5), in memory: a restart costs some news of others,
/// which comes with the next entries.
#[derive(Default)]
pub(crate) struct Deliveries {
    /// Held for a look-up or an insertion, never across an await.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// In rooms hosted elsewhere: what the host said last, and when (ms).
    heard: BTreeMap<RoomId, (Acked, u64)>,
    /// In rooms of ours: what each follower was told last.
    told: BTreeMap<(RoomId, ServerName), Acked>,
    /// In rooms of ours in which somebody has got further since followers were told.
    moved: BTreeSet<RoomId>,
    /// Followers that are to be told although they lack no entry.
    owed: BTreeSet<(RoomId, ServerName)>,
}

impl Deliveries {
    /// The host says how far the others are. What comes later is newer: the host's worker sends in order.
    pub(super) fn hear(&self, room_id: &RoomId, acked: Acked, now: u64) {
        if acked.is_empty() || acked.len() > ACKED_SERVERS_MAX {
            return;
        }
        self.known
            .lock()
            .heard
            .insert(room_id.clone(), (acked, now));
    }

    /// What the host said last, and when.
    pub(crate) fn heard(&self, room_id: &RoomId) -> Option<(Acked, u64)> {
        self.known.lock().heard.get(room_id).cloned()
    }

    /// A follower has acknowledged more.
    pub(super) fn moved(&self, room_id: &RoomId) {
        self.known.lock().moved.insert(room_id.clone());
    }

    /// Takes the rooms in which something has moved.
    fn take_moved(&self) -> BTreeSet<RoomId> {
        std::mem::take(&mut self.known.lock().moved)
    }

    /// The rooms of which a follower is to be told.
    pub(super) fn owed_to(&self, server: &ServerName) -> Vec<RoomId> {
        let known = self.known.lock();
        let owed = known.owed.iter().filter(|(_, to)| to == server);
        owed.map(|(room_id, _)| room_id.clone()).collect()
    }

    /// A follower has answered an item that told it this.
    pub(super) fn note_told(&self, room_id: &RoomId, server: &ServerName, acked: Acked) {
        let key = (room_id.clone(), server.clone());
        let mut known = self.known.lock();
        known.owed.remove(&key);
        known.told.insert(key, acked);
    }

    /// Notes that a follower has to be told, unless it knows.
    fn owe(&self, room_id: &RoomId, server: &ServerName, acked: &Acked) -> bool {
        let key = (room_id.clone(), server.clone());
        let mut known = self.known.lock();
        if known.told.get(&key) == Some(acked) {
            return false;
        }
        known.owed.insert(key);
        true
    }
}

/// How far the servers of a room of ours are: all that get its log.
pub(crate) async fn acked(tenant: &Tenant, room_id: &RoomId) -> Result<Acked, StoreError> {
    let followers = tenant.store.followers(room_id).await?;
    let acked = followers.into_iter().map(|follower| {
        let seq = tenant
            .cursors
            .acked(room_id, &follower.server, follower.acked_seq);
        (follower.server, seq)
    });
    Ok(acked.collect())
}

/// What a follower is told: its own place it knows.
pub(super) fn about_others(acked: &Acked, server: &ServerName) -> Acked {
    let mut others = acked.clone();
    others.remove(server);
    others
}

/// Lets followers that have everything be told how far the others are, when that has changed. Entries
/// tell it by the way; this is for the time after the last of them.
pub(crate) async fn tell(tenant: &Tenant) -> Result<(), StoreError> {
    for room_id in tenant.deliveries.take_moved() {
        let acked = acked(tenant, &room_id).await?;
        // With one follower there is nobody to tell about.
        if acked.len() < 2 {
            continue;
        }
        for server in acked.keys() {
            let news = about_others(&acked, server);
            if tenant.deliveries.owe(&room_id, server, &news) {
                tenant.doorbells.ring(server);
            }
        }
    }
    Ok(())
}
