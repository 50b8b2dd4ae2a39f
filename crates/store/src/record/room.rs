use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{EventId, Fqid, Hash, RoomId, ServerName};

/// A room: its head and all of its state that is small. Members and servers are rows of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRow {
    /// Which room.
    pub room_id: RoomId,
    /// Who sequences.
    pub host: ServerName,
    /// The last entry.
    pub head: LogPoint,
    /// The last entry's ts.
    pub head_ts: u64,
    /// The seq of the snapshot that we started from; 0 when we hold the log from seq 1.
    pub base_seq: u64,
    /// The chain at the base.
    pub base_chain: Hash,
    /// The lowest seq of what is stored without a gap up to the head; 1 when the log is whole.
    pub first_seq: u64,
    /// The chain right below `first_seq`: where a page of older entries must end.
    pub chain_before: Hash,
    /// `room`'s own document, in canonical JSON.
    pub core: Vec<u8>,
    /// Set when the room is read-only here because its host is at fault.
    pub frozen: Option<String>,
    /// Whether a search may find what is said in it. As the room was made; a later row changes nothing.
    pub searched: bool,
}

/// What a participant is to a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// Who.
    pub participant: Fqid,
    /// What.
    pub membership: Membership,
    /// The entry that made it so.
    pub seq: u64,
    /// The inviter, only with invite.
    pub by: Option<Fqid>,
    /// Of the last own join.
    pub display_name: Option<String>,
    /// Of the last own join.
    pub avatar: Option<String>,
}

/// A server in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomServerRow {
    /// Which.
    pub server: ServerName,
    /// Its descriptor in the log, canonical JSON.
    pub descriptor: Vec<u8>,
    /// Whether a participant of it is joined.
    pub present: bool,
    /// The highest `origin_seq` of its events in the log.
    pub last_origin_seq: u64,
    /// The seq of the first join of somebody of it, as far as the log that we hold tells.
    pub first_join: Option<u64>,
}

/// What the room's rules said of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has its effect.
    Accepted,
    /// A message, edit or reaction whose content or target does not fit: counted, not shown.
    Hidden,
    /// The host should not have sequenced it: counted for the chain, without any other effect.
    Void,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// The host's reign.
    pub term: u64,
    /// Dense.
    pub seq: u64,
    /// The host's clock.
    pub ts: u64,
    /// The chain up to and including this entry.
    pub chain: Hash,
    /// `event_hash`.
    pub hash: Hash,
    /// Unique in the room.
    pub event_id: EventId,
    /// The event's type.
    pub kind: String,
    /// The event's sender.
    pub sender: Fqid,
    /// Canonical bytes of the event, full or erased.
    pub event: Vec<u8>,
    /// What the rules said.
    pub verdict: Verdict,
    /// Whether it is a line of the timeline (a message, or a change that people should see).
    pub shown: bool,
    /// The event that an edit, reaction, redaction or reply refers to. What is erased refers to nothing:
    /// whoever got it so could not know.
    pub target: Option<EventId>,
    /// The thread that a message stands in.
    pub thread_root: Option<EventId>,
}

impl EntryRow {
    /// The point of the log that it makes.
    pub fn point(&self) -> LogPoint {
        LogPoint {
            term: self.term,
            seq: self.seq,
            chain: self.chain,
        }
    }
}

/// What other rules need to know of an entry: header fields, which survive erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryHead {
    /// Where it stands.
    pub seq: u64,
    /// The host's clock.
    pub ts: u64,
    /// `event_hash`.
    pub hash: Hash,
    /// The event's type.
    pub kind: String,
    /// The event's sender.
    pub sender: Fqid,
    /// What the rules said.
    pub verdict: Verdict,
    /// What it refers to.
    pub target: Option<EventId>,
    /// Whether a redaction has taken its content.
    pub redacted: bool,
}

/// Who took an event's content away, and what is left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Of the event; erasing does not change it.
    pub hash: Hash,
    /// Canonical bytes of the erased event.
    pub event: Vec<u8>,
    /// The redactor.
    pub by: Fqid,
    /// The redaction's ts.
    pub at: u64,
    /// The redactor's words.
    pub reason: Option<String>,
}

/// A checkpoint that stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointRow {
    /// Of which entry.
    pub seq: u64,
    /// Canonical JSON.
    pub checkpoint: Vec<u8>,
}

/// One emoji of one participant on one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReactionRow {
    /// The message.
    pub target: EventId,
    /// Which emoji.
    pub emoji: String,
    /// Whose.
    pub sender: Fqid,
    /// The reaction's own id.
    pub event_id: EventId,
    /// Its seq.
    pub seq: u64,
}

/// The latest edit of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditRow {
    /// The host's clock.
    pub ts: u64,
    /// Canonical JSON of the new content.
    pub content: Vec<u8>,
    /// The entry that says so, if it is stored: its `event_hash` and its event.
    pub said: Option<(Hash, Vec<u8>)>,
}

/// One line of a timeline with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineRow {
    /// The entry.
    pub entry: EntryRow,
    /// Its latest edit.
    pub edit: Option<EditRow>,
    /// Who redacted it, when and why.
    pub redacted: Option<(Fqid, u64, Option<String>)>,
    /// In the order in which they were made.
    pub reactions: Vec<ReactionRow>,
    /// Messages whose `reply_to_event_id` or `thread_root` is this one.
    pub reply_count: u64,
}

impl TimelineRow {
    /// What it takes to hold it, about: all that people have written.
    pub fn bytes(&self) -> usize {
        let edit = self.edit.as_ref().map_or(0, |edit| {
            let said = edit.said.as_ref().map_or(0, |(_, event)| event.len());
            edit.content.len() + said
        });
        self.entry.event.len() + edit
    }
}

/// One room in somebody's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomListRow {
    /// The room.
    pub room: RoomRow,
    /// What the participant is to it.
    pub membership: Membership,
    /// Messages of others above the participant's read marker (or above their join), at most 1,000.
    pub unread_count: u64,
    /// Messages above it that stand in the participant's inbox, at most 1,000.
    pub mention_count: u64,
    /// The read marker.
    pub last_read: Option<EventId>,
    /// The newest line of its timeline.
    pub last: Option<EntryRow>,
    /// Servers present.
    pub servers: Vec<ServerName>,
}
