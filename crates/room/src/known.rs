use std::collections::HashMap;

use scaiwave_protocol::{Content, EventId, Fqid, Hash};

/// What a rule may ask of an older event: header fields, which survive erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownEvent {
    /// Where it stands.
    pub seq: u64,
    /// The host's clock when it was sequenced.
    pub ts: u64,
    /// `event_hash`.
    pub hash: Hash,
    /// Its type.
    pub kind: String,
    /// Whose it is.
    pub sender: Fqid,
    /// Whether a redaction took its content.
    pub redacted: bool,
}

/// The older events that a batch may meet: those with the ids of the batch, and those it refers to.
///
/// Lookups only; its order is never seen.
#[derive(Clone, Debug, Default)]
pub struct KnownEvents {
    events: HashMap<EventId, KnownEvent>,
    /// Whether events may exist that we do not hold, because our log begins at a base.
    base: bool,
}

/// What an edit, reaction, redaction or pin refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// The type refers to nothing, or the content that would say to what is erased.
    None,
    /// There is no such event.
    Unknown,
    /// It may lie below our base: counts as allowed, and is judged again when it is backfilled.
    BelowBase,
    /// There it is.
    Known(&'a KnownEvent),
}

impl KnownEvents {
    /// `base` says that the log we hold does not begin at seq 1.
    pub fn new(base: bool) -> Self {
        KnownEvents {
            events: HashMap::new(),
            base,
        }
    }

    /// Adds an event that stands in the log.
    pub fn insert(&mut self, id: EventId, event: KnownEvent) {
        // Within a room an event id is used once: what stood there first counts.
        self.events.entry(id).or_insert(event);
    }

    /// Notes that an event's content is gone.
    pub fn redact(&mut self, id: &EventId) {
        if let Some(event) = self.events.get_mut(id) {
            event.redacted = true;
        }
    }

    /// The event of this id.
    pub fn get(&self, id: &EventId) -> Option<&KnownEvent> {
        self.events.get(id)
    }

    /// What this content refers to.
    pub fn target(&self, content: Option<&Content>) -> Target<'_> {
        match content.and_then(target_id) {
            None => Target::None,
            Some(id) => match self.events.get(&id) {
                Some(event) => Target::Known(event),
                None if self.base => Target::BelowBase,
                None => Target::Unknown,
            },
        }
    }
}

/// The event whose type and sender the rules ask for.
pub(crate) fn target_id(content: &Content) -> Option<EventId> {
    match content {
        Content::Edit(edit) => Some(edit.event_id),
        Content::Reaction(reaction) => Some(reaction.event_id),
        Content::Redaction(redaction) => Some(redaction.event_id),
        Content::Pin(pin) => Some(pin.event_id),
        Content::Create(_)
        | Content::Server(_)
        | Content::Member(_)
        | Content::Name(_)
        | Content::Topic(_)
        | Content::Power(_)
        | Content::Settings(_)
        | Content::State(_)
        | Content::Message(_)
        | Content::CallStart(_)
        | Content::CallEnd(_)
        | Content::Transfer(_)
        | Content::Unknown => None,
    }
}

impl Target<'_> {
    /// The id whose event a rule will ask for, so that the caller can fetch it beforehand.
    pub fn id_in(content: &Content) -> Option<EventId> {
        target_id(content)
    }
}
