//! What use cases show to the edges. Plain data; each edge has its own shapes on the wire.

use std::sync::Arc;

use scaiwave_protocol::event::content::{Membership, RoomLife, RoomType};
use scaiwave_protocol::{EventId, Fqid, Hash, Json, RoomId, ServerName};

use crate::notifications::RoomChoice;

/// Where an event stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventState {
    /// Stored here, waiting for the room's host.
    Pending,
    /// In the log.
    Sequenced,
    /// The host said no.
    Refused {
        /// A code of the protocol.
        code: String,
        /// The host's sentence.
        message: String,
    },
}

/// One emoji on a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReactionView {
    /// Which.
    pub emoji: String,
    /// Whose, in the order in which they were put.
    pub participants: Vec<Fqid>,
}

/// One line of a timeline, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventView {
    /// Clients upsert by it.
    pub id: EventId,
    /// Where.
    pub room_id: RoomId,
    /// Who.
    pub sender: Fqid,
    /// What the sender is called in this room.
    pub sender_name: Option<String>,
    /// The event's type.
    pub kind: String,
    /// The content as it is shown now (the latest edit); an empty object once redacted.
    pub content: Arc<Json>,
    /// In the room's log.
    pub seq: Option<u64>,
    /// Pending, sequenced or refused.
    pub state: EventState,
    /// The author's clock, ms since the Unix epoch.
    pub origin_ts: i64,
    /// The host's clock, or ours while pending; ms since the Unix epoch.
    pub created_at: u64,
    /// When the latest edit was sequenced.
    pub edited_at: Option<u64>,
    /// When it was redacted.
    pub redacted_at: Option<u64>,
    /// By whom.
    pub redacted_by: Option<Fqid>,
    /// Emoji.
    pub reactions: Vec<ReactionView>,
    /// Answers to it.
    pub reply_count: u64,
    /// The viewer has blocked the sender of this message.
    pub hidden_by_you: bool,
}

/// A page of a timeline, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelinePage {
    /// Sequenced lines in log order; on the newest page the pending ones follow.
    pub events: Vec<EventView>,
    /// Whether there is more in the direction asked.
    pub has_more: bool,
    /// The seq to go on from.
    pub next_seq: Option<u64>,
    /// Set when older entries were asked for and cannot be had now.
    pub gap: Option<GapView>,
}

/// A stretch of a timeline with one event in its middle, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AroundPage {
    /// Sequenced lines in log order; where the stretch ends with the newest, the pending ones follow.
    pub events: Vec<EventView>,
    /// Whether there is more before it, here or at the room's host.
    pub has_older: bool,
    /// The seq to go back from.
    pub older_seq: Option<u64>,
    /// Whether there is more after it.
    pub has_newer: bool,
    /// The seq to go forward from.
    pub newer_seq: Option<u64>,
}

/// A part of a log that is missing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapView {
    /// The last seq that is held below it; 0 when nothing is.
    pub after_seq: u64,
    /// The first seq that is held above it.
    pub before_seq: u64,
    /// Why, for programs: a client's or a protocol's code.
    pub code: &'static str,
    /// Why, for people.
    pub message: String,
}

/// A room as one of its people sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomView {
    /// Which.
    pub id: RoomId,
    /// Group, dm or public.
    pub room_type: RoomType,
    /// Its name.
    pub name: Option<String>,
    /// Its topic.
    pub topic: Option<String>,
    /// Open, archived, closed.
    pub life: RoomLife,
    /// Set when the room is read-only here because its host is at fault.
    pub frozen: Option<String>,
    /// Who sequences.
    pub host: ServerName,
    /// Whether we do.
    pub hosted_here: bool,
    /// Whether other servers may take part.
    pub federate: bool,
    /// Servers with somebody joined.
    pub servers: Vec<ServerName>,
    /// The caller's membership.
    pub membership: Option<Membership>,
    /// The caller's power.
    pub power_level: u8,
    /// The log's head here.
    pub head_seq: u64,
    /// The chain at the head.
    pub head_chain: Hash,
    /// The other one of a dm.
    pub dm_with: Option<Fqid>,
    /// What they call themselves; none before they have come in.
    pub dm_with_name: Option<String>,
    /// Who made it.
    pub creator: Fqid,
    /// The genesis event's `origin_ts`, ms.
    pub created_at: i64,
    /// Events of ours that wait for the host.
    pub pending: u64,
    /// Whether the host could be reached at the last try; always for rooms of ours.
    pub host_reachable: bool,
}

