use std::collections::BTreeMap;

use async_trait::async_trait;
use scaiwave_protocol::{EventId, Fqid, Hash, LocalId, RoomId, ServerName};

use crate::record::{
    ApiTokenRow, AuditRow, AuditSeverity, BaseRow, BlockRow, CheckpointRow, CompanionRow,
    DeadLetterRow, DeclineRow, EntryHead, EntryRow, EvidenceRow, FollowerRow, IdentityRow,
    InboxRow, InvitationRow, KeyedRequestRow, LagRow, MemberRow, OutboxRow, OwnKeyRow,
    ParticipantRow, PeerKeysRow, PeerRow, PendingRow, PreferencesRow, ReadMarkerRow,
    RejectionDirection, RejectionRow, ReportRow, ResetLinkRow, RoomChoiceRow, RoomListRow, RoomRow,
    RoomServerRow, SessionRow, Settled, StreamEntry, TenantUsage, TimelineRow, TotpRow,
    UnconfirmedRow,
};
use crate::search::{SearchFound, SearchQuery};
use crate::{Commit, CommitError, Receipt, Stamps, StoreError};

type Read<T> = Result<T, StoreError>;

/// Which way a page goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards older lines.
    Back,
    /// Towards newer lines.
    Forward,
}

/// A page of a timeline.
#[derive(Clone, Debug)]
pub struct TimelineQuery {
    /// Which room.
    pub room_id: RoomId,
    /// Exclusive; `None` starts at the end that the direction leaves.
    pub from_seq: Option<u64>,
    /// Which way.
    pub direction: Direction,
    /// Lines.
    pub limit: u32,
    /// The page ends with the line that brings its lines to more bytes than this, in the direction asked.
    pub bytes: usize,
    /// Only this thread: its root and what answers it.
    pub thread: Option<EventId>,
}

/// What of the rejection log is wanted; newest first.
#[derive(Clone, Debug, Default)]
pub struct RejectionFilter {
    /// Who refused.
    pub direction: Option<RejectionDirection>,
    /// The other side.
    pub peer: Option<String>,
    /// The stable code.
    pub code: Option<String>,
    /// The room that it is about, as the line has it.
    pub room_id: Option<String>,
    /// The event that it is about, as the line has it.
    pub event_id: Option<String>,
    /// Not older (ms since the Unix epoch).
    pub since: Option<u64>,
    /// Older than this line: the cursor.
    pub before: Option<EventId>,
    /// Lines.
    pub limit: u32,
}

/// What of the audit log is wanted; newest first.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Changes or alarms only.
    pub severity: Option<AuditSeverity>,
    /// What, as a stable word.
    pub action: Option<String>,
    /// The other server that it is about.
    pub peer: Option<String>,
    /// The room that it is about.
    pub room_id: Option<String>,
    /// Not older (ms since the Unix epoch).
    pub since: Option<u64>,
    /// Older than this line: the cursor.
    pub before: Option<EventId>,
    /// Lines.
    pub limit: u32,
}

/// Everything of one tenant. Reads see what was committed before they began.
#[async_trait]
pub trait TenantStore: Send + Sync {
    /// Applies a commit. `Ok` means that it is on disk (fsynced) and visible to every read.
    async fn commit(&self, commit: Commit) -> Result<Receipt, CommitError>;

    /// Counts what is committed, so that what was read can be kept for as long as it is so.
    fn stamps(&self) -> &Stamps;

    // --- rooms ---

