use scaiwave_protocol::event::content::Transfer;
use scaiwave_protocol::event::{LogPoint, Received};
use scaiwave_protocol::log::{Checkpoint, Entry};
use scaiwave_protocol::{EventId, Fqid, Json, PublicKey, Refusal, ServerName};
use scaiwave_store::Change;
use tokio::sync::oneshot;

use super::earlier::{Older, OlderAnswer};
use super::refold::{Refold, RefoldAnswer};
use crate::Outcome;
use crate::rejections::Subject;
use crate::view::EventView;

/// What a lane can be asked. Every command is answered, or its lane has stopped.
pub(crate) enum Command {
    /// One of our people says or does something.
    Post {
        post: LocalPost,
        reply: oneshot::Sender<Outcome<EventView>>,
    },
    /// A peer submits events of its people to a room of ours, in their order: what cannot be written
    /// now must not be overtaken by what follows, or its `origin_seq` would be too low for ever.
    Submit {
        submissions: Vec<Submission>,
        reply: oneshot::Sender<Vec<SubmitAnswer>>,
    },
    /// The room's host says what it has sequenced.
    Entries {
        batch: EntriesBatch,
        reply: oneshot::Sender<EntriesAnswer>,
    },
    /// Our server itself does something in a room of ours.
    Control {
        kind: &'static str,
        content: Json,
        reply: oneshot::Sender<Outcome<()>>,
    },
    /// Somebody waits for the fate of a pending event.
    Await {
        event_id: EventId,
        reply: oneshot::Sender<Outcome<()>>,
    },
    /// The host says that it has taken pending events, and of most at which seq they stand. Those that
    /// wait no more are answered.
    Taken {
        events: Vec<(EventId, Option<u64>)>,
        reply: oneshot::Sender<Vec<EventId>>,
    },
    /// Somebody of ours declines an invitation that our copy of the room does not know of: the event is
    /// numbered here, like all others of ours in the room.
    Number { reply: oneshot::Sender<u64> },
    /// A server that left has had everything that it was to have. Nothing in the log changes by it: it is
    /// noted also where nothing may go on.
    Departed {
        server: ServerName,
        reply: oneshot::Sender<()>,
    },
    /// The host refused a pending event.
    Refused {
        event_id: EventId,
        /// As it was sent: meanwhile it may have been signed anew.
        sent: Vec<u8>,
        refusal: Refusal,
        reply: oneshot::Sender<()>,
    },
    /// An event that the host refused is to be sent to it once more.
    Resubmit {
        event_id: EventId,
        reply: oneshot::Sender<Outcome<()>>,
    },
    /// Older entries of the room have come.
    Older {
        older: Box<Older>,
        reply: oneshot::Sender<OlderAnswer>,
    },
    /// The log, filled down to seq 1, has been folded.
    Refolded {
        refold: Box<Refold>,
        reply: oneshot::Sender<RefoldAnswer>,
    },
    /// A follower of a room of ours gives back what we have lost.
    Regain {
        batch: EntriesBatch,
        reply: oneshot::Sender<EntriesAnswer>,
    },
    /// All that was lost is back: the next entry of a room of ours begins a term.
    OpenTerm { reply: oneshot::Sender<Outcome<()>> },
    /// The room's host is at fault, and this proves it: nothing goes on here.
    Freeze {
        reason: String,
        /// The proof, and who is told.
        changes: Vec<Change>,
        reply: oneshot::Sender<Outcome<()>>,
    },
    /// Another server takes a room of ours over; it has signed that it does.
    HandOver {
        transfer: Transfer,
        seen: LogPoint,
        reply: oneshot::Sender<Outcome<()>>,
    },
    /// What our people wrote while another server was the host has its place now.
    AdoptPending { reply: oneshot::Sender<()> },
    /// Records may be due in a room of ours: of our keys, or of a revocation.
    Records { reply: oneshot::Sender<Outcome<()>> },
    /// Events of ours that wait for the host bear a key that has had its day, or a `seen` that is not in
    /// the log any more.
    SignAnew {
        event_ids: Vec<EventId>,
        reply: oneshot::Sender<()>,
    },
    /// The rows were written by another hand.
    Reload { reply: oneshot::Sender<()> },
}

impl Command {
    /// Whether it is decided on by itself: what follows must see what it has changed.
    pub(super) fn stands_alone(&self) -> bool {
        matches!(
            self,
            Command::Regain { .. }
                | Command::OpenTerm { .. }
                | Command::Freeze { .. }
                | Command::HandOver { .. }
                | Command::AdoptPending { .. }
                | Command::Departed { .. }
        )
    }

    /// Whether it brings what lies below the log that is held: it is taken also where nothing may go on.
    pub(super) fn brings_the_past(&self) -> bool {
        matches!(self, Command::Older { .. } | Command::Refolded { .. })
    }
}

/// An event of one of our people, not yet signed.
#[derive(Clone, Debug)]
pub(crate) struct LocalPost {
    pub(crate) kind: &'static str,
    pub(crate) sender: Fqid,
    pub(crate) content: Json,
    /// The client's own id, for idempotency.
    pub(crate) event_id: Option<EventId>,
}

/// A peer's event. `key` is the one of the origin's trusted keys that the event names.
pub(crate) struct Submission {
    pub(crate) event: Received,
    pub(crate) key: PublicKey,
    /// For the rejection log: a refusal is written with what else the lane decides, and told after that.
    pub(crate) subject: Subject,
}

/// What became of a submission.
#[derive(Clone, Debug)]
pub(crate) enum SubmitAnswer {
    Sequenced {
        seq: u64,
    },
    Duplicate {
        seq: u64,
    },
    Refused(Refusal),
    /// Our own disk failed.
    Retry,
}

/// A batch from a host.
pub(crate) struct EntriesBatch {
    pub(crate) peer: ServerName,
    pub(crate) entries: Vec<Entry>,
    pub(crate) checkpoint: Checkpoint,
}

/// What became of a batch.
#[derive(Clone, Debug)]
pub(crate) enum EntriesAnswer {
    Have {
        seq: u64,
    },
    Gap {
        have_seq: u64,
    },
    Refused(Refusal),
    /// Our own disk failed.
    Retry,
}