/// One line of a room list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomListView {
    /// The room.
    pub room: RoomView,
    /// Messages of others above the read marker.
    pub unread_count: u64,
    /// Those above it that stand in the viewer's inbox.
    pub mention_count: u64,
    /// What the viewer wants to hear of it.
    pub choice: RoomChoice,
    /// The read marker.
    pub last_read: Option<EventId>,
    /// The newest line.
    pub last_event: Option<EventView>,
}

/// One line of a members list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    /// Who.
    pub participant: Fqid,
    /// What they are to the room.
    pub membership: Membership,
    /// 0–100.
    pub power_level: u8,
    /// When they came in (the host's clock, ms); none for who is not in, or when that entry is not held here.
    pub joined_at: Option<u64>,
    /// What they are called.
    pub display_name: Option<String>,
    /// A media id.
    pub avatar: Option<String>,
    /// Of this tenant.
    pub local: bool,
    /// Of this tenant, and their account is closed: they stay in the room, and hear of nothing.
    pub closed: bool,
    /// What the viewer wants to hear of the room: only in their own line, for nobody else to see.
    pub choice: Option<RoomChoice>,
}

/// Somebody, local or foreign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParticipantView {
    /// Who.
    pub fqid: Fqid,
    /// What they are called.
    pub display_name: String,
    /// A media id.
    pub avatar: Option<String>,
    /// A program.
    pub bot: bool,
    /// Of another server.
    pub foreign: bool,
    /// Their account here is closed.
    pub closed: bool,
}

/// An invitation that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationView {
    /// Into which room; also the invitation's name.
    pub room_id: RoomId,
    /// By whom.
    pub inviter: Fqid,
    /// The room's host.
    pub host: ServerName,
    /// Group, dm or public.
    pub room_type: RoomType,
    /// Shown only when policy trusts the peer, or the room is ours.
    pub name: Option<String>,
    /// The same.
    pub topic: Option<String>,
    /// Who takes part.
    pub servers: Vec<ServerName>,
    /// When it arrived, ms.
    pub at: u64,
    /// A request of somebody with whom the viewer has never dealt: it is listed and announced by nothing.
    pub first_contact: bool,
}

/// Something that asks for attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxView {
    /// The event.
    pub event_id: EventId,
    /// Where.
    pub room_id: RoomId,
    /// What the room is called.
    pub room_name: Option<String>,
    /// Who.
    pub sender: Fqid,
    /// What they are called.
    pub sender_name: Option<String>,
    /// The first characters.
    pub snippet: String,
    /// `direct_mention`, `reply`, `keyword_alert`, `room_mention`, `dm`, `invite`, `report`, `alarm`.
    pub reason: String,
    /// ms.
    pub created_at: u64,
}

/// Another server, as admins see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerView {
    /// Who.
    pub server: ServerName,
    /// `reachable`, `unreachable`, `blocked`, `dropped`, `not contacted yet`.
    pub state: &'static str,
    /// How it is doing, why, and what happens next, in a sentence or two.
    pub summary: String,
    /// ms.
    pub first_contact_at: u64,
    /// ms; a request of theirs that verified, or an answer to ours.
    pub last_seen_at: Option<u64>,
    /// ms; the last request of theirs that verified here.
    pub last_heard_at: Option<u64>,
    /// ms; none while it can be reached.
    pub unreachable_since: Option<u64>,
    /// ms; when an admin gave it up.
    pub dropped_at: Option<u64>,
    /// In words.
    pub last_error: Option<String>,
    /// ms.
    pub last_error_at: Option<u64>,
    /// ms; when its worker tries again, known only to the process that runs it.
    pub next_try_at: Option<u64>,
    /// Entries of our rooms that it has not acknowledged.
    pub lag_events: u64,
    /// Events of ours that wait for rooms it hosts, and one-off items.
    pub pending: u64,
    /// ms; the oldest of what waits for it.
    pub waiting_since: Option<u64>,
    /// Rooms of ours in which it refused our entries.
    pub stopped_rooms: u64,
    /// Items that it has rejected for good.
    pub dead_letters: u64,
    /// Rooms that both have.
    pub shared_rooms: u64,
    /// Its newest key.
    pub key_id: Option<String>,
    /// That key's fingerprint, to be compared with what the other admin reads aloud.
    pub fingerprint_words: Option<String>,
    /// Name and version of its software, as it says.
    pub software: Option<String>,
    /// Versions of the protocol that it speaks, as it says.
    pub protocol_versions: Vec<String>,
}