    /// The room, if we have it.
    async fn room(&self, room_id: &RoomId) -> Read<Option<RoomRow>>;
    /// Everybody who ever was something to the room, by participant.
    async fn members(&self, room_id: &RoomId) -> Read<Vec<MemberRow>>;
    /// When those who are in came in (the host's clock, ms), by participant, whatever they were called since.
    /// Whose entry is not held here is left out.
    async fn joined_at(&self, room_id: &RoomId) -> Read<Vec<(Fqid, u64)>>;
    /// One member.
    async fn member(&self, room_id: &RoomId, participant: &Fqid) -> Read<Option<MemberRow>>;
    /// Members of any rooms, in the order asked, all as they are at one moment.
    async fn member_rows(&self, members: &[(RoomId, Fqid)]) -> Read<Vec<Option<MemberRow>>>;
    /// Every server that ever was in the room, by name.
    async fn room_servers(&self, room_id: &RoomId) -> Read<Vec<RoomServerRow>>;
    /// Rooms in which the participant is joined or invited, newest activity first.
    async fn rooms_of(&self, participant: &Fqid) -> Read<Vec<RoomListRow>>;
    /// The same line of one room.
    async fn room_of(&self, participant: &Fqid, room_id: &RoomId) -> Read<Option<RoomListRow>>;
    /// Ids of rooms in which the participant is joined.
    async fn joined_rooms(&self, participant: &Fqid) -> Read<Vec<RoomId>>;
    /// People of other servers who are in a room in which the participant is, by participant.
    async fn foreign_companions(&self, participant: &Fqid) -> Read<Vec<CompanionRow>>;
    /// Rooms in which this server has a record in the log.
    async fn rooms_with_server(&self, server: &ServerName) -> Read<Vec<RoomRow>>;
    /// Whether this server has a record in a room of ours, or somebody invited to one.
    async fn shares_room(&self, server: &ServerName) -> Read<bool>;
    /// Every room.
    async fn rooms(&self) -> Read<Vec<RoomRow>>;
    /// The one DM of a pair.
    async fn dm(&self, participant: &Fqid, other: &Fqid) -> Read<Option<RoomId>>;

    // --- the log ---

    /// Entries above `after`, ascending, at most `limit`; stops once `bytes_max` is passed, never
    /// before the first.
    async fn entries_after(
        &self,
        room_id: &RoomId,
        after: u64,
        limit: u32,
        bytes_max: usize,
    ) -> Read<Vec<EntryRow>>;
    /// The `limit` entries right below `before`, ascending.
    async fn entries_before(
        &self,
        room_id: &RoomId,
        before: u64,
        limit: u32,
    ) -> Read<Vec<EntryRow>>;
    /// The entry of an event: the one that is not void, or else the first.
    async fn entry(&self, room_id: &RoomId, event_id: &EventId) -> Read<Option<EntryRow>>;
    /// What rules need of several events, in log order; those not in the log are left out, and an id that
    /// was used again gives each of its entries.
    async fn entry_heads(
        &self,
        room_id: &RoomId,
        event_ids: &[EventId],
    ) -> Read<Vec<(EventId, EntryHead)>>;
    /// (term, ts, chain) of one entry.
    async fn chain_at(&self, room_id: &RoomId, seq: u64) -> Read<Option<(u64, u64, Hash)>>;
    /// Edits, reactions and redactions that refer to one of these events, whatever the rules said of
    /// them, ascending. What is erased refers to nothing.
    async fn referrers(&self, room_id: &RoomId, targets: &[EventId]) -> Read<Vec<EntryRow>>;
    /// The snapshots that the log begins with, ascending; none when it has been folded from seq 1.
    async fn bases(&self, room_id: &RoomId) -> Read<Vec<BaseRow>>;
    /// The entries that say which servers are in the room, ascending.
    async fn server_entries(&self, room_id: &RoomId) -> Read<Vec<EntryRow>>;
    /// The newest checkpoint at or below `seq`.
    async fn checkpoint_at_or_below(
        &self,
        room_id: &RoomId,
        seq: u64,
    ) -> Read<Option<CheckpointRow>>;
    /// The oldest checkpoint at or above `seq`.
    async fn checkpoint_at_or_above(
        &self,
        room_id: &RoomId,
        seq: u64,
    ) -> Read<Option<CheckpointRow>>;
    /// A page of a timeline, ascending by seq whatever the direction; only lines that are shown.
    async fn timeline(&self, query: TimelineQuery) -> Read<Vec<TimelineRow>>;
    /// One line of a timeline.
    async fn timeline_row(&self, room_id: &RoomId, event_id: &EventId)
    -> Read<Option<TimelineRow>>;
    /// Lines of any rooms, in the order asked, all as they are at one moment: up to the one with which they would have
    /// more than `bytes_max` bytes ([`TimelineRow::bytes`]), and the first in any case.
    async fn timeline_rows(
        &self,
        lines: &[(RoomId, EventId)],
        bytes_max: usize,
    ) -> Read<Vec<Option<TimelineRow>>>;
    /// Messages that match, as they are now: edited ones by their latest words, and none that is void, hidden
    /// or erased. What waits for its host is not among them.
    async fn search(&self, query: SearchQuery) -> Read<SearchFound>;

    // --- whether a host can be believed ---

