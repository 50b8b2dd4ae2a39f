use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use scaiwave_protocol::{EventId, Fqid, Hash, LocalId, RoomId, ServerName};
use scaiwave_store::record::{
    ApiTokenRow, AuditRow, BaseRow, BlockRow, CheckpointRow, CompanionRow, DeadLetterRow,
    DeclineRow, EntryHead, EntryRow, EvidenceRow, FollowerRow, IdentityRow, InboxRow,
    InvitationRow, KeyedRequestRow, LagRow, MemberRow, OutboxRow, OwnKeyRow, ParticipantRow,
    PeerKeysRow, PeerRow, PendingRow, PreferencesRow, ReadMarkerRow, RejectionRow, ReportRow,
    ResetLinkRow, RoomChoiceRow, RoomListRow, RoomRow, RoomServerRow, SessionRow, Settled,
    StreamEntry, TenantUsage, TimelineRow, TotpRow, UnconfirmedRow,
};
use scaiwave_store::search::{SearchFound, SearchQuery};
use scaiwave_store::{
    AuditFilter, Commit, CommitError, Receipt, RejectionFilter, Stamps, StoreError, TenantStore,
    TimelineQuery,
};

use crate::failure::store_error;
use crate::group::{self, With};
use crate::numbers::Numbers;
use crate::pool::Pool;
use crate::read::Reader;
use crate::writer::{Kept, Writer};
use crate::{Options, connection, migrate};

type Read<T> = Result<T, StoreError>;

/// Everything of one tenant: one file, or one database in memory.
#[derive(Debug)]
pub struct SqliteTenant {
    /// Closed before the writer: the last connection to close copies the write-ahead log.
    pool: Pool,
    writer: Option<Writer>,
    numbers: Arc<Numbers>,
    stamps: Arc<Stamps>,
    search_tail: usize,
}

impl SqliteTenant {
    pub(crate) fn open_file(path: &Path, options: &Options) -> Result<Self, StoreError> {
        let mut writer = connection::writer(path, options.writer_cache_kib)
            .map_err(|error| store_error(&error))?;
        migrate::tenant(&mut writer)?;
        let numbers = Arc::new(Numbers::default());
        let stamps = Arc::new(Stamps::default());
        let pool = Pool::of_file(path.to_owned(), options.reader_cache_kib, options.readers);
        let kept = Kept {
            numbers: Arc::clone(&numbers),
            stamps: Arc::clone(&stamps),
        };
        Ok(SqliteTenant {
            writer: Some(Writer::start(writer, kept, path, options)?),
            pool,
            numbers,
            stamps,
            search_tail: options.search_tail,
        })
    }

    pub(crate) fn open_memory() -> Result<Self, StoreError> {
        let mut connection = connection::memory().map_err(|error| store_error(&error))?;
        migrate::tenant(&mut connection)?;
        Ok(SqliteTenant {
            writer: None,
            pool: Pool::of_memory(connection),
            numbers: Arc::default(),
            stamps: Arc::default(),
            search_tail: Options::default().search_tail,
        })
    }

    /// Transactions that the writer thread has committed: one fsync each, however many commits were
    /// in them. 0 in memory, where there is no thread.
    pub fn transactions(&self) -> u64 {
        self.writer.as_ref().map_or(0, Writer::transactions)
    }

    pub(crate) fn read<T>(&self, ask: impl FnOnce(&Reader<'_>) -> rusqlite::Result<T>) -> Read<T> {
        self.pool
            .with(|connection| ask(&Reader::new(connection, &self.numbers)))
            .map_err(|error| store_error(&error))
    }

    /// In memory the caller itself writes, while it holds the one connection.
    fn commit_here(&self, commit: Commit) -> Result<Receipt, CommitError> {
        let with = With {
            numbers: &self.numbers,
            search_tail: self.search_tail,
        };
        let outcome = self
            .pool
            .with(|connection| {
                let commits = [commit];
                let outcome = group::write(connection, with, &commits);
                self.stamps.count(&commits[0].changes);
                Ok(outcome)
            })
            .map_err(|error: rusqlite::Error| store_error(&error))?;
        let answer = outcome.answers.into_iter().next();
        answer.unwrap_or(Err(StoreError::Closed.into()))
    }
}

#[async_trait]
impl TenantStore for SqliteTenant {
    async fn commit(&self, commit: Commit) -> Result<Receipt, CommitError> {
        match &self.writer {
            Some(writer) => writer.commit(commit).await,
            None => self.commit_here(commit),
        }
    }

    fn stamps(&self) -> &Stamps {
        &self.stamps
    }

    async fn room(&self, room_id: &RoomId) -> Read<Option<RoomRow>> {
        self.read(|reader| reader.room(room_id))
    }

