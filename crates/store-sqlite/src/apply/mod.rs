//! What each change does to the tables: one file a group of changes.

mod accounts;
mod annotations;
mod api_tokens;
mod audit;
mod dead_letters;
mod expect;
mod federation;
mod history;
mod host;
mod identities;
mod keyed;
mod live;
mod log;
mod moderation;
mod notify;
mod pending;
mod rooms;
pub(crate) mod search;
mod totp;

use rusqlite::{Connection, Params};
use scaiwave_protocol::RoomId;
use scaiwave_store::{Change, Receipt};

use crate::failure::Failure;
use crate::numbers::{Numbers, stored};

type Applied = Result<(), Failure>;

/// A transaction that is being written.
pub(crate) struct Write<'a> {
    connection: &'a Connection,
    numbers: &'a Numbers,
    /// Messages that wait to be indexed together.
    search_tail: usize,
    /// Room numbers that this transaction made or found; remembered when it is committed.
    rooms: Vec<(RoomId, i64)>,
    /// Messages for the search index, which is written last.
    touched: Vec<search::Touched>,
}

impl<'a> Write<'a> {
    pub(crate) fn new(
        connection: &'a Connection,
        numbers: &'a Numbers,
        search_tail: usize,
    ) -> Self {
        Write {
            connection,
            numbers,
            search_tail,
            rooms: Vec::new(),
            touched: Vec::new(),
        }
    }

