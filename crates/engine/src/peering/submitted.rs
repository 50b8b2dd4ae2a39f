use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use scaiwave_protocol::{EventId, RoomId, ServerName};
use scaiwave_store::record::PendingRow;

/// Pending events that their host has taken and whose entries are on their way back: not to be sent
/// again at every ring, and not even to be read. A hint: after a restart or an outage they are submitted
/// again, and the host answers `duplicate`.
#[derive(Default)]
pub(crate) struct Submitted(
    /// Held for a look-up or an insertion, never across an await.
    Mutex<BTreeMap<ServerName, Taken>>,
);

/// What one host has taken.
#[derive(Default)]
struct Taken {
    /// Those that no cursor has come to yet.
    events: BTreeSet<EventId>,
    /// In each room the number up to which nothing has to be sent. Our numbers in a room only rise.
    up_to: BTreeMap<RoomId, u64>,
}

impl Submitted {
    /// Above which number there may be something to send, in each room of this host.
    pub(super) fn up_to(&self, host: &ServerName) -> BTreeMap<RoomId, u64> {
        let hosts = self.0.lock();
        hosts
            .get(host)
            .map(|taken| taken.up_to.clone())
            .unwrap_or_default()
    }

    /// Keeps those that the host has not taken, of rows that were read in their order from the cursors on,
    /// and moves the cursors over those that it has taken and before which none is left.
    pub(super) fn keep_unsent(&self, host: &ServerName, rows: &mut Vec<PendingRow>) {
        let mut hosts = self.0.lock();
        let Some(Taken { events, up_to }) = hosts.get_mut(host) else {
            return;
        };
        let mut held_up: BTreeSet<RoomId> = BTreeSet::new();
        rows.retain(|row| {
            if !events.contains(&row.event_id) {
                if !held_up.contains(&row.room_id) {
                    held_up.insert(row.room_id.clone());
                }
                return true;
            }
            if !held_up.contains(&row.room_id) {
                events.remove(&row.event_id);
                match up_to.get_mut(&row.room_id) {
                    Some(number) => *number = row.origin_seq,
                    None => drop(up_to.insert(row.room_id.clone(), row.origin_seq)),
                }
            }
            false
        });
    }

    pub(super) fn add(&self, host: &ServerName, event_id: EventId) {
        let mut hosts = self.0.lock();
        match hosts.get_mut(host) {
            Some(taken) => drop(taken.events.insert(event_id)),
            None => drop(
                hosts
                    .entry(host.clone())
                    .or_default()
                    .events
                    .insert(event_id),
            ),
        }
    }

    /// Its entry is here.
    pub(crate) fn remove(&self, host: &ServerName, event_id: &EventId) {
        if let Some(taken) = self.0.lock().get_mut(host) {
            taken.events.remove(event_id);
        }
    }

    /// The host may have lost what it said it took.
    pub(crate) fn forget(&self, host: &ServerName) {
        self.0.lock().remove(host);
    }
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::{EventId, Fqid, RoomId, ServerName};
    use scaiwave_store::record::PendingRow;

    use super::Submitted;

    fn row(room: &RoomId, number: u8) -> PendingRow {
        PendingRow {
            room_id: room.clone(),
            event_id: EventId::from_bytes([number; 16]),
            origin_seq: u64::from(number),
            sender: Fqid::parse("@bob:b.example").unwrap(),
            kind: "swp.room.message".to_owned(),
            event: Vec::new(),
            created_at: 0,
            signed_anew: false,
            refused: None,
        }
    }

    // A cursor passes what is taken, stops before what is not, and starts again when the host may have
    // lost something.
    #[test]
    fn cursors_stop_before_what_is_not_taken() {
        let host = ServerName::parse("a.example").unwrap();
        let room = RoomId::parse(&format!("room-{}", "a".repeat(32))).unwrap();
        let submitted = Submitted::default();
        let keep = |numbers: std::ops::RangeInclusive<u8>| {
            let mut rows: Vec<_> = numbers.map(|number| row(&room, number)).collect();
            submitted.keep_unsent(&host, &mut rows);
            let kept: Vec<u64> = rows.iter().map(|row| row.origin_seq).collect();
            (kept, submitted.up_to(&host).get(&room).copied())
        };
        let take = |numbers: &[u8]| {
            for number in numbers {
                submitted.add(&host, EventId::from_bytes([*number; 16]));
            }
        };
        assert_eq!(keep(1..=3), (vec![1, 2, 3], None));
        take(&[1, 2]);
        assert_eq!(keep(1..=4), (vec![3, 4], Some(2)));
        take(&[4]);
        assert_eq!(keep(3..=5), (vec![3, 5], Some(2)), "3 holds it up");
        take(&[3]);
        assert_eq!(keep(3..=5), (vec![5], Some(4)));
        submitted.forget(&host);
        assert_eq!(keep(3..=5), (vec![3, 4, 5], None));
    }
}