    async fn members(&self, room_id: &RoomId) -> Read<Vec<MemberRow>> {
        self.read(|reader| reader.members(room_id))
    }

    async fn joined_at(&self, room_id: &RoomId) -> Read<Vec<(Fqid, u64)>> {
        self.read(|reader| reader.joined_at(room_id))
    }

    async fn member(&self, room_id: &RoomId, participant: &Fqid) -> Read<Option<MemberRow>> {
        self.read(|reader| reader.member(room_id, participant))
    }

    async fn member_rows(&self, members: &[(RoomId, Fqid)]) -> Read<Vec<Option<MemberRow>>> {
        self.read(|reader| reader.member_rows(members))
    }

    async fn room_servers(&self, room_id: &RoomId) -> Read<Vec<RoomServerRow>> {
        self.read(|reader| reader.room_servers(room_id))
    }

    async fn rooms_of(&self, participant: &Fqid) -> Read<Vec<RoomListRow>> {
        self.read(|reader| reader.rooms_of(participant))
    }

    async fn room_of(&self, participant: &Fqid, room_id: &RoomId) -> Read<Option<RoomListRow>> {
        self.read(|reader| reader.room_of(participant, room_id))
    }

    async fn joined_rooms(&self, participant: &Fqid) -> Read<Vec<RoomId>> {
        self.read(|reader| reader.joined_rooms(participant))
    }

    async fn foreign_companions(&self, participant: &Fqid) -> Read<Vec<CompanionRow>> {
        self.read(|reader| reader.foreign_companions(participant))
    }

    async fn rooms_with_server(&self, server: &ServerName) -> Read<Vec<RoomRow>> {
        self.read(|reader| reader.rooms_with_server(server))
    }

    async fn shares_room(&self, server: &ServerName) -> Read<bool> {
        self.read(|reader| reader.shares_room(server))
    }

    async fn rooms(&self) -> Read<Vec<RoomRow>> {
        self.read(|reader| reader.rooms())
    }

    async fn dm(&self, participant: &Fqid, other: &Fqid) -> Read<Option<RoomId>> {
        self.read(|reader| reader.dm(participant, other))
    }

    async fn entries_after(
        &self,
        room_id: &RoomId,
        after: u64,
        limit: u32,
        bytes_max: usize,
    ) -> Read<Vec<EntryRow>> {
        self.read(|reader| reader.entries_after(room_id, after, limit, bytes_max))
    }

    async fn entries_before(
        &self,
        room_id: &RoomId,
        before: u64,
        limit: u32,
    ) -> Read<Vec<EntryRow>> {
        self.read(|reader| reader.entries_before(room_id, before, limit))
    }

    async fn entry(&self, room_id: &RoomId, event_id: &EventId) -> Read<Option<EntryRow>> {
        self.read(|reader| reader.entry(room_id, *event_id))
    }

    async fn entry_heads(
        &self,
        room_id: &RoomId,
        event_ids: &[EventId],
    ) -> Read<Vec<(EventId, EntryHead)>> {
        self.read(|reader| reader.entry_heads(room_id, event_ids))
    }

    async fn chain_at(&self, room_id: &RoomId, seq: u64) -> Read<Option<(u64, u64, Hash)>> {
        self.read(|reader| reader.chain_at(room_id, seq))
    }

    async fn referrers(&self, room_id: &RoomId, targets: &[EventId]) -> Read<Vec<EntryRow>> {
        self.read(|reader| reader.referrers(room_id, targets))
    }

    async fn bases(&self, room_id: &RoomId) -> Read<Vec<BaseRow>> {
        self.read(|reader| reader.bases(room_id))
    }

    async fn server_entries(&self, room_id: &RoomId) -> Read<Vec<EntryRow>> {
        self.read(|reader| reader.server_entries(room_id))
    }

    async fn checkpoint_at_or_below(
        &self,
        room_id: &RoomId,
        seq: u64,
    ) -> Read<Option<CheckpointRow>> {
        self.read(|reader| reader.checkpoint_at_or_below(room_id, seq))
    }

    async fn checkpoint_at_or_above(
        &self,
        room_id: &RoomId,
        seq: u64,
    ) -> Read<Option<CheckpointRow>> {
        self.read(|reader| reader.checkpoint_at_or_above(room_id, seq))
    }

    async fn timeline(&self, query: TimelineQuery) -> Read<Vec<TimelineRow>> {
        self.read(|reader| reader.timeline(&query))
    }

    async fn timeline_row(
        &self,
        room_id: &RoomId,
        event_id: &EventId,
    ) -> Read<Option<TimelineRow>> {
        self.read(|reader| reader.timeline_row(room_id, *event_id))
    }

    async fn timeline_rows(
        &self,
        lines: &[(RoomId, EventId)],
        bytes_max: usize,
    ) -> Read<Vec<Option<TimelineRow>>> {
        self.read(|reader| reader.timeline_rows(lines, bytes_max))
    }

