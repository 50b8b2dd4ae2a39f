use std::collections::BTreeMap;

use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::{History, Membership, RoomLife, RoomType, Settings};
use scaiwave_protocol::{Event, EventId, Fqid, Json, RoomId, ServerName};

use crate::Delta;

/// The fold of a room's log up to its head.
#[derive(Clone, Debug)]
pub struct RoomState {
    pub(crate) room_id: RoomId,
    pub(crate) head: LogPoint,
    pub(crate) head_ts: u64,
    /// Seq of the snapshot that we started from; 0 when we hold everything.
    pub(crate) base_seq: u64,
    /// The term that the next entry must have, when a transfer has fixed it.
    pub(crate) next_term: Option<u64>,
    pub(crate) genesis: Event,
    pub(crate) room_type: RoomType,
    /// Whole transfer events, oldest first.
    pub(crate) transfers: Vec<Json>,
    pub(crate) host: ServerName,
    pub(crate) settings: Settings,
    pub(crate) name: Option<String>,
    pub(crate) topic: Option<String>,
    pub(crate) life: RoomLife,
    pub(crate) replaced_by: Option<String>,
    pub(crate) servers: BTreeMap<ServerName, ServerInRoom>,
    pub(crate) members: BTreeMap<Fqid, Member>,
    /// Powers of 0 are left out.
    pub(crate) powers: BTreeMap<Fqid, u8>,
    /// In the order of pinning.
    pub(crate) pins: Vec<EventId>,
    /// Who started the calls that have not ended. Not part of a snapshot: the end of a call that began
    /// below a base counts as allowed.
    pub(crate) calls: BTreeMap<String, Fqid>,
    pub(crate) delta: Delta,
}

/// A server that has a record in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInRoom {
    /// With the keys that history is verified with.
    pub descriptor: Descriptor,
    /// Whether a participant of it is joined.
    pub present: bool,
    /// The highest `origin_seq` of its events in the log; 0 before the first.
    pub last_origin_seq: u64,
    /// The seq at which somebody of it joined first, as far as the log that we hold tells: never too
    /// low, and exact when we hold everything.
    pub first_join: Option<u64>,
}

/// What a participant is to the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The state in the table of protocol section 3.
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

impl RoomState {
    /// Which room.
    pub fn room_id(&self) -> &RoomId {
        &self.room_id
    }

    /// The last entry.
    pub fn head(&self) -> LogPoint {
        self.head
    }

    /// The last entry's ts.
    pub fn head_ts(&self) -> u64 {
        self.head_ts
    }

    /// Seq of the snapshot that we started from; 0 when we hold everything.
    pub fn base_seq(&self) -> u64 {
        self.base_seq
    }

    /// Who sequences.
    pub fn host(&self) -> &ServerName {
        &self.host
    }

    /// The first event.
    pub fn genesis(&self) -> &Event {
        &self.genesis
    }

    /// Whose room it is.
    pub fn creator(&self) -> &Fqid {
        self.genesis.sender()
    }

    /// Whole transfer events, oldest first.
    pub fn transfers(&self) -> &[Json] {
        &self.transfers
    }

    /// What kind of room it is, for good.
    pub fn room_type(&self) -> RoomType {
        self.room_type
    }

    /// The name, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The topic, if it has one.
    pub fn topic(&self) -> Option<&str> {
        self.topic.as_deref()
    }

    /// Open, archived or closed.
    pub fn life(&self) -> RoomLife {
        self.life
    }

    /// Where things go on.
    pub fn replaced_by(&self) -> Option<&str> {
        self.replaced_by.as_deref()
    }

    /// Everything that the genesis and the settings events named.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether other servers may take part.
    pub fn federates(&self) -> bool {
        self.room_type.may_federate() && self.settings.federate.unwrap_or(false)
    }

    /// How much of the past a newcomer's server may have.
    pub fn history(&self) -> History {
        self.settings.history.unwrap_or(History::Joined)
    }

    /// Every server that has a record.
    pub fn servers(&self) -> &BTreeMap<ServerName, ServerInRoom> {
        &self.servers
    }

    /// Servers with somebody joined.
    pub fn present_servers(&self) -> impl Iterator<Item = &ServerName> {
        self.servers
            .iter()
            .filter(|(_, server)| server.present)
            .map(|(name, _)| name)
    }

