use scaiwave_protocol::event::content as kind;
use scaiwave_protocol::log::{Checkpoint, Entry};
use scaiwave_protocol::{Code, Content, Refusal, RoomId};

use crate::{Accepted, Candidate, KnownEvent, KnownEvents, Line, RoomState, follow};

/// Checks a whole log from its first entry on, as somebody does who holds nothing but the log: entries
/// are taken in, and each checkpoint says how far they hold.
#[derive(Debug)]
pub struct LogCheck {
    room_id: RoomId,
    /// Entries that no checkpoint has covered yet.
    open: Vec<Entry>,
    fold: Option<(RoomState, KnownEvents)>,
}

impl LogCheck {
    /// Of this room: its id fixes the first entry.
    pub fn new(room_id: RoomId) -> Self {
        LogCheck {
            room_id,
            open: Vec::new(),
            fold: None,
        }
    }

    /// The next entry; nothing is said of it before a checkpoint.
    pub fn take(&mut self, entry: Entry) {
        self.open.push(entry);
    }

    /// The host's word for everything up to here: chain, signatures and rules are checked.
    pub fn cover(&mut self, checkpoint: &Checkpoint) -> Result<Vec<Accepted>, Refusal> {
        let mut entries = std::mem::take(&mut self.open).into_iter();
        let mut taken = Vec::new();
        let (mut state, mut known) = match self.fold.take() {
            Some(fold) => fold,
            None => {
                let (state, known, first) = self.begin(&mut entries)?;
                taken.push(first);
                (state, known)
            }
        };
        let rest = entries.map(|entry| -> Line {
            let Entry {
                term,
                seq,
                ts,
                event,
            } = entry;
            (term, seq, ts, Candidate::Unproven(event))
        });
        taken.extend(follow(&mut state, rest.collect(), checkpoint, &mut known)?);
        self.fold = Some((state, known));
        Ok(taken)
    }

    /// The room as everything that was covered makes it.
    pub fn state(&self) -> Option<&RoomState> {
        self.fold.as_ref().map(|(state, _)| state)
    }

    /// Entries above the last checkpoint: nobody has signed for them.
    pub fn uncovered(&self) -> usize {
        self.open.len()
    }

    /// The genesis is verified with the keys in seq 2 (protocol section 3), which is looked at here and
    /// folded with the others.
    fn begin(
        &self,
        entries: &mut std::vec::IntoIter<Entry>,
    ) -> Result<(RoomState, KnownEvents, Accepted), Refusal> {
        let wrong = |sentence: &'static str| Code::ChainBroken.because(sentence);
        let first = entries
            .next()
            .ok_or_else(|| wrong("a checkpoint stands before the first entry"))?;
        if (first.term, first.seq) != (1, 1) {
            return Err(wrong("the first entry is not that of term 1 and seq 1"));
        }
        if first.event.room_id() != self.room_id {
            return Err(wrong("the first entry is not the genesis of this room"));
        }
        let second = entries.as_slice().first();
        let record = second.and_then(|entry| {
            let content = entry.event.content()?;
            match Content::parse(entry.event.kind(), content) {
                Ok(Content::Server(record)) if entry.event.kind().as_str() == kind::SERVER => {
                    Some(record)
                }
                _ => None,
            }
        });
        let key = record.and_then(|record| {
            let key = record.descriptor.key(first.event.sig().key_id)?;
            Some(*key.public_key())
        });
        let key = key.ok_or_else(|| wrong("the second entry does not bring the genesis's key"))?;
        let genesis = first.event.verify(&key)?;
        let (state, accepted) = RoomState::begin(genesis, first.ts)?;
        let event = accepted.event();
        let mut known = KnownEvents::new(false);
        known.insert(
            event.id(),
            KnownEvent {
                seq: 1,
                ts: first.ts,
                hash: event.hash(),
                kind: event.kind().to_string(),
                sender: event.sender().clone(),
                redacted: false,
            },
        );
        Ok((state, known, accepted))
    }
}