    async fn search(&self, query: SearchQuery) -> Read<SearchFound> {
        self.read(|reader| reader.search(&query))
    }

    async fn pending(&self, room_id: &RoomId) -> Read<Vec<PendingRow>> {
        self.read(|reader| reader.pending(room_id))
    }

    async fn pending_event(
        &self,
        room_id: &RoomId,
        event_id: &EventId,
    ) -> Read<Option<PendingRow>> {
        self.read(|reader| reader.pending_event(room_id, *event_id))
    }

    async fn pending_for(&self, host: &ServerName, limit: u32) -> Read<Vec<PendingRow>> {
        self.read(|reader| reader.pending_for(host, limit))
    }

    async fn pending_above(
        &self,
        host: &ServerName,
        above: &BTreeMap<RoomId, u64>,
        limit: u32,
    ) -> Read<Vec<PendingRow>> {
        self.read(|reader| reader.pending_above(host, above, limit))
    }

    async fn stream_after(
        &self,
        after: u64,
        limit: u32,
        bytes_max: usize,
    ) -> Read<Vec<StreamEntry>> {
        self.read(|reader| reader.stream_after(after, limit, bytes_max))
    }

    async fn stream_position(&self) -> Read<u64> {
        self.read(|reader| reader.stream_position())
    }

    async fn inbox(&self, participant: &Fqid, limit: u32, offset: u32) -> Read<Vec<InboxRow>> {
        self.read(|reader| reader.inbox(participant, limit, offset))
    }

    async fn read_marker(
        &self,
        participant: &Fqid,
        room_id: &RoomId,
    ) -> Read<Option<ReadMarkerRow>> {
        self.read(|reader| reader.read_marker(participant, room_id))
    }

    async fn preferences(&self, participant: &Fqid) -> Read<Option<PreferencesRow>> {
        self.read(|reader| reader.preferences(participant))
    }

    async fn notify_preferences(&self) -> Read<Vec<(Fqid, Vec<u8>)>> {
        self.read(|reader| reader.notify_preferences())
    }

    async fn room_choices(&self) -> Read<Vec<RoomChoiceRow>> {
        self.read(|reader| reader.room_choices())
    }

    async fn followers(&self, room_id: &RoomId) -> Read<Vec<FollowerRow>> {
        self.read(|reader| reader.followers(room_id))
    }

    async fn lagging(&self, server: &ServerName, limit: u32) -> Read<Vec<LagRow>> {
        self.read(|reader| reader.lagging(server, limit))
    }

    async fn waiting_peers(&self) -> Read<Vec<ServerName>> {
        self.read(|reader| reader.waiting_peers())
    }

    async fn outbox(&self, peer: &ServerName, limit: u32) -> Read<Vec<OutboxRow>> {
        self.read(|reader| reader.outbox(peer, limit))
    }

    async fn last_outbox_id(&self) -> Read<Option<EventId>> {
        self.read(|reader| reader.last_outbox_id())
    }

    async fn peer(&self, server: &ServerName) -> Read<Option<PeerRow>> {
        self.read(|reader| reader.peer(server))
    }

    async fn peers(&self) -> Read<Vec<PeerRow>> {
        self.read(|reader| reader.peers())
    }

    async fn peer_keys(&self) -> Read<Vec<PeerKeysRow>> {
        self.read(|reader| reader.peer_keys())
    }

    async fn stopped(&self, server: &ServerName) -> Read<Vec<FollowerRow>> {
        self.read(|reader| reader.stopped(server))
    }

    async fn dead_letters(
        &self,
        peer: Option<&ServerName>,
        before: Option<EventId>,
        limit: u32,
    ) -> Read<Vec<DeadLetterRow>> {
        self.read(|reader| reader.dead_letters(peer, before, limit))
    }

    async fn dead_letter(&self, id: &EventId) -> Read<Option<DeadLetterRow>> {
        self.read(|reader| reader.dead_letter(*id))
    }

    async fn rejection(&self, id: &EventId) -> Read<Option<RejectionRow>> {
        self.read(|reader| reader.rejection(*id))
    }

    async fn rejections(&self, filter: RejectionFilter) -> Read<Vec<RejectionRow>> {
        self.read(|reader| reader.rejections(&filter))
    }

    async fn evidence(&self, room_id: &RoomId) -> Read<Vec<EvidenceRow>> {
        self.read(|reader| reader.evidence(room_id))
    }

    async fn unconfirmed(&self) -> Read<Vec<UnconfirmedRow>> {
        self.read(|reader| reader.unconfirmed())
    }

    async fn settled(&self, room_id: &RoomId) -> Read<Option<Settled>> {
        self.read(|reader| reader.settled(room_id))
    }