    pub(crate) fn connection(&self) -> &'a Connection {
        self.connection
    }

    /// Applies one commit's changes in order.
    pub(crate) fn apply_all(&mut self, changes: &[Change]) -> Result<Receipt, Failure> {
        let mut receipt = Receipt::default();
        for change in changes {
            self.apply(change, &mut receipt)?;
        }
        Ok(receipt)
    }

    fn apply(&mut self, change: &Change, receipt: &mut Receipt) -> Applied {
        match change {
            Change::PutRoom(room) => self.put_room(room),
            Change::PutMember(room_id, member) => self.put_member(room_id, member),
            Change::PutRoomServer(room_id, server) => self.put_room_server(room_id, server),
            Change::SetLastOriginSeq(room_id, server, seq) => {
                self.set_last_origin_seq(room_id, server, *seq)
            }
            Change::AppendEntries(room_id, entries) => self.append_entries(room_id, entries),
            Change::Erase(room_id, event_id, erasure) => self.erase(room_id, *event_id, erasure),
            Change::PutCheckpoint(room_id, checkpoint) => self.put_checkpoint(room_id, checkpoint),
            Change::PutBase(room_id, base) => self.put_base(room_id, base),
            Change::DropBases(room_id) => self.drop_bases(room_id),
            Change::SetAside(room_id, above) => self.set_aside(room_id, *above),
            Change::JudgeEntries(room_id, verdicts) => self.judge_entries(room_id, verdicts),
            Change::PutEdit {
                room_id,
                target,
                event_id,
                seq,
                ts,
                content,
            } => self.put_edit(room_id, *target, *event_id, *seq, *ts, content),
            Change::DropEdits(room_id, target) => self.drop_edits(room_id, *target),
            Change::PutReaction(room_id, reaction) => self.put_reaction(room_id, reaction),
            Change::DropReaction {
                room_id,
                target,
                emoji,
                sender,
            } => self.drop_reaction(room_id, *target, emoji, sender),
            Change::DropReactions(room_id, target) => self.drop_reactions(room_id, *target),
            Change::Freeze(room_id, reason) => self.freeze(room_id, reason.as_deref()),
            Change::Settle(room_id, settled) => self.settle(room_id, *settled),
            Change::PutEvidence(evidence) => self.put_evidence(evidence),
            Change::PutUnconfirmed(row) => self.put_unconfirmed(row),
            Change::DropUnconfirmed(room_id, server, key) => {
                self.drop_unconfirmed(room_id, server, key)
            }
            Change::PutTakeOver(room_id, agreed_at) => self.put_take_over(room_id, *agreed_at),
            Change::DropTakeOver(room_id) => self.drop_take_over(room_id),
            Change::PutPending(pending) => self.put_pending(pending),
            Change::DropPending(room_id, event_id) => self.drop_pending(room_id, *event_id),
            Change::RefusePending(room_id, event_id, refused) => {
                self.refuse_pending(room_id, *event_id, refused)
            }
            Change::Stream(row) => {
                receipt.positions.push(self.stream(row)?);
                Ok(())
            }
            Change::PutInbox(row) => self.put_inbox(row),
            Change::DropInbox(event_id) => self.drop_inbox(*event_id),
            Change::PutReadMarker(marker) => self.put_read_marker(marker),
            Change::PutPreferences(row) => self.put_preferences(row),
            Change::PutRoomChoice(row) => self.put_room_choice(row),
            Change::PutDm {
                participant,
                other,
                room_id,
            } => self.put_dm(participant, other, room_id),
            Change::PutFollower(follower) => self.put_follower(follower),
            Change::SetAcked(room_id, server, seq) => self.set_acked(room_id, server, *seq),
            Change::DropFollower(room_id, server) => self.drop_follower(room_id, server),
            Change::PutOutbox(row) => self.put_outbox(row),
            Change::DropOutbox(id) => self.drop_outbox(*id),
            Change::PutPeer(peer) => self.put_peer(peer),
            Change::PutPeerKeys(keys) => self.put_peer_keys(keys),
            Change::PutRejection(rejection) => self.put_rejection(rejection),
            Change::PutAudit(line) => self.put_audit(line),
            Change::PutDeadLetter(letter) => self.put_dead_letter(letter),
            Change::DropDeadLetter(id) => self.drop_dead_letter(*id),
            Change::PutInvitation(invitation) => self.put_invitation(invitation),
            Change::DropInvitation(room_id, participant) => {
                self.drop_invitation(room_id, participant)
            }
            Change::PutDecline(decline) => self.put_decline(decline),
            Change::PutProfile(profile) => self.put_profile(profile),
            Change::PutBlock(block) => self.put_block(block),
            Change::DropBlock(participant, whom) => self.drop_block(participant, whom),
            Change::PutReport(report) => self.put_report(report),
            Change::PutOwnKey(key) => self.put_own_key(key),
            Change::PutSetting(name, value) => self.put_setting(name, value),
            Change::PutParticipant(participant) => self.put_participant(participant),
            Change::PatchParticipant(local_id, patch) => self.patch_participant(local_id, patch),
            Change::PutSession(session) => self.put_session(session),
            Change::SawSession(id, at) => self.saw_session(*id, *at),
            Change::DropSession(id) => self.drop_session(*id),
            Change::DropSessions(local_id, except) => self.drop_sessions(local_id, *except),
            Change::PutResetLink(link) => self.put_reset_link(link),
            Change::DropResetLink(local_id) => self.drop_reset_link(local_id),
            Change::PutApiToken(token) => self.put_api_token(token),
            Change::SawApiToken(id, at) => self.saw_api_token(*id, *at),
            Change::DropApiToken(id) => self.drop_api_token(*id),
            Change::DropApiTokens(local_id) => self.drop_api_tokens(local_id),
            Change::PutTotp(totp) => self.put_totp(totp),
            Change::DropTotp(local_id) => self.drop_totp(local_id),
            Change::PutIdentity(identity) => self.put_identity(identity),
            Change::DropIdentity(id) => self.drop_identity(*id),
            Change::PutKeyedRequest(row) => self.put_keyed_request(row),
            Change::DropKeyedRequest(local_id, key) => self.drop_keyed_request(local_id, key),
            Change::DropKeyedRequests(before) => self.drop_keyed_requests(*before),
        }
    }

    /// The number of a room, given out now if it has none.
    fn room(&mut self, room_id: &RoomId) -> Result<i64, Failure> {
        if let Some(room) = self.room_if_known(room_id)? {
            return Ok(room);
        }
        self.run(
            "INSERT INTO room_numbers (room_id) VALUES (?1)",
            [room_id.as_str()],
        )?;
        let room = self.connection.last_insert_rowid();
        self.rooms.push((room_id.clone(), room));
        Ok(room)
    }

    /// The number of a room, if it has one.
    fn room_if_known(&mut self, room_id: &RoomId) -> Result<Option<i64>, Failure> {
        if let Some(room) = self.numbers.known(room_id) {
            return Ok(Some(room));
        }
        if let Some((_, room)) = self.rooms.iter().find(|(id, _)| id == room_id) {
            return Ok(Some(*room));
        }
        let found = stored(self.connection, room_id)?;
        if let Some(room) = found {
            self.rooms.push((room_id.clone(), room));
        }
        Ok(found)
    }

    /// How many numbers and messages are remembered so far: the point to go back to.
    pub(crate) fn remembered(&self) -> (usize, usize) {
        (self.rooms.len(), self.touched.len())
    }

    /// Forgets what belongs to a commit that was taken back.
    pub(crate) fn forget(&mut self, (rooms, touched): (usize, usize)) {
        self.rooms.truncate(rooms);
        self.touched.truncate(touched);
    }

    /// The transaction is on disk: everybody may use its room numbers.
    pub(crate) fn remember_rooms(self) {
        if !self.rooms.is_empty() {
            self.numbers.remember(self.rooms);
        }
    }

    /// Runs one statement; says how many rows it changed.
    fn run(&self, sql: &'static str, params: impl Params) -> Result<usize, Failure> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Whether a query finds a row.
    fn finds(&self, sql: &'static str, params: impl Params) -> Result<bool, Failure> {
        Ok(self.connection.prepare_cached(sql)?.exists(params)?)
    }
}
