use scaiwave_protocol::{EventId, Fqid, LocalId, RoomId, ServerName};

use crate::record::{
    AccountPatch, ApiTokenRow, AuditRow, BaseRow, BlockRow, Blocked, CheckpointRow, DeadLetterRow,
    DeclineRow, EntryRow, Erasure, EvidenceRow, FollowerRow, IdentityRow, InboxRow, InvitationRow,
    KeyedRequestRow, MemberRow, OutboxRow, OwnKeyRow, ParticipantRow, PeerKeysRow, PeerRow,
    PendingRow, PreferencesRow, ProfileRow, ReactionRow, ReadMarkerRow, Refused, RejectionRow,
    ReportRow, ResetLinkRow, RoomChoiceRow, RoomRow, RoomServerRow, SessionRow, Settled, StreamRow,
    TotpRow, UnconfirmedRow, VerdictRow,
};

/// One thing to write. `Put` inserts or replaces by the record's key.
#[derive(Clone, Debug)]
pub enum Change {
    // --- rooms ---
    /// By `room_id`: head, core state.
    PutRoom(Box<RoomRow>),
    /// By (room, participant).
    PutMember(RoomId, MemberRow),
    /// By (room, server).
    PutRoomServer(RoomId, Box<RoomServerRow>),
    /// Only `last_origin_seq`, which moves with every batch.
    SetLastOriginSeq(RoomId, ServerName, u64),
    /// Appends to the log. Their seqs follow the head without a gap (or lie below the base, when
    /// history is filled downwards); an `event_id` that the room knows is a conflict, unless one of the two
    /// is void.
    AppendEntries(RoomId, Vec<EntryRow>),
    /// Replaces an entry's event by its erased form, which refers to nothing, and notes who did it: wherever
    /// this very event stands, and no other one that bears its id. Answers that show its content are kept no more. A message that the rules took is a line of the timeline from now on, also if it came erased.
    Erase(RoomId, EventId, Box<Erasure>),
    /// By (room, seq).
    PutCheckpoint(RoomId, CheckpointRow),
    /// By (room, seq): a snapshot that the log begins with.
    PutBase(RoomId, Box<BaseRow>),
    /// All bases of a room: its log has been folded from seq 1.
    DropBases(RoomId),
    /// Takes everything above this seq out of a room: entries, what was made of them, bases, and all members
    /// and servers, which belong to the head. A room, members and servers of a base follow in the same commit.
    SetAside(RoomId, u64),
    /// Other verdicts on entries that are stored; entries that are not there are no matter.
    JudgeEntries(RoomId, Vec<VerdictRow>),
    /// The latest edit of a message: (room, target) → new content, in canonical JSON.
    PutEdit {
        /// Which room.
        room_id: RoomId,
        /// The message.
        target: EventId,
        /// The edit.
        event_id: EventId,
        /// The edit's seq; a lower one than what stands there changes nothing.
        seq: u64,
        /// The host's clock in ms.
        ts: u64,
        /// Canonical JSON.
        content: Vec<u8>,
    },
    /// Forgets the edits of a message.
    DropEdits(RoomId, EventId),
    /// By (room, target, emoji, sender).
    PutReaction(RoomId, ReactionRow),
    /// By (room, target, emoji, sender).
    DropReaction {
        /// Which room.
        room_id: RoomId,
        /// The message.
        target: EventId,
        /// Which emoji.
        emoji: String,
        /// Whose.
        sender: Fqid,
    },
    /// All reactions to one message.
    DropReactions(RoomId, EventId),

    // --- whether a host can be believed ---
    /// Makes a room read-only here, with the reason, or writable again.
    Freeze(RoomId, Option<String>),
    /// An admin has settled which history counts up to this point, although there are two.
    Settle(RoomId, Settled),
    /// Appends proof that a host is at fault.
    PutEvidence(Box<EvidenceRow>),
    /// By (room, server, key); one that stands there keeps its time.
    PutUnconfirmed(UnconfirmedRow),
    /// That server has confirmed this key, or denied it.
    DropUnconfirmed(RoomId, ServerName, String),
    /// An admin agrees, at this time, that this server takes the room over from its host.
    PutTakeOver(RoomId, u64),
    /// It has been taken over, or the admin thought better of it.
    DropTakeOver(RoomId),