    /// The seq below which messages, edits and reactions travel erased to this server; none when it may
    /// have everything (protocol section 5, "History"). A server of which no join is known may have no
    /// words at all.
    pub fn erased_below(&self, server: &ServerName) -> Option<u64> {
        let first_join = self.servers.get(server).and_then(|known| known.first_join);
        match self.history() {
            History::Shared => None,
            History::Joined => Some(first_join.unwrap_or(u64::MAX)),
        }
    }

    /// Everybody who ever was something to the room.
    pub fn members(&self) -> &BTreeMap<Fqid, Member> {
        &self.members
    }

    /// What this participant is to the room.
    pub fn membership(&self, participant: &Fqid) -> Option<Membership> {
        self.members
            .get(participant)
            .map(|member| member.membership)
    }

    /// Whether this participant is in.
    pub fn is_joined(&self, participant: &Fqid) -> bool {
        self.membership(participant) == Some(Membership::Join)
    }

    /// Those who are in.
    pub fn joined(&self) -> impl Iterator<Item = &Fqid> {
        let joined = self
            .members
            .iter()
            .filter(|(_, m)| m.membership == Membership::Join);
        joined.map(|(participant, _)| participant)
    }

    /// Whether somebody of this server is joined.
    pub fn has_joined(&self, server: &ServerName) -> bool {
        self.joined()
            .any(|participant| participant.server() == server)
    }

    /// Whether somebody of this server is joined or invited.
    pub fn concerns(&self, server: &ServerName) -> bool {
        self.members.iter().any(|(participant, member)| {
            participant.server() == server
                && matches!(member.membership, Membership::Join | Membership::Invite)
        })
    }

    /// The power level, 0 unless something gave more.
    pub fn power(&self, participant: &Fqid) -> u8 {
        self.powers.get(participant).copied().unwrap_or(0)
    }

    /// Pinned messages in the order of pinning.
    pub fn pins(&self) -> &[EventId] {
        &self.pins
    }

    /// The level that a type needs where the room may choose it.
    pub fn level_for(&self, kind: &str, default: u8) -> u8 {
        self.settings
            .levels
            .as_ref()
            .and_then(|levels| levels.get(kind))
            .copied()
            .unwrap_or(default)
    }

    /// The level that an invitation needs.
    pub fn invite_level(&self) -> u8 {
        self.settings.invite_level.unwrap_or(0)
    }

    /// Whether people of this server may be neither invited nor join.
    pub fn denies(&self, server: &ServerName) -> bool {
        let denied = self.settings.denied_servers.iter().flatten();
        // The host itself can never be denied in its own room.
        server != &self.host && denied.into_iter().any(|pattern| pattern.matches(server))
    }

    /// The one who talks with the creator in a dm, once invited.
    pub fn dm_partner(&self) -> Option<&Fqid> {
        self.members
            .keys()
            .find(|participant| *participant != self.creator())
    }

    /// Whether this type of event is one that the host alone sends.
    pub(crate) fn is_host_server(&self, sender: &Fqid) -> bool {
        sender.is_server() && sender.server() == &self.host
    }

    /// The term of the next entry.
    pub(crate) fn entry_term(&self) -> u64 {
        self.next_term.unwrap_or(self.head.term)
    }

    /// The term that a hand-over right now would begin.
    pub fn term_after_transfer(&self) -> u64 {
        self.entry_term() + 1
    }

    /// Whose checkpoints cover the head: a hand-over is the last entry of its old host's term.
    pub(crate) fn head_host(&self) -> ServerName {
        let handed_over = self.transfers.last().filter(|transfer| {
            let content = transfer.get("content");
            let term = content.and_then(|content| content.get("term")?.as_int());
            term.and_then(|term| u64::try_from(term).ok()) == self.next_term
                && self.next_term.is_some()
        });
        let sender = handed_over.and_then(|transfer| transfer.get("sender")?.as_str());
        match sender.map(Fqid::parse) {
            Some(Ok(old_host)) => old_host.server().clone(),
            Some(Err(_)) | None => self.host.clone(),
        }
    }

    /// Begins a new term with the next entry, as a host does that was restored from a backup (protocol
    /// section 4, terms). Does nothing when a new term is due already.
    pub fn open_term(&mut self) {
        if self.next_term.is_none() {
            self.next_term = Some(self.head.term + 1);
            self.delta.core = true;
        }
    }

    /// What has changed since the last call.
    pub fn take_delta(&mut self) -> Delta {
        std::mem::take(&mut self.delta)
    }
}
