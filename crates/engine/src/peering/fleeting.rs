//! What a peer is told only now: who is writing, who is there. The newest of each is enough, and none of
//! it is worth keeping: it is sent when there is room, or forgotten.

use std::collections::BTreeMap;

use scaiwave_protocol::wire::Ephemeral;
use scaiwave_protocol::{Fqid, Json, RoomId};

use crate::world::is_recent;

/// Things that may wait for one peer; above it the oldest is forgotten.
const WAITING_MAX: usize = 64;
/// What one peer is sent in a second.
const SENT_PER_S_MAX: u32 = 20;
/// What is taken of one peer in a second: a peer that sends as we do stays well below it.
const TAKEN_PER_S_MAX: u32 = 50;
/// For how long it is still true that somebody writes, ms: as long as clients show it.
pub(crate) const TYPING_MS: u64 = 4_000;
/// For how long it is worth telling that somebody came, ms.
const COMING_MS: u64 = 60_000;

/// At most so many in a second.
#[derive(Clone, Debug, Default)]
pub(crate) struct PerSecond {
    /// ms.
    since: u64,
    count: u32,
}

impl PerSecond {
    /// Counts one more, if it is within `max`.
    pub(crate) fn take(&mut self, max: u32, now: u64) -> bool {
        // A clock that was put back begins a second of its own.
        if now.abs_diff(self.since) >= 1_000 {
            (self.since, self.count) = (now, 0);
        }
        let within = self.count < max;
        self.count += u32::from(within);
        within
    }

    /// ms until the next one is within `max`.
    fn wait(&self, max: u32, now: u64) -> u64 {
        let passed = now.abs_diff(self.since);
        match self.count < max {
            true => 0,
            false => 1_000_u64.saturating_sub(passed),
        }
    }
}

/// Whether one more thing of a peer is looked at.
pub(super) fn is_within(taken: &mut PerSecond, now: u64) -> bool {
    taken.take(TAKEN_PER_S_MAX, now)
}

/// What waits for one peer.
#[derive(Default)]
pub(super) struct Fleeting {
    waiting: BTreeMap<About, Waiting>,
    sent: PerSecond,
}

/// What it is about: of each, only the newest is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Typing(RoomId, Fqid),
    Presence(Fqid),
    Call(RoomId, String, Fqid),
}

#[derive(Debug)]
struct Waiting {
    item: Json,
    /// ms.
    since: u64,
    /// ms after which it is true no more.
    lasts: u64,
}

impl Waiting {
    fn is_true(&self, now: u64) -> bool {
        is_recent(self.since, now, self.lasts)
    }
}

impl Fleeting {
    /// Replaces what waits about the same.
    pub(super) fn put(&mut self, ephemeral: &Ephemeral, now: u64) {
        self.waiting.retain(|_, waiting| waiting.is_true(now));
        let (about, lasts) = about(ephemeral);
        let is_new = !self.waiting.contains_key(&about);
        if is_new && self.waiting.len() >= WAITING_MAX {
            self.forget_oldest();
        }
        let waiting = Waiting {
            item: ephemeral.to_json(),
            since: now,
            lasts,
        };
        self.waiting.insert(about, waiting);
    }

    /// At most `room` of what is still true and within the rate, the oldest first. It is not there
    /// afterwards, whatever becomes of it.
    pub(super) fn take(&mut self, room: usize, now: u64) -> Vec<Json> {
        self.waiting.retain(|_, waiting| waiting.is_true(now));
        let mut taken = Vec::new();
        while taken.len() < room
            && let Some(oldest) = self.oldest()
            && self.sent.take(SENT_PER_S_MAX, now)
        {
            taken.extend(self.waiting.remove(&oldest).map(|waiting| waiting.item));
        }
        taken
    }

    /// ms after which there is something to take; none when nothing waits.
    pub(super) fn due(&self, now: u64) -> Option<u64> {
        let any = self.waiting.values().any(|waiting| waiting.is_true(now));
        any.then(|| self.sent.wait(SENT_PER_S_MAX, now))
    }