    // --- what a follower wrote and the host has not sequenced ---
    /// By (room, event_id).
    PutPending(Box<PendingRow>),
    /// It has been sequenced.
    DropPending(RoomId, EventId),
    /// The host said no.
    RefusePending(RoomId, EventId, Refused),

    // --- live view ---
    /// Gets the next stream position of the tenant, returned in the receipt.
    Stream(StreamRow),
    /// By (participant, event_id).
    PutInbox(InboxRow),
    /// Takes an event out of everybody's inbox.
    DropInbox(EventId),
    /// By (participant, room).
    PutReadMarker(ReadMarkerRow),
    /// By participant.
    PutPreferences(Box<PreferencesRow>),
    /// By (participant, room).
    PutRoomChoice(RoomChoiceRow),
    /// The one DM of a pair.
    PutDm {
        /// A local participant.
        participant: Fqid,
        /// Local or foreign.
        other: Fqid,
        /// Their room.
        room_id: RoomId,
    },

    // --- federation ---
    /// By (room, server).
    PutFollower(FollowerRow),
    /// Only the cursor: (room, server) → acknowledged seq.
    SetAcked(RoomId, ServerName, u64),
    /// The server left the room.
    DropFollower(RoomId, ServerName),
    /// By id.
    PutOutbox(OutboxRow),
    /// Delivered, or refused for good.
    DropOutbox(EventId),
    /// By name.
    PutPeer(Box<PeerRow>),
    /// By server.
    PutPeerKeys(Box<PeerKeysRow>),
    /// Appends to the rejection log.
    PutRejection(Box<RejectionRow>),
    /// Appends to the audit log.
    PutAudit(Box<AuditRow>),
    /// By id: rejected for good. The oldest go when there are too many.
    PutDeadLetter(Box<DeadLetterRow>),
    /// Retried or dropped.
    DropDeadLetter(EventId),
    /// By (room, participant): somebody elsewhere invites one of ours. The event stays known after the
    /// invitation is gone.
    PutInvitation(Box<InvitationRow>),
    /// Answered or withdrawn.
    DropInvitation(RoomId, Fqid),
    /// By (room, participant); its `origin_seq` only rises.
    PutDecline(Box<DeclineRow>),
    /// By participant, of another server.
    PutProfile(Box<ProfileRow>),
    /// By (participant, whom).
    PutBlock(BlockRow),
    /// The participant has changed their mind.
    DropBlock(Fqid, Blocked),
    /// By id.
    PutReport(Box<ReportRow>),
    /// By key id: our own keys.
    PutOwnKey(OwnKeyRow),
    /// By name: policy and other small documents, in JSON.
    PutSetting(&'static str, Vec<u8>),

    // --- accounts ---
    /// By local id.
    PutParticipant(Box<ParticipantRow>),
    /// Changes some members of an account.
    PatchParticipant(LocalId, AccountPatch),
    /// By id. Its participant was seen when it was last used.
    PutSession(Box<SessionRow>),
    /// A session was used at this moment (ms), and its participant seen. One that is gone stays so.
    SawSession(EventId, u64),
    /// Logged out.
    DropSession(EventId),
    /// All sessions of a participant but this one.
    DropSessions(LocalId, Option<EventId>),
    /// By local id.
    PutResetLink(ResetLinkRow),
    /// Used, or not needed any more.
    DropResetLink(LocalId),
    /// By id.
    PutApiToken(Box<ApiTokenRow>),
    /// A token for programs was used at this moment (ms), and its participant seen. One that is gone stays so.
    SawApiToken(EventId, u64),
    /// Revoked.
    DropApiToken(EventId),
    /// All tokens for programs of a participant.
    DropApiTokens(LocalId),
    /// By local id.
    PutTotp(Box<TotpRow>),
    /// No login of theirs needs a code any more.
    DropTotp(LocalId),
    /// By id; an issuer and subject that another one has is a conflict.
    PutIdentity(Box<IdentityRow>),
    /// Nobody comes in by it any more.
    DropIdentity(EventId),

    // --- requests under a key ---
    /// By (participant, key). Of each participant the newest [`KEYED_REQUESTS_MAX`] are kept.
    ///
    /// [`KEYED_REQUESTS_MAX`]: crate::record::KEYED_REQUESTS_MAX
    PutKeyedRequest(Box<KeyedRequestRow>),
    /// It may be done anew.
    DropKeyedRequest(LocalId, [u8; 32]),
    /// All that were begun before this moment (ms).
    DropKeyedRequests(u64),
}
