use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::{Content, Event, Hash};

/// What the rules said of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has its effect.
    Accepted,
    /// A message, edit or reaction whose content or target does not fit: counted, not shown.
    Hidden,
    /// The host should not have sequenced it: counted for the chain, without any other effect.
    Void(crate::Rejection),
}

/// An entry that has its place in the log. Only this crate makes one, and nothing less can be stored.
#[derive(Clone, Debug)]
pub struct Accepted {
    pub(crate) term: u64,
    pub(crate) seq: u64,
    pub(crate) ts: u64,
    pub(crate) chain: Hash,
    pub(crate) event: Event,
    pub(crate) content: Option<Content>,
    pub(crate) verdict: Verdict,
}

impl Accepted {
    /// The point of the log that this entry makes.
    pub fn point(&self) -> LogPoint {
        LogPoint {
            term: self.term,
            seq: self.seq,
            chain: self.chain,
        }
    }

    /// The host's clock in ms.
    pub fn ts(&self) -> u64 {
        self.ts
    }

    /// The event.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The content, read; `None` when it is erased or does not fit.
    pub fn content(&self) -> Option<&Content> {
        self.content.as_ref()
    }

    /// What the rules said.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }
}
