use scaiwave_protocol::Refusal;
use scaiwave_protocol::log::Checkpoint;
use scaiwave_room::{
    Accepted, KeyHints, KnownEvent, KnownEvents, Line, RoomState, Verdict, follow,
};

use crate::{TestRoom, room::received};

/// A server that follows a [`TestRoom`].
#[derive(Clone, Debug)]
pub struct Follower {
    /// Its fold.
    pub state: RoomState,
    /// The events that it holds.
    pub known: KnownEvents,
    /// What it made of each entry above where it started.
    pub verdicts: Vec<Verdict>,
}

impl Follower {
    /// One that has the genesis event.
    pub fn from_start(room: &TestRoom) -> Self {
        let mut known = KnownEvents::new(false);
        let first = room.entry(1);
        let kept = KnownEvent {
            seq: 1,
            ts: first.ts(),
            hash: first.event().hash(),
            kind: first.event().kind().to_string(),
            sender: first.event().sender().clone(),
            redacted: false,
        };
        known.insert(first.event().id(), kept);
        Follower {
            state: room.state_at(1).clone(),
            known,
            verdicts: Vec::new(),
        }
    }

    /// One that starts from the snapshot of a seq.
    pub fn from_snapshot(room: &TestRoom, seq: u64) -> Self {
        Follower {
            state: RoomState::from_snapshot(&room.snapshot(seq)).expect("a sound snapshot"),
            known: KnownEvents::new(true),
            verdicts: Vec::new(),
        }
    }

    /// Takes the next entries up to `to` in one batch.
    pub fn feed(&mut self, room: &TestRoom, to: u64) -> Result<Vec<Accepted>, Refusal> {
        let lines = room.lines(self.state.head().seq, to);
        self.take(lines, &room.checkpoint(to))
    }

    /// The same, with signatures verified beforehand by the keys known before the batch.
    pub fn feed_proven(&mut self, room: &TestRoom, to: u64) -> Result<Vec<Accepted>, Refusal> {
        let hints = KeyHints::of(&self.state);
        let mut lines = room.lines(self.state.head().seq, to);
        for (_, seq, _, candidate) in &mut lines {
            *candidate = hints.prove(received(room.entry(*seq).event()));
        }
        self.take(lines, &room.checkpoint(to))
    }

    /// Takes these entries with this checkpoint.
    ///
    /// Works on copies, which replace what is held only when the whole batch fits: so must every caller
    /// of `follow`.
    pub fn take(&mut self, lines: Vec<Line>, by: &Checkpoint) -> Result<Vec<Accepted>, Refusal> {
        let (mut state, mut known) = (self.state.clone(), self.known.clone());
        let taken = follow(&mut state, lines, by, &mut known)?;
        (self.state, self.known) = (state, known);
        self.verdicts.extend(taken.iter().map(Accepted::verdict));
        Ok(taken)
    }

    /// Takes everything there is in one batch, and panics if it does not fit.
    pub fn catch_up(&mut self, room: &TestRoom) {
        self.feed(room, room.len()).expect("a whole log");
    }
}