    /// Proof against a room's hosts, oldest first.
    async fn evidence(&self, room_id: &RoomId) -> Read<Vec<EvidenceRow>>;
    /// Every key that waits for its server's own word, by room, server and key.
    async fn unconfirmed(&self) -> Read<Vec<UnconfirmedRow>>;
    /// Up to where an admin has settled which history of a room counts.
    async fn settled(&self, room_id: &RoomId) -> Read<Option<Settled>>;
    /// When an admin agreed to take this room over.
    async fn take_over(&self, room_id: &RoomId) -> Read<Option<u64>>;

    // --- pending ---

    /// Of one room, by `origin_seq`, refused ones too.
    async fn pending(&self, room_id: &RoomId) -> Read<Vec<PendingRow>>;
    /// One of them.
    async fn pending_event(&self, room_id: &RoomId, event_id: &EventId)
    -> Read<Option<PendingRow>>;
    /// Those to be submitted to this host (not refused), by room and `origin_seq`.
    async fn pending_for(&self, host: &ServerName, limit: u32) -> Read<Vec<PendingRow>>;
    /// The same without rooms that are frozen, and of these rooms only those whose `origin_seq` is above the
    /// one given.
    async fn pending_above(
        &self,
        host: &ServerName,
        above: &BTreeMap<RoomId, u64>,
        limit: u32,
    ) -> Read<Vec<PendingRow>>;

    // --- live view ---

    /// Stream entries above `after`, ascending: up to the one with which their payloads would have more than
    /// `bytes_max` bytes, and the first in any case.
    async fn stream_after(
        &self,
        after: u64,
        limit: u32,
        bytes_max: usize,
    ) -> Read<Vec<StreamEntry>>;
    /// The last position given out; 0 before the first.
    async fn stream_position(&self) -> Read<u64>;
    /// Newest first.
    async fn inbox(&self, participant: &Fqid, limit: u32, offset: u32) -> Read<Vec<InboxRow>>;
    /// How far the participant has read.
    async fn read_marker(
        &self,
        participant: &Fqid,
        room_id: &RoomId,
    ) -> Read<Option<ReadMarkerRow>>;
    /// What a participant has settled.
    async fn preferences(&self, participant: &Fqid) -> Read<Option<PreferencesRow>>;
    /// What everybody wants to be told of, by participant: (whose, `notify`).
    async fn notify_preferences(&self) -> Read<Vec<(Fqid, Vec<u8>)>>;
    /// What everybody wants to hear of single rooms, by participant and age of the room.
    async fn room_choices(&self) -> Read<Vec<RoomChoiceRow>>;

    // --- federation ---

