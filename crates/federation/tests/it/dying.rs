//! The disk of a process that dies at a commit: right before it is written, or right after.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use parking_lot::Mutex;
use scaiwave_engine::store::record::{
    ApiTokenRow, AuditRow, BaseRow, BlockRow, CheckpointRow, CompanionRow, DeadLetterRow,
    DeclineRow, EntryHead, EntryRow, EvidenceRow, FollowerRow, IdentityRow, InboxRow,
    InvitationRow, KeyedRequestRow, LagRow, MemberRow, OutboxRow, OwnKeyRow, ParticipantRow,
    PeerKeysRow, PeerRow, PendingRow, PreferencesRow, ReadMarkerRow, RejectionRow, ReportRow,
    ResetLinkRow, RoomChoiceRow, RoomListRow, RoomRow, RoomServerRow, SessionRow, Settled,
    StreamEntry, TenantUsage, TimelineRow, TotpRow, UnconfirmedRow,
};
use scaiwave_engine::store::search::{SearchFound, SearchQuery};
use scaiwave_engine::store::{
    AuditFilter, Commit, CommitError, Receipt, RejectionFilter, Stamps, StoreError, TenantStore,
    TimelineQuery,
};
use scaiwave_protocol::{EventId, Fqid, Hash, LocalId, RoomId, ServerName};

/// Whether the commit at which a process dies is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Before,
    After,
}

/// A store as one process sees it.
pub(crate) struct Dying {
    store: Arc<dyn TenantStore>,
    /// Commits until it dies, and how.
    stop: Mutex<Option<(u32, Stop)>>,
    over: AtomicBool,
}

impl Dying {
    pub(crate) fn new(store: Arc<dyn TenantStore>) -> Arc<Self> {
        Arc::new(Dying {
            store,
            stop: Mutex::default(),
            over: AtomicBool::new(false),
        })
    }

    /// It dies at the commit after so many more.
    pub(crate) fn stop_after(&self, commits: u32, stop: Stop) {
        *self.stop.lock() = Some((commits, stop));
    }

