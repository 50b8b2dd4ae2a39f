use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_engine::{Denial, Outcome};
use scaiwave_protocol::{EventId, Fqid, Json, RoomId};

use super::act::Done;

/// What people said, and what they were told. Clones are the same record.
#[derive(Clone, Default)]
pub(crate) struct History(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// Rises with every beginning and every end of an act.
    moment: u64,
    /// Acts that have begun and not ended.
    open: u64,
    sends: BTreeMap<EventId, Send>,
    /// How often each answer was given.
    answers: BTreeMap<String, u64>,
}

/// A message with its client's own id, and all attempts to have it sent.
#[derive(Clone, Debug)]
pub(crate) struct Send {
    pub(crate) room: RoomId,
    pub(crate) sender: Fqid,
    pub(crate) content: Json,
    pub(crate) begun: u64,
    /// When it was acknowledged first.
    pub(crate) acknowledged: Option<u64>,
    /// The seq that somebody was told.
    pub(crate) seq: Option<u64>,
    pub(crate) denials: Vec<Denial>,
    /// Attempts of which nobody knows what came of them.
    pub(crate) unknown: u32,
}

/// What came of an act; none when its process ended first.
pub(crate) type Told = Option<Outcome<Done>>;

impl History {
    pub(crate) fn begin(&self) {
        let mut inner = self.0.lock();
        inner.moment += 1;
        inner.open += 1;
    }

    pub(crate) fn begin_send(&self, id: EventId, room: &RoomId, sender: &Fqid, content: &Json) {
        let mut inner = self.0.lock();
        let begun = inner.moment;
        inner.sends.entry(id).or_insert_with(|| Send {
            room: room.clone(),
            sender: sender.clone(),
            content: content.clone(),
            begun,
            acknowledged: None,
            seq: None,
            denials: Vec::new(),
            unknown: 0,
        });
    }

    /// Notes the end of an act. The answer is a contradiction, if it is one.
    pub(crate) fn end(&self, kind: &str, send: Option<EventId>, told: &Told) -> Option<String> {
        let mut inner = self.0.lock();
        inner.moment += 1;
        inner.open -= 1;
        let word = match told {
            None => "unknown".to_owned(),
            Some(Ok(_)) => "ok".to_owned(),
            Some(Err(denial)) => format!("{denial}"),
        };
        *inner.answers.entry(format!("{kind}: {word}")).or_default() += 1;
        let moment = inner.moment;
        let send = inner.sends.get_mut(&send?)?;
        match told {
            None => send.unknown += 1,
            Some(Err(denial)) => send.denials.push(denial.clone()),
            Some(Ok(done)) => {
                send.acknowledged.get_or_insert(moment);
                let (before, now) = (send.seq, done.seq);
                send.seq = before.or(now);
                if before.is_some() && now != before {
                    return Some(format!("told seq {before:?} first and {now:?} later"));
                }
            }
        }
        None
    }

    /// Whether anybody still waits for an answer.
    pub(crate) fn is_waiting(&self) -> bool {
        self.0.lock().open > 0
    }

    pub(crate) fn sends(&self) -> BTreeMap<EventId, Send> {
        self.0.lock().sends.clone()
    }

    pub(crate) fn answers(&self) -> BTreeMap<String, u64> {
        self.0.lock().answers.clone()
    }
}