    fn oldest(&self) -> Option<About> {
        let oldest = self.waiting.iter().min_by_key(|(_, waiting)| waiting.since);
        oldest.map(|(about, _)| about.clone())
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.oldest() {
            self.waiting.remove(&oldest);
        }
    }
}

fn about(ephemeral: &Ephemeral) -> (About, u64) {
    match ephemeral {
        Ephemeral::Typing {
            room_id,
            participant,
            ..
        } => (
            About::Typing(room_id.clone(), participant.clone()),
            TYPING_MS,
        ),
        Ephemeral::Presence { participant, .. } => {
            (About::Presence(participant.clone()), COMING_MS)
        }
        Ephemeral::Call {
            room_id,
            call_id,
            participant,
            ..
        } => (
            About::Call(room_id.clone(), call_id.clone(), participant.clone()),
            COMING_MS,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typing(n: usize, typing: bool) -> Ephemeral {
        let room_id = format!("room-{}", "a".repeat(32));
        Ephemeral::Typing {
            room_id: RoomId::parse(&room_id).expect("an id"),
            participant: Fqid::parse(&format!("@p{n}:acme.example")).expect("a name"),
            typing,
        }
    }

    fn taken(fleeting: &mut Fleeting, now: u64) -> usize {
        fleeting.take(usize::MAX, now).len()
    }

    // Of what somebody does, the newest is told, once.
    #[test]
    fn the_newest_of_each() {
        let mut fleeting = Fleeting::default();
        for n in [1, 2, 1, 1] {
            fleeting.put(&typing(n, true), 0);
        }
        fleeting.put(&typing(1, false), 1);
        let items = fleeting.take(usize::MAX, 2);
        let says: Vec<_> = items.iter().map(|item| item.get("typing")).collect();
        let (yes, no) = (Json::from(true), Json::from(false));
        assert_eq!(says, [Some(&yes), Some(&no)]);
        assert_eq!(taken(&mut fleeting, 2), 0);
        assert_eq!(fleeting.due(2), None);
    }

    // A peer that was away is not told that somebody was writing then.
    #[test]
    fn what_is_over_is_forgotten() {
        let mut fleeting = Fleeting::default();
        fleeting.put(&typing(1, true), 0);
        fleeting.put(&typing(2, true), 1);
        assert_eq!(fleeting.due(TYPING_MS), Some(0));
        assert_eq!(taken(&mut fleeting, TYPING_MS), 1);
        fleeting.put(&typing(1, true), 0);
        assert_eq!(fleeting.due(TYPING_MS), None);
        assert_eq!(taken(&mut fleeting, TYPING_MS), 0);
    }

    // So many wait and so many go out in a second; the rest waits for the next one.
    #[test]
    fn limits() {
        let mut fleeting = Fleeting::default();
        for n in 0..WAITING_MAX + 1 {
            fleeting.put(&typing(n, true), n as u64);
        }
        assert_eq!(fleeting.waiting.len(), WAITING_MAX);
        let first = fleeting.take(1, 100);
        let who = first[0].get("participant").and_then(Json::as_str);
        assert_eq!(who, Some("@p1:acme.example"), "the oldest was forgotten");
        let rest = SENT_PER_S_MAX as usize - 1;
        assert_eq!(taken(&mut fleeting, 100), rest);
        assert_eq!(fleeting.due(100), Some(900));
        assert_eq!(taken(&mut fleeting, 999), 0);
        assert_eq!(fleeting.due(999), Some(1));
        assert_eq!(taken(&mut fleeting, 1_000), SENT_PER_S_MAX as usize);
    }

    // Of one peer, so many in a second are looked at, also when the clock jumps.
    #[test]
    fn what_is_taken_of_a_peer() {
        let mut counted = PerSecond::default();
        let mut within = |now| (0..60).filter(|_| is_within(&mut counted, now)).count();
        assert_eq!(within(5_000), TAKEN_PER_S_MAX as usize);
        assert_eq!(within(5_999), 0);
        assert_eq!(within(6_000), TAKEN_PER_S_MAX as usize);
        assert_eq!(within(0), TAKEN_PER_S_MAX as usize);
    }
}