    /// It does not die any more.
    pub(crate) fn spare(&self) {
        *self.stop.lock() = None;
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    fn open(&self) -> Result<(), StoreError> {
        match self.is_over() {
            true => Err(StoreError::Closed),
            false => Ok(()),
        }
    }

    fn stops_now(&self) -> Option<Stop> {
        let mut planned = self.stop.lock();
        match &mut *planned {
            Some((0, stop)) => Some(*stop),
            Some((left, _)) => {
                *left -= 1;
                None
            }
            None => None,
        }
    }
}

macro_rules! reads {
    ($($name:ident($($arg:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl TenantStore for Dying {
            async fn commit(&self, commit: Commit) -> Result<Receipt, CommitError> {
                self.open()?;
                let Some(stop) = self.stops_now() else {
                    return self.store.commit(commit).await;
                };
                self.over.store(true, Ordering::SeqCst);
                if stop == Stop::After {
                    self.store.commit(commit).await?;
                }
                Err(StoreError::Closed.into())
            }

            fn stamps(&self) -> &Stamps {
                self.store.stamps()
            }

            $(async fn $name(&self, $($arg: $type),*) -> Result<$answer, StoreError> {
                self.open()?;
                self.store.$name($($arg),*).await
            })*
        }
    };
}

reads! {
    room(room_id: &RoomId) -> Option<RoomRow>;
    members(room_id: &RoomId) -> Vec<MemberRow>;
    joined_at(room_id: &RoomId) -> Vec<(Fqid, u64)>;
    member(room_id: &RoomId, participant: &Fqid) -> Option<MemberRow>;
    member_rows(members: &[(RoomId, Fqid)]) -> Vec<Option<MemberRow>>;
    room_servers(room_id: &RoomId) -> Vec<RoomServerRow>;
    rooms_of(participant: &Fqid) -> Vec<RoomListRow>;
    room_of(participant: &Fqid, room_id: &RoomId) -> Option<RoomListRow>;
    joined_rooms(participant: &Fqid) -> Vec<RoomId>;
    rooms_with_server(server: &ServerName) -> Vec<RoomRow>;
    shares_room(server: &ServerName) -> bool;
    rooms() -> Vec<RoomRow>;
    dm(participant: &Fqid, other: &Fqid) -> Option<RoomId>;
    entries_after(room_id: &RoomId, after: u64, limit: u32, bytes_max: usize) -> Vec<EntryRow>;
    entries_before(room_id: &RoomId, before: u64, limit: u32) -> Vec<EntryRow>;
    entry(room_id: &RoomId, event_id: &EventId) -> Option<EntryRow>;
    entry_heads(room_id: &RoomId, event_ids: &[EventId]) -> Vec<(EventId, EntryHead)>;
    chain_at(room_id: &RoomId, seq: u64) -> Option<(u64, u64, Hash)>;
    referrers(room_id: &RoomId, targets: &[EventId]) -> Vec<EntryRow>;
    bases(room_id: &RoomId) -> Vec<BaseRow>;
    server_entries(room_id: &RoomId) -> Vec<EntryRow>;
    checkpoint_at_or_below(room_id: &RoomId, seq: u64) -> Option<CheckpointRow>;
    checkpoint_at_or_above(room_id: &RoomId, seq: u64) -> Option<CheckpointRow>;
    timeline(query: TimelineQuery) -> Vec<TimelineRow>;
    timeline_row(room_id: &RoomId, event_id: &EventId) -> Option<TimelineRow>;
    timeline_rows(lines: &[(RoomId, EventId)], bytes_max: usize) -> Vec<Option<TimelineRow>>;
    search(query: SearchQuery) -> SearchFound;
    pending(room_id: &RoomId) -> Vec<PendingRow>;
    pending_event(room_id: &RoomId, event_id: &EventId) -> Option<PendingRow>;
    pending_for(host: &ServerName, limit: u32) -> Vec<PendingRow>;
    pending_above(
        host: &ServerName,
        above: &BTreeMap<RoomId, u64>,
        limit: u32
    ) -> Vec<PendingRow>;
    stream_after(after: u64, limit: u32, bytes_max: usize) -> Vec<StreamEntry>;
    stream_position() -> u64;
    inbox(participant: &Fqid, limit: u32, offset: u32) -> Vec<InboxRow>;
    read_marker(participant: &Fqid, room_id: &RoomId) -> Option<ReadMarkerRow>;
    preferences(participant: &Fqid) -> Option<PreferencesRow>;
    notify_preferences() -> Vec<(Fqid, Vec<u8>)>;
    room_choices() -> Vec<RoomChoiceRow>;
    followers(room_id: &RoomId) -> Vec<FollowerRow>;
    lagging(server: &ServerName, limit: u32) -> Vec<LagRow>;
    waiting_peers() -> Vec<ServerName>;
    outbox(peer: &ServerName, limit: u32) -> Vec<OutboxRow>;
    last_outbox_id() -> Option<EventId>;
    peer(server: &ServerName) -> Option<PeerRow>;
    peers() -> Vec<PeerRow>;
    peer_keys() -> Vec<PeerKeysRow>;
    stopped(server: &ServerName) -> Vec<FollowerRow>;
    dead_letters(
        peer: Option<&ServerName>,
        before: Option<EventId>,
        limit: u32
    ) -> Vec<DeadLetterRow>;
    dead_letter(id: &EventId) -> Option<DeadLetterRow>;
    rejection(id: &EventId) -> Option<RejectionRow>;
    rejections(filter: RejectionFilter) -> Vec<RejectionRow>;
    audit(filter: AuditFilter) -> Vec<AuditRow>;
    evidence(room_id: &RoomId) -> Vec<EvidenceRow>;
    unconfirmed() -> Vec<UnconfirmedRow>;
    settled(room_id: &RoomId) -> Option<Settled>;
    take_over(room_id: &RoomId) -> Option<u64>;
    invitations(participant: &Fqid) -> Vec<InvitationRow>;
    invitations_to(room_id: &RoomId) -> Vec<InvitationRow>;
    invitation(room_id: &RoomId, participant: &Fqid) -> Option<InvitationRow>;
    all_invitations() -> Vec<InvitationRow>;
    declines(room_id: &RoomId) -> Vec<DeclineRow>;
    foreign_companions(participant: &Fqid) -> Vec<CompanionRow>;
    knows_invite(event_id: &EventId) -> bool;
    invites_since(host: &ServerName, since: u64) -> u64;
    blocks() -> Vec<BlockRow>;
    reports(room_id: &RoomId, resolved: bool, limit: u32) -> Vec<ReportRow>;
    report(id: &EventId) -> Option<ReportRow>;
    own_keys() -> Vec<OwnKeyRow>;
    usage() -> TenantUsage;
    setting(name: &str) -> Option<Vec<u8>>;
    participant(local_id: &LocalId) -> Option<ParticipantRow>;
    participants(query: &str, closed: bool, bots: Option<bool>, limit: u32, offset: u32) -> Vec<ParticipantRow>;
    closed_accounts() -> Vec<LocalId>;
    session_by_access(hash: &[u8; 32]) -> Option<SessionRow>;
    session_by_refresh(hash: &[u8; 32]) -> Option<SessionRow>;
    sessions(local_id: &LocalId) -> Vec<SessionRow>;
    reset_link(hash: &[u8; 32]) -> Option<ResetLinkRow>;
    api_token(hash: &[u8; 32]) -> Option<ApiTokenRow>;
    api_tokens(local_id: &LocalId) -> Vec<ApiTokenRow>;
    totp(local_id: &LocalId) -> Option<TotpRow>;
    identity(issuer: &str, subject: &str) -> Option<IdentityRow>;
    identities(local_id: &LocalId) -> Vec<IdentityRow>;
    keyed_request(local_id: &LocalId, key: &[u8; 32]) -> Option<KeyedRequestRow>;
    oldest_keyed_request() -> Option<u64>;
}
