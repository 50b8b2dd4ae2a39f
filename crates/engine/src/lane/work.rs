use std::collections::BTreeSet;

use scaiwave_protocol::{EventId, Refusal, ServerName};
use scaiwave_room::Accepted;
use scaiwave_store::Change;
use tokio::sync::oneshot;

use super::command::{EntriesAnswer, SubmitAnswer};
use super::earlier::OlderAnswer;
use super::refold::RefoldAnswer;
use crate::live::Outgoing;
use crate::peering::Lead;
use crate::rejections::Subject;
use crate::view::EventView;
use crate::{Denial, Outcome, Tenant, rejections};

/// What a batch has come to, on its way to the disk. Nothing of it is told to anybody before.
#[derive(Default)]
pub(super) struct Work {
    /// Entries in log order.
    pub(super) accepted: Vec<Accepted>,
    /// Rows beside the entries, members, servers and the room.
    pub(super) changes: Vec<Change>,
    /// What sessions will be told.
    pub(super) frames: Vec<Outgoing>,
    /// What callers will be told.
    pub(super) replies: Vec<Reply>,
    /// Who has something to fetch.
    pub(super) rings: BTreeSet<ServerName>,
    /// Pending events whose fate is known.
    pub(super) settled: Vec<(EventId, Option<Refusal>)>,
    /// Whether the room's own row is written although no entry came.
    pub(super) writes_room: bool,
    /// What has to be looked into once this is on disk.
    pub(super) leads: Vec<Lead>,
}

/// An answer that waits for the disk.
pub(super) enum Reply {
    Post(oneshot::Sender<Outcome<EventView>>, Outcome<Box<EventView>>),
    Submit(oneshot::Sender<Vec<SubmitAnswer>>, Vec<SubmitAnswer>),
    Entries(oneshot::Sender<EntriesAnswer>, EntriesAnswer),
    Older(oneshot::Sender<OlderAnswer>, OlderAnswer),
    Refolded(oneshot::Sender<RefoldAnswer>, RefoldAnswer),
    Done(oneshot::Sender<Outcome<()>>, Outcome<()>),
    Told(oneshot::Sender<()>),
    /// The same for what is not asked again by itself: unanswered when it is not on disk.
    Kept(oneshot::Sender<()>),
}

impl Reply {
    /// All is on disk.
    pub(super) fn send(self) {
        // A caller who has gone away does not need the answer.
        match self {
            Reply::Post(to, answer) => drop(to.send(answer.map(|view| *view))),
            Reply::Submit(to, answer) => drop(to.send(answer)),
            Reply::Entries(to, answer) => drop(to.send(answer)),
            Reply::Older(to, answer) => drop(to.send(answer)),
            Reply::Refolded(to, answer) => drop(to.send(answer)),
            Reply::Done(to, answer) => drop(to.send(answer)),
            Reply::Told(to) | Reply::Kept(to) => told(to),
        }
    }

    /// Nothing is on disk.
    pub(super) fn fail(self, denial: &Denial) {
        match self {
            Reply::Post(to, _) => drop(to.send(Err(denial.clone()))),
            Reply::Submit(to, answers) => drop(to.send(vec![SubmitAnswer::Retry; answers.len()])),
            Reply::Entries(to, _) => drop(to.send(EntriesAnswer::Retry)),
            Reply::Older(to, _) => drop(to.send(OlderAnswer::Retry)),
            Reply::Refolded(to, _) => drop(to.send(RefoldAnswer::Retry)),
            Reply::Done(to, _) => drop(to.send(Err(denial.clone()))),
            Reply::Told(to) => told(to),
            Reply::Kept(to) => drop(to),
        }
    }
}

/// Tells a caller that it is done; one who has gone away does not need to know.
pub(super) fn told(reply: oneshot::Sender<()>) {
    reply.send(()).unwrap_or_default();
}

impl Work {
    /// Puts the line of the rejection log beside the rest, if this is a refusal.
    pub(super) fn note_refused(
        &mut self,
        tenant: &Tenant,
        answer: &SubmitAnswer,
        subject: Subject,
    ) {
        if let SubmitAnswer::Refused(refusal) = answer {
            let line = subject.refused(refusal.clone());
            self.changes.push(rejections::change(tenant, line));
        }
    }

    /// Whether there is anything to write.
    pub(super) fn writes(&self) -> bool {
        !self.accepted.is_empty()
            || !self.changes.is_empty()
            || !self.frames.is_empty()
            || self.writes_room
    }
}
