use scaiwave_protocol::{EventId, Fqid, RoomId};

/// An event of ours that the room's host has not sequenced yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRow {
    /// Which room.
    pub room_id: RoomId,
    /// Unique in the room.
    pub event_id: EventId,
    /// Submitted in this order.
    pub origin_seq: u64,
    /// One of our participants, or our server.
    pub sender: Fqid,
    /// The event's type.
    pub kind: String,
    /// Canonical bytes.
    pub event: Vec<u8>,
    /// When it was stored.
    pub created_at: u64,
    /// Whether it has had another signature before: the host may know it by that one.
    pub signed_anew: bool,
    /// Set when the host refused it; it is then shown to its author and submitted no more.
    pub refused: Option<Refused>,
}

/// Why the host refused a pending event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// A code of the protocol.
    pub code: String,
    /// The host's sentence.
    pub message: String,
}

/// One change that live sessions and `sync` tell. A reference where the truth stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRow {
    /// For the members of this room …
    pub room_id: Option<RoomId>,
    /// … or for this participant alone.
    pub participant: Option<Fqid>,
    /// The frame's type, such as `swp.room.message`.
    pub kind: String,
    /// The event that it is about: read its present state from the log or from pending.
    pub event_id: Option<EventId>,
    /// What does not stand elsewhere, in JSON.
    pub payload: Option<Vec<u8>>,
}

/// A stream row with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamEntry {
    /// Rising within the tenant.
    pub position: u64,
    /// What changed.
    pub row: StreamRow,
}

/// Something that waits for a participant's attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// Whose inbox.
    pub participant: Fqid,
    /// The event that asks for attention.
    pub event_id: EventId,
    /// Where.
    pub room_id: RoomId,
    /// Who.
    pub sender: Fqid,
    /// `direct_mention`, `reply`, `keyword_alert`, `room_mention`, `dm`; `invite`, `report`, `alarm`.
    pub reason: String,
    /// The first characters of it.
    pub snippet: String,
    /// The host's clock.
    pub created_at: u64,
    /// Of the message in its room's log; 0 for what is no message, or has been redacted.
    pub seq: u64,
}

/// How far a participant has read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadMarkerRow {
    /// Whose.
    pub participant: Fqid,
    /// Where.
    pub room_id: RoomId,
    /// The last event read.
    pub event_id: EventId,
    /// Its seq; a marker never moves down.
    pub seq: u64,
}
