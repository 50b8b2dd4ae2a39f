use scaiwave_protocol::{EventId, Fqid, RoomId, ServerName};

/// How far a follower is in a room that we host. The log itself is the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowerRow {
    /// Which room.
    pub room_id: RoomId,
    /// Which server.
    pub server: ServerName,
    /// The last seq it acknowledged.
    pub acked_seq: u64,
    /// Set when it refused our entries: nothing more is sent until its heads fit.
    pub stopped: Option<String>,
}

/// A follower that has not acknowledged everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LagRow {
    /// Which room.
    pub room_id: RoomId,
    /// What it acknowledged.
    pub acked_seq: u64,
    /// The room's head.
    pub head_seq: u64,
}

/// A one-off item for a peer: an invitation, a removal, a declining leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Sent in the order of ids (version 7 UUIDs).
    pub id: EventId,
    /// To whom.
    pub peer: ServerName,
    /// The item's kind.
    pub kind: String,
    /// About which room.
    pub room_id: RoomId,
    /// About whom, when it is an invitation.
    pub participant: Option<Fqid>,
    /// The item, canonical JSON.
    pub item: Vec<u8>,
    /// When.
    pub created_at: u64,
}

/// What we know of another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerRow {
    /// Who.
    pub server: ServerName,
    /// The newest descriptor, canonical JSON.
    pub descriptor: Option<Vec<u8>>,
    /// When it was fetched.
    pub descriptor_at: Option<u64>,
    /// Public keys that are believed (`ed25519:…`).
    pub pinned_keys: Vec<String>,
    /// The recovery key, as it was at first contact.
    pub pinned_recovery: Option<String>,
    /// First contact.
    pub first_contact_at: u64,
    /// The last request of theirs that verified, or answer to one of ours.
    pub last_seen_at: Option<u64>,
    /// What went wrong last, in words.
    pub last_error: Option<String>,
    /// When.
    pub last_error_at: Option<u64>,
    /// The last request of theirs that verified here: they can reach us.
    pub last_heard_at: Option<u64>,
    /// Since when no attempt to reach it has succeeded; none while it can be reached.
    pub unreachable_since: Option<u64>,
    /// Since when an admin has given it up: nothing is sent until it speaks again.
    pub dropped_at: Option<u64>,
}

/// An item that a peer has rejected for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetterRow {
    /// Its name; rising.
    pub id: EventId,
    /// When it was rejected.
    pub at: u64,
    /// By whom.
    pub peer: ServerName,
    /// The item's kind.
    pub kind: String,
    /// About which room.
    pub room_id: RoomId,
    /// The event that was not taken; none when a batch of entries was refused.
    pub event_id: Option<EventId>,
    /// Whom an invitation was for.
    pub participant: Option<Fqid>,
    /// The stable code.
    pub code: String,
    /// A sentence.
    pub message: String,
    /// The item, or the beginning of it, in JSON; empty when it can be read from the log again.
    pub item: Vec<u8>,
}

/// What we remember of another server's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerKeysRow {
    /// Who.
    pub server: ServerName,
    /// Every key that was ever believed, as they stand in descriptors: a canonical JSON array.
    pub known: Vec<u8>,
    /// A descriptor that no known key vouches for and that an admin may accept, canonical JSON.
    pub candidate: Option<Vec<u8>>,
    /// When it was first seen.
    pub candidate_at: Option<u64>,
}

/// Who refused whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RejectionDirection {
    /// We refused theirs.
    Inbound,
    /// They refused ours.
    Outbound,
}

/// One line of the rejection log (protocol section 9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectionRow {
    /// Its name; rising.
    pub id: EventId,
    /// When.
    pub at: u64,
    /// Who refused.
    pub direction: RejectionDirection,
    /// The other side. Text: an unverified name may be anything.
    pub peer: String,
    /// The step of the pipeline that refused.
    pub step: String,
    /// If known.
    pub room_id: Option<String>,
    /// If known.
    pub event_id: Option<String>,
    /// The event's type or the item's kind.
    pub kind: Option<String>,
    /// The stable code.
    pub code: String,
    /// A sentence.
    pub message: String,
    /// Bytes of what was refused.
    pub size: u64,
    /// What was refused, up to 8 KiB.
    pub sample: Vec<u8>,
}

/// One of ours has said no to an invitation of a room of which nothing is stored here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclineRow {
    /// Which room.
    pub room_id: RoomId,
    /// Who said so.
    pub participant: Fqid,
    /// The number of their leave: what is written in that room later lies above it.
    pub origin_seq: u64,
    /// Where the room's host has put the leave, once it has answered. An invitation below is over.
    pub seq: Option<u64>,
}

/// What somebody of another server is called, as their home said when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRow {
    /// Who.
    pub participant: Fqid,
    /// Their name.
    pub display_name: String,
    /// A media id of their server.
    pub avatar: Option<String>,
    /// A program.
    pub bot: bool,
    /// When it was asked (ms).
    pub fetched_at: u64,
}

/// Somebody of another server with whom one of ours shares a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanionRow {
    /// Who.
    pub participant: Fqid,
    /// What they are called, by what was heard last: in a room that both are in, or from their home.
    pub display_name: Option<String>,
}

/// Somebody elsewhere invites one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow {
    /// Into which room.
    pub room_id: RoomId,
    /// Whom.
    pub participant: Fqid,
    /// By whom.
    pub inviter: Fqid,
    /// The room's host.
    pub host: ServerName,
    /// The invite event.
    pub event_id: EventId,
    /// Canonical bytes of the invite event.
    pub event: Vec<u8>,
    /// The card, canonical JSON.
    pub card: Vec<u8>,
    /// When it arrived.
    pub at: u64,
    /// Nobody of ours had dealt with the inviter before: listed, and announced to nobody.
    pub first_contact: bool,
}