    async fn take_over(&self, room_id: &RoomId) -> Read<Option<u64>> {
        self.read(|reader| reader.take_over(room_id))
    }

    async fn audit(&self, filter: AuditFilter) -> Read<Vec<AuditRow>> {
        self.read(|reader| reader.audit(&filter))
    }

    async fn invitations(&self, participant: &Fqid) -> Read<Vec<InvitationRow>> {
        self.read(|reader| reader.invitations(participant))
    }

    async fn invitations_to(&self, room_id: &RoomId) -> Read<Vec<InvitationRow>> {
        self.read(|reader| reader.invitations_to(room_id))
    }

    async fn invitation(
        &self,
        room_id: &RoomId,
        participant: &Fqid,
    ) -> Read<Option<InvitationRow>> {
        self.read(|reader| reader.invitation(room_id, participant))
    }

    async fn all_invitations(&self) -> Read<Vec<InvitationRow>> {
        self.read(|reader| reader.all_invitations())
    }

    async fn declines(&self, room_id: &RoomId) -> Read<Vec<DeclineRow>> {
        self.read(|reader| reader.declines(room_id))
    }

    async fn knows_invite(&self, event_id: &EventId) -> Read<bool> {
        self.read(|reader| reader.knows_invite(*event_id))
    }

    async fn invites_since(&self, host: &ServerName, since: u64) -> Read<u64> {
        self.read(|reader| reader.invites_since(host, since))
    }

    async fn blocks(&self) -> Read<Vec<BlockRow>> {
        self.read(|reader| reader.blocks())
    }

    async fn reports(&self, room_id: &RoomId, resolved: bool, limit: u32) -> Read<Vec<ReportRow>> {
        self.read(|reader| reader.reports(room_id, resolved, limit))
    }

    async fn report(&self, id: &EventId) -> Read<Option<ReportRow>> {
        self.read(|reader| reader.report(*id))
    }

    async fn own_keys(&self) -> Read<Vec<OwnKeyRow>> {
        self.read(|reader| reader.own_keys())
    }

    async fn usage(&self) -> Read<TenantUsage> {
        self.read(|reader| reader.usage())
    }

    async fn setting(&self, name: &str) -> Read<Option<Vec<u8>>> {
        self.read(|reader| reader.setting(name))
    }

    async fn participant(&self, local_id: &LocalId) -> Read<Option<ParticipantRow>> {
        self.read(|reader| reader.participant(local_id))
    }

    async fn participants(
        &self,
        query: &str,
        closed: bool,
        bots: Option<bool>,
        limit: u32,
        offset: u32,
    ) -> Read<Vec<ParticipantRow>> {
        self.read(|reader| reader.participants(query, closed, bots, limit, offset))
    }

    async fn closed_accounts(&self) -> Read<Vec<LocalId>> {
        self.read(|reader| reader.closed_accounts())
    }

    async fn session_by_access(&self, hash: &[u8; 32]) -> Read<Option<SessionRow>> {
        self.read(|reader| reader.session_by_access(hash))
    }

    async fn session_by_refresh(&self, hash: &[u8; 32]) -> Read<Option<SessionRow>> {
        self.read(|reader| reader.session_by_refresh(hash))
    }

    async fn sessions(&self, local_id: &LocalId) -> Read<Vec<SessionRow>> {
        self.read(|reader| reader.sessions(local_id))
    }

    async fn reset_link(&self, hash: &[u8; 32]) -> Read<Option<ResetLinkRow>> {
        self.read(|reader| reader.reset_link(hash))
    }

    async fn api_token(&self, hash: &[u8; 32]) -> Read<Option<ApiTokenRow>> {
        self.read(|reader| reader.api_token(hash))
    }

    async fn api_tokens(&self, local_id: &LocalId) -> Read<Vec<ApiTokenRow>> {
        self.read(|reader| reader.api_tokens(local_id))
    }

    async fn totp(&self, local_id: &LocalId) -> Read<Option<TotpRow>> {
        self.read(|reader| reader.totp(local_id))
    }

    async fn identity(&self, issuer: &str, subject: &str) -> Read<Option<IdentityRow>> {
        self.read(|reader| reader.identity(issuer, subject))
    }

    async fn identities(&self, local_id: &LocalId) -> Read<Vec<IdentityRow>> {
        self.read(|reader| reader.identities(local_id))
    }

    async fn keyed_request(
        &self,
        local_id: &LocalId,
        key: &[u8; 32],
    ) -> Read<Option<KeyedRequestRow>> {
        self.read(|reader| reader.keyed_request(local_id, key))
    }

    async fn oldest_keyed_request(&self) -> Read<Option<u64>> {
        self.read(|reader| reader.oldest_keyed_request())
    }
}
