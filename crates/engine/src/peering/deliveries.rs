use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use scaiwave_protocol::{Hash, RoomId, ServerName};
use scaiwave_store::StoreError;

use crate::Tenant;

/// Servers that a host may speak of in one room; a longer list is not kept.
const ACKED_SERVERS_MAX: usize = 1_000;
/// Rooms hosted elsewhere of which it is remembered what their hosts said: the lists of ten servers each, a
/// few MB. Beyond it the older half is forgotten.
const HEARD_ROOMS_MAX: usize = 10_000;
/// Followers of rooms of ours of which it is remembered what they were told, some 150 bytes each. Beyond it
/// all is forgotten, and each is told once more.
const TOLD_MAX: usize = 100_000;

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
    /// In rooms of ours: what each follower was told last, as a hash.
    told: BTreeMap<RoomId, BTreeMap<ServerName, Hash>>,
    /// How many followers that are.
    told_count: usize,
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
        let mut known = self.known.lock();
        known.heard.insert(room_id.clone(), (acked, now));
        if known.heard.len() > HEARD_ROOMS_MAX {
            let mut times: Vec<u64> = known.heard.values().map(|(_, at)| *at).collect();
            times.sort_unstable();
            let middle = times.get(times.len() / 2).copied().unwrap_or(now);
            // Also when all came at one moment.
            known
                .heard
                .retain(|of, (_, at)| *at > middle || of == room_id);
        }
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
    pub(super) fn note_told(&self, room_id: &RoomId, server: &ServerName, acked: &Acked) {
        let mut known = self.known.lock();
        known.owed.remove(&(room_id.clone(), server.clone()));
        if known.told_count >= TOLD_MAX {
            known.told.clear();
            known.told_count = 0;
        }
        let of_room = known.told.entry(room_id.clone()).or_default();
        let is_new = of_room.insert(server.clone(), hash_of(acked)).is_none();
        known.told_count += usize::from(is_new);
    }

    /// Only these follow a room of ours: what others were told is of no account any more.
    fn keep_only(&self, room_id: &RoomId, followers: &Acked) {
        let mut known = self.known.lock();
        let mut gone = 0;
        if let Some(of_room) = known.told.get_mut(room_id) {
            let before = of_room.len();
            of_room.retain(|server, _| followers.contains_key(server));
            gone = before - of_room.len();
        }
        known.told_count -= gone;
        let follows =
            |(of, server): &(RoomId, ServerName)| of != room_id || followers.contains_key(server);
        known.owed.retain(follows);
    }

    /// Notes that a follower has to be told, unless it knows.
    fn owe(&self, room_id: &RoomId, server: &ServerName, acked: &Acked) -> bool {
        let key = (room_id.clone(), server.clone());
        let mut known = self.known.lock();
        let told = known.told.get(room_id).and_then(|of| of.get(server));
        if told == Some(&hash_of(acked)) {
            return false;
        }
        known.owed.insert(key);
        true
    }
}

fn hash_of(acked: &Acked) -> Hash {
    let lines = acked
        .iter()
        .map(|(server, seq)| format!("{server} {seq}\n"));
    Hash::of(&[lines.collect::<String>().as_bytes()])
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
        tenant.deliveries.keep_only(&room_id, &acked);
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

#[cfg(test)]
mod tests {
    use scaiwave_protocol::{RoomId, ServerName};

    use super::{Acked, Deliveries, HEARD_ROOMS_MAX, TOLD_MAX};

    fn server(n: usize) -> ServerName {
        ServerName::parse(&format!("s{n}.example")).unwrap()
    }

    fn room(mut n: usize) -> RoomId {
        let digits = b"abcdefghijklmnopqrstuvwxyz234567";
        let mut letters = vec![b'a'; 32];
        for letter in &mut letters {
            *letter = digits[n % 32];
            n /= 32;
        }
        let letters = String::from_utf8(letters).unwrap();
        RoomId::parse(&format!("room-{letters}")).unwrap()
    }

    fn at(seq: u64) -> Acked {
        [(server(0), seq)].into()
    }

    // A follower is told what it does not know. What one was told that follows no more is forgotten.
    #[test]
    fn what_was_told() {
        let deliveries = Deliveries::default();
        deliveries.note_told(&room(1), &server(1), &at(5));
        assert!(!deliveries.owe(&room(1), &server(1), &at(5)));
        assert!(deliveries.owe(&room(1), &server(1), &at(6)));
        assert_eq!(deliveries.owed_to(&server(1)), [room(1)]);
        // It follows no more; another room of it is another matter.
        deliveries.note_told(&room(2), &server(1), &at(5));
        deliveries.keep_only(&room(1), &at(6));
        assert!(deliveries.owed_to(&server(1)).is_empty());
        assert!(deliveries.owe(&room(1), &server(1), &at(5)));
        assert!(!deliveries.owe(&room(2), &server(1), &at(5)));
    }

    // Both sides of what is remembered of what was told.
    #[test]
    fn no_more_than_so_many_told() {
        let deliveries = Deliveries::default();
        for n in 0..TOLD_MAX {
            deliveries.note_told(&room(1), &server(n), &at(1));
        }
        assert!(!deliveries.owe(&room(1), &server(0), &at(1)));
        deliveries.note_told(&room(2), &server(0), &at(1));
        assert!(deliveries.owe(&room(1), &server(0), &at(1)));
    }

    // Both sides of what is remembered of what was heard: the older half goes.
    #[test]
    fn no_more_than_so_many_heard() {
        let deliveries = Deliveries::default();
        for n in 0..HEARD_ROOMS_MAX {
            deliveries.hear(&room(n), at(1), n as u64);
        }
        assert!(deliveries.heard(&room(0)).is_some());
        deliveries.hear(&room(HEARD_ROOMS_MAX), at(1), HEARD_ROOMS_MAX as u64);
        assert!(deliveries.heard(&room(0)).is_none());
        assert!(deliveries.heard(&room(HEARD_ROOMS_MAX)).is_some());
        assert!(deliveries.heard(&room(HEARD_ROOMS_MAX - 1)).is_some());
    }
}