    /// Followers of a room.
    async fn followers(&self, room_id: &RoomId) -> Read<Vec<FollowerRow>>;
    /// Rooms of ours in which this server lags and is not stopped, at most `limit`.
    async fn lagging(&self, server: &ServerName, limit: u32) -> Read<Vec<LagRow>>;
    /// Servers with anything waiting for them: lag, outbox, pending.
    async fn waiting_peers(&self) -> Read<Vec<ServerName>>;
    /// One-off items for this peer, oldest first.
    async fn outbox(&self, peer: &ServerName, limit: u32) -> Read<Vec<OutboxRow>>;
    /// The highest id of a one-off item, for whomever it is. The next one is to be sent after it.
    async fn last_outbox_id(&self) -> Read<Option<EventId>>;
    /// What we know of a server.
    async fn peer(&self, server: &ServerName) -> Read<Option<PeerRow>>;
    /// All of them, by name.
    async fn peers(&self) -> Read<Vec<PeerRow>>;
    /// What we remember of their keys, by name.
    async fn peer_keys(&self) -> Read<Vec<PeerKeysRow>>;
    /// In which rooms of ours this server gets nothing more, because it refused our entries.
    async fn stopped(&self, server: &ServerName) -> Read<Vec<FollowerRow>>;
    /// What peers have rejected for good, newest first, at most `limit`; of one peer, if named, and
    /// older than the line `before`, if named.
    async fn dead_letters(
        &self,
        peer: Option<&ServerName>,
        before: Option<EventId>,
        limit: u32,
    ) -> Read<Vec<DeadLetterRow>>;
    /// One of them.
    async fn dead_letter(&self, id: &EventId) -> Read<Option<DeadLetterRow>>;
    /// One line of the rejection log.
    async fn rejection(&self, id: &EventId) -> Read<Option<RejectionRow>>;
    /// The rejection log.
    async fn rejections(&self, filter: RejectionFilter) -> Read<Vec<RejectionRow>>;
    /// The audit log.
    async fn audit(&self, filter: AuditFilter) -> Read<Vec<AuditRow>>;
    /// Invitations of a participant, newest first.
    async fn invitations(&self, participant: &Fqid) -> Read<Vec<InvitationRow>>;
    /// All invitations to one room.
    async fn invitations_to(&self, room_id: &RoomId) -> Read<Vec<InvitationRow>>;
    /// One invitation.
    async fn invitation(&self, room_id: &RoomId, participant: &Fqid)
    -> Read<Option<InvitationRow>>;
    /// All invitations of the tenant, newest first.
    async fn all_invitations(&self) -> Read<Vec<InvitationRow>>;
    /// What our people answered to invitations of one room from afar, by participant.
    async fn declines(&self, room_id: &RoomId) -> Read<Vec<DeclineRow>>;
    /// Whether this invite event has ever been kept here, answered or not.
    async fn knows_invite(&self, event_id: &EventId) -> Read<bool>;
    /// How many different invite events of this host have been kept since `since` (ms), inclusive.
    async fn invites_since(&self, host: &ServerName, since: u64) -> Read<u64>;
    /// Everybody's blocks, by participant and age.
    async fn blocks(&self) -> Read<Vec<BlockRow>>;
    /// Reports about a room, newest first; only open ones unless `resolved` asks for all.
    async fn reports(&self, room_id: &RoomId, resolved: bool, limit: u32) -> Read<Vec<ReportRow>>;
    /// One report.
    async fn report(&self, id: &EventId) -> Read<Option<ReportRow>>;
    /// Our own keys, oldest first.
    async fn own_keys(&self) -> Read<Vec<OwnKeyRow>>;
    /// What the tenant uses, without counting anything.
    async fn usage(&self) -> Read<TenantUsage>;
    /// A small document.
    async fn setting(&self, name: &str) -> Read<Option<Vec<u8>>>;

    // --- accounts ---

    /// A local participant.
    async fn participant(&self, local_id: &LocalId) -> Read<Option<ParticipantRow>>;
    /// Local participants whose id or name contains `query` (case-insensitive), by id; those whose
    /// account is closed only if `closed` asks for them, and only people or only programs if `bots` says so.
    async fn participants(
        &self,
        query: &str,
        closed: bool,
        bots: Option<bool>,
        limit: u32,
        offset: u32,
    ) -> Read<Vec<ParticipantRow>>;
    /// Whose accounts are closed, by id.
    async fn closed_accounts(&self) -> Read<Vec<LocalId>>;
    /// The session of an access token's SHA-256.
    async fn session_by_access(&self, hash: &[u8; 32]) -> Read<Option<SessionRow>>;
    /// The session of a present or previous refresh token's SHA-256.
    async fn session_by_refresh(&self, hash: &[u8; 32]) -> Read<Option<SessionRow>>;
    /// All sessions of a participant, newest first.
    async fn sessions(&self, local_id: &LocalId) -> Read<Vec<SessionRow>>;
    /// The link for a new password with this SHA-256.
    async fn reset_link(&self, hash: &[u8; 32]) -> Read<Option<ResetLinkRow>>;
    /// The token for programs with this SHA-256.
    async fn api_token(&self, hash: &[u8; 32]) -> Read<Option<ApiTokenRow>>;
    /// All tokens for programs of a participant, newest first.
    async fn api_tokens(&self, local_id: &LocalId) -> Read<Vec<ApiTokenRow>>;
    /// Somebody's second factor, confirmed or not.
    async fn totp(&self, local_id: &LocalId) -> Read<Option<TotpRow>>;
    /// The identity of this subject of this issuer.
    async fn identity(&self, issuer: &str, subject: &str) -> Read<Option<IdentityRow>>;
    /// All identities of a participant, newest first.
    async fn identities(&self, local_id: &LocalId) -> Read<Vec<IdentityRow>>;

    // --- requests under a key ---

    /// What was asked under this key.
    async fn keyed_request(
        &self,
        local_id: &LocalId,
        key: &[u8; 32],
    ) -> Read<Option<KeyedRequestRow>>;
    /// When the oldest of all was begun (ms).
    async fn oldest_keyed_request(&self) -> Read<Option<u64>>;
}
