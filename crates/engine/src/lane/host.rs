//! Rooms of ours: deciding and sequencing.

use std::collections::VecDeque;
use std::sync::Arc;

use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::event::content as kinds;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::event::{Draft, LogPoint};
use scaiwave_protocol::{
    Authentic, Content, Event, EventType, Fqid, Json, Malformed, Refusal, ServerName,
};
use scaiwave_room::{
    HostLimits, KnownEvents, Rejection, RoomState, Sequenced, check_as_host, evictions,
    lost_servers, presence_before, sequence,
};
use scaiwave_store::StoreError;

use super::command::{Command, EntriesAnswer, EntriesBatch, LocalPost, SubmitAnswer};
use super::prepare::{Prepared, Step, Submitted, prepare};
use super::run::Undecided;
use super::state::{LaneState, Waiters};
use super::work::{Reply, Work, told};
use super::{denials, known, project};
use crate::view::EventView;
use crate::{ClientCode, Denial, Outcome, Tenant, messages, peering, policy, rejections};

/// Decides on everything that waits, in order, on top of the head.
pub(super) async fn decide(
    tenant: &Arc<Tenant>,
    state: &mut LaneState,
    waiters: &mut Waiters,
    batch: &mut VecDeque<Command>,
) -> Result<Work, Undecided> {
    let alone = batch.iter().position(Command::stands_alone);
    let commands: Vec<Command> = batch.drain(..alone.unwrap_or(batch.len())).collect();
    let prepared = match prepare(tenant, state, commands).await {
        Ok(prepared) => prepared,
        Err((work, error)) => {
            return Err(Undecided {
                work,
                denial: error.into(),
            });
        }
    };
    let Prepared { steps, known } = prepared;
    let mut host = Host::new(tenant, state, known);
    for step in steps {
        host.step(step, waiters, batch).await;
    }
    host.finish().await
}

pub(super) struct Host<'a> {
    pub(super) tenant: &'a Arc<Tenant>,
    pub(super) lane: &'a mut LaneState,
    known: KnownEvents,
    pub(super) work: Work,
    limits: HostLimits,
    /// The last entry on disk: what our own events have seen.
    stored: LogPoint,
    now: u64,
}

impl<'a> Host<'a> {
    pub(super) fn new(
        tenant: &'a Arc<Tenant>,
        lane: &'a mut LaneState,
        known: KnownEvents,
    ) -> Self {
        let limits = HostLimits {
            federates: !tenant.policy.bars(lane.room.room_id()),
            ..policy::host_limits(&tenant.policy.get())
        };
        let stored = lane.room.head();
        let now = tenant.world.now();
        Host {
            tenant,
            lane,
            known,
            work: Work::default(),
            limits,
            stored,
            now,
        }
    }

    async fn step(&mut self, step: Step, waiters: &mut Waiters, again: &mut VecDeque<Command>) {
        match step {
            Step::Post(post, reply) => match self.standing(&post).await {
                Standing::Free => {
                    let answer = self.post(post);
                    self.work.replies.push(Reply::Post(reply, answer));
                }
                Standing::Told(answer) => self.work.replies.push(Reply::Post(reply, answer)),
                // Its twin stands in this very batch and is not on disk yet.
                Standing::Later => again.push_back(Command::Post { post, reply }),
            },
            Step::Submit(events, reply) => {
                let answers = self.submit_in_order(events).await;
                self.work.replies.push(Reply::Submit(reply, answers));
            }
            Step::Other(Command::Control {
                kind,
                content,
                reply,
            }) => {
                let answer = self.control(kind, content);
                self.work.replies.push(Reply::Done(reply, answer));
            }
            Step::Other(Command::Entries { batch, reply }) => {
                let answer = self.entries_of_another(&batch);
                drop(reply.send(answer));
            }
            // In a room of ours nothing waits for a host.
            Step::Other(Command::Await { reply, .. }) => drop(reply.send(Ok(()))),
            Step::Other(Command::Refused {
                event_id, reply, ..
            }) => {
                waiters.remove(&event_id);
                told(reply);
            }
            Step::Other(Command::Resubmit { reply, .. }) => {
                let sentence = "this server hosts the room now; let the author write it again";
                drop(reply.send(Err(ClientCode::RoomForbidden.because(sentence))));
            }
            Step::Other(Command::Taken { events, reply }) => {
                let done = events.into_iter().map(|(event_id, _)| event_id);
                drop(reply.send(done.collect()));
            }
            // A room of ours knows of all its invitations.
            Step::Other(Command::Number { reply }) => drop(reply),
            // A room of ours is held whole.
            Step::Other(Command::Older { reply, .. }) => {
                drop(reply.send(super::OlderAnswer::Moved));
            }
            Step::Other(Command::Refolded { reply, .. }) => {
                drop(reply.send(super::RefoldAnswer::Moved));
            }
            Step::Other(Command::Reload { reply }) => told(reply),
            Step::Other(Command::Records { reply }) => {
                let answer = self.keep_records().map_err(Into::into);
                self.work.replies.push(Reply::Done(reply, answer));
            }
            // Nothing of ours is pending in a room of ours.
            Step::Other(Command::SignAnew { reply, .. }) => told(reply),
            // Posts and submits are steps of their own, and the rest stands alone.
            Step::Other(_) => {}
        }
    }

    /// The former host may not have heard that we have the entries up to its hand-over. Nobody else's
    /// are of any account.
    fn entries_of_another(&self, batch: &EntriesBatch) -> EntriesAnswer {
        let head = self.lane.room.head();
        let known = batch.entries.last().is_none_or(|last| last.seq <= head.seq);
        if known && self.lane.room.reigns().has_handed_over(&batch.peer) {
            return EntriesAnswer::Have { seq: head.seq };
        }
        let sentence = "this room is hosted here: its entries are made here";
        EntriesAnswer::Refused(peering::not_host(sentence))
    }

    /// Whether there is nothing to decide: the room is not there for the sender, or the id that a client
    /// chose stands for something already.
    async fn standing(&self, post: &LocalPost) -> Standing {
        if denials::is_hidden_from(&self.lane.room, &post.sender) {
            return Standing::Told(Err(Denial::no_such_room()));
        }
        let Some(event_id) = post.event_id else {
            return Standing::Free;
        };
        match self.known.get(&event_id) {
            Some(first) if first.seq > self.stored.seq => return Standing::Later,
            Some(_) => {}
            // A former host has refused it, and it is shown so.
            None if self.lane.refused.contains(&event_id) => {}
            None => return Standing::Free,
        }
        Standing::Told(same_post(self.tenant, self.lane.room.room_id(), event_id, post).await)
    }

    fn post(&mut self, post: LocalPost) -> Outcome<Box<EventView>> {
        let kind = EventType::parse(post.kind)?;
        let sender = post.sender.clone();
        let deny = |rejection, host: &Self| {
            denials::to_client(rejection, &host.lane.room, &sender, post.kind)
        };
        self.announce_our_keys()?;
        let event = self.sign(kind, post.sender, post.content, post.event_id)?;
        match self.sequence(event) {
            Ok(Sequenced::New(accepted)) => {
                let mut view = messages::view::of_new(accepted.event(), accepted.ts());
                view.seq = Some(accepted.point().seq);
                view.state = crate::view::EventState::Sequenced;
                view.sender_name = project::name_of(&self.lane.room, &view.sender);
                self.follow_up(*accepted);
                Ok(Box::new(view))
            }
            Ok(Sequenced::Duplicate { .. }) => Err(deny(Rejection::EventIdReused, self)),
            Err(rejection) => Err(deny(rejection, self)),
        }
    }

    /// After one that must be tried again, all that follow must be too.
    async fn submit_in_order(&mut self, events: Vec<Submitted>) -> Vec<SubmitAnswer> {
        let mut answers = Vec::with_capacity(events.len());
        let mut held_back = false;
        for (event, subject) in events {
            let answer = match event {
                _ if held_back => SubmitAnswer::Retry,
                Ok(event) => self.submit(event).await,
                Err(refusal) => SubmitAnswer::Refused(refusal),
            };
            held_back |= matches!(answer, SubmitAnswer::Retry);
            self.work.note_refused(self.tenant, &answer, subject);
            answers.push(answer);
        }
        answers
    }

    pub(super) async fn submit(&mut self, event: Authentic) -> SubmitAnswer {
        match self.submit_checked(event).await {
            Ok(Sequenced::New(accepted)) => {
                let seq = accepted.point().seq;
                self.follow_up(*accepted);
                SubmitAnswer::Sequenced { seq }
            }
            Ok(Sequenced::Duplicate { seq }) => SubmitAnswer::Duplicate { seq },
            Err(NotTaken::Refused(refusal)) => SubmitAnswer::Refused(refusal),
            Err(NotTaken::Later) => SubmitAnswer::Retry,
            Err(NotTaken::OwnKeys(refusal)) => {
                tracing::error!(%refusal, "our own keys do not fit a room of ours");
                SubmitAnswer::Retry
            }
            Err(NotTaken::Store(error)) => {
                tracing::error!(%error, "storage failed");
                SubmitAnswer::Retry
            }
        }
    }

    /// An event of ours that waited for the former host. Where the room is owed a record first, that takes
    /// its number: then it is signed anew, with the next one.
    pub(super) async fn take_over(&mut self, event: Authentic) -> SubmitAnswer {
        if let Err(refusal) = self.announce_our_keys() {
            tracing::error!(%refusal, "our own keys do not fit a room of ours");
            return SubmitAnswer::Retry;
        }
        let overtaken = event.header().origin_seq <= self.last_number();
        if !overtaken || self.known.get(&event.id()).is_some() {
            return self.submit(event).await;
        }
        let (kind, sender) = (event.kind().clone(), event.sender().clone());
        let content = event.content().cloned().unwrap_or(Json::Null);
        match self.sign(kind, sender, content, Some(event.id())) {
            Ok(event) => self.submit(event).await,
            Err(malformed) => SubmitAnswer::Refused(malformed.into()),
        }
    }

    async fn submit_checked(&mut self, event: Authentic) -> Result<Sequenced, NotTaken> {
        let room = &self.lane.room;
        if !room.federates()
            || !self.limits.federates
            || !room.servers().contains_key(event.origin()) && !room.concerns(event.origin())
        {
            return Err(peering::room_unknown().into());
        }
        // An event that stands here already is told so, wherever its author was when it was made.
        if self.known.get(&event.id()).is_none() {
            self.check_seen(&event).await?;
        }
        let foreign = event.origin() != self.tenant.server_name();
        let ruling = self.tenant.policy.get().of_server(event.origin());
        if foreign && joins(&event) && !ruling.allowed {
            return Err(policy::refusal(&ruling.rule).into());
        }
        if foreign && joins(&event) && !self.tenant.consults.cover(room, &event, self.now) {
            return Err(NotTaken::Later);
        }
        let content = event
            .content()
            .map(|json| Content::parse(event.kind(), json));
        if let (None, Some(Ok(content))) = (self.known.get(&event.id()), &content) {
            // A checkpoint must be signed with a key of ours that the log knows: without one, what others
            // send has to wait. It is not their fault.
            self.announce_our_keys().map_err(NotTaken::OwnKeys)?;
            self.announce(&event, content)?;
        }
        let (event_id, origin) = (event.id(), event.origin().clone());
        match self.sequence(event) {
            // It was refused, the answer was lost, and since then others of its server have been taken.
            Err(rejection @ Rejection::OriginSeqNotRising) => {
                let before = rejections::refused_before(self.tenant, &origin, event_id).await?;
                Err(before.unwrap_or_else(|| rejection.into()).into())
            }
            other => Ok(other.map_err(Refusal::from)?),
        }
    }

    /// `seen` must be a point of our log (protocol section 4).
    async fn check_seen(&self, event: &Event) -> Result<(), NotTaken> {
        let unknown = || NotTaken::Refused(Rejection::SeenUnknown.into());
        let seen = event.header().seen.ok_or_else(unknown)?;
        let room = &self.lane.room;
        if seen == room.head() {
            return Ok(());
        }
        let point = match self.lane.recent.get(&seen.seq) {
            Some(point) => Some(*point),
            None => self
                .tenant
                .store
                .chain_at(room.room_id(), seen.seq)
                .await?
                .map(|(term, _, chain)| (term, chain)),
        };
        if point == Some((seen.term, seen.chain)) {
            Ok(())
        } else {
            Err(unknown())
        }
    }

    /// Puts the record of the event's server before it, where the protocol wants one.
    fn announce(&mut self, event: &Authentic, content: &Content) -> Result<(), Refusal> {
        let present = presence_before(&self.lane.room, event, content, true);
        let Some(present) = present.or_else(|| self.revocation_of(event.origin())) else {
            return Ok(());
        };
        // The record must not stand there without the event that it announces.
        let mut trial = self.lane.room.clone();
        let descriptor = self
            .descriptor_of(event.origin())
            .ok_or_else(peering::no_descriptor)?;
        self.record_in(&mut trial, event.origin(), &descriptor, present)?;
        let target = self.known.target(Some(content));
        check_as_host(&trial, event, content, target, &self.limits, self.now)?;
        sequence(&mut trial, event.clone(), &self.known, self.now)?;
        let record = self.record(event.origin(), &descriptor, present)?;
        self.take_control(record)?;
        Ok(())
    }

    fn descriptor_of(&self, server: &ServerName) -> Option<Arc<Descriptor>> {
        if server == self.tenant.server_name() {
            return Some(self.tenant.keyring.descriptor());
        }
        self.tenant.peers.descriptor(server)
    }

    pub(super) fn record(
        &self,
        server: &ServerName,
        descriptor: &Descriptor,
        present: bool,
    ) -> Result<Authentic, Refusal> {
        let content = server_record(server, descriptor, present);
        Ok(self.sign_control(kinds::SERVER, content)?)
    }

    fn record_in(
        &self,
        room: &mut RoomState,
        server: &ServerName,
        descriptor: &Descriptor,
        present: bool,
    ) -> Result<(), Refusal> {
        let record = self.record(server, descriptor, present)?;
        sequence(room, record, &KnownEvents::default(), self.now)?;
        Ok(())
    }

    pub(super) fn take_control(&mut self, event: Authentic) -> Result<(), Refusal> {
        if let Sequenced::New(accepted) = self.sequence(event)? {
            self.keep(*accepted);
        }
        Ok(())
    }

    /// Sequences with the host's own judgement before it.
    fn sequence(&mut self, event: Authentic) -> Result<Sequenced, Rejection> {
        let content = match event.content() {
            Some(json) => {
                Content::parse(event.kind(), json).map_err(|_| Rejection::ContentUnfit)?
            }
            None => return Err(Rejection::ContentUnfit),
        };
        if self.known.get(&event.id()).is_none() {
            let target = self.known.target(Some(&content));
            check_as_host(
                &self.lane.room,
                &event,
                &content,
                target,
                &self.limits,
                self.now,
            )?;
        }
        sequence(&mut self.lane.room, event, &self.known, self.now)
    }

    /// Keeps an accepted entry, and sequences what the room is owed because of it.
    fn follow_up(&mut self, accepted: scaiwave_room::Accepted) {
        let settings = matches!(accepted.content(), Some(Content::Settings(_)));
        let leaves = matches!(accepted.content(), Some(Content::Member(change))
            if matches!(change.membership, Membership::Leave | Membership::Ban));
        self.keep(accepted);
        if settings {
            for participant in evictions(&self.lane.room) {
                let reason = "this room no longer takes part with that server";
                let eviction = super::eviction(&participant, reason);
                if let Err(denial) = self.control(kinds::MEMBER, eviction) {
                    tracing::error!(%denial, "a participant could not be taken out");
                }
            }
        }
        if leaves {
            self.record_lost_servers();
        }
    }

    fn record_lost_servers(&mut self) {
        for server in lost_servers(&self.lane.room) {
            let descriptor = self
                .lane
                .room
                .servers()
                .get(&server)
                .map(|server| server.descriptor.clone());
            let Some(descriptor) = descriptor else {
                continue;
            };
            let taken = self
                .record(&server, &descriptor, false)
                .and_then(|record| self.take_control(record));
            if let Err(refusal) = taken {
                tracing::error!(%refusal, %server, "a server's departure could not be recorded");
            }
        }
    }

    /// An event of our server itself.
    fn control(&mut self, kind: &str, content: Json) -> Outcome<()> {
        self.announce_our_keys()?;
        let event = self.sign_control(kind, content)?;
        match self.sequence(event) {
            Ok(Sequenced::New(accepted)) => {
                self.follow_up(*accepted);
                Ok(())
            }
            Ok(Sequenced::Duplicate { .. }) => Ok(()),
            Err(rejection) => Err(Refusal::from(rejection).into()),
        }
    }

    fn keep(&mut self, accepted: scaiwave_room::Accepted) {
        let event = accepted.event();
        let point = accepted.point();
        self.known.insert(event.id(), known::of(&accepted));
        if let Some(Content::Redaction(redaction)) = accepted.content() {
            self.known.redact(&redaction.event_id);
        }
        self.lane.remember(point.seq, point.term, point.chain);
        self.work.accepted.push(accepted);
    }

    /// Gives the room away. The new host has signed for this point of the log, so the event bears it.
    pub(super) fn hand_over(&mut self, content: Json, seen: LogPoint) -> Result<(), Refusal> {
        self.announce_our_keys()?;
        self.stored = seen;
        let event = self.sign_control(kinds::TRANSFER, content)?;
        self.take_control(event)
    }

    fn sign_control(&self, kind: &str, content: Json) -> Result<Authentic, Malformed> {
        let sender = Fqid::of_server(self.tenant.server_name());
        self.sign(EventType::parse(kind)?, sender, content, None)
    }

    fn sign(
        &self,
        kind: EventType,
        sender: Fqid,
        content: Json,
        id: Option<scaiwave_protocol::EventId>,
    ) -> Result<Authentic, Malformed> {
        let room = &self.lane.room;
        let draft = Draft {
            event_id: id.unwrap_or_else(|| self.tenant.world.event_id()),
            room_id: Some(room.room_id().clone()),
            kind,
            sender,
            origin_ts: i64::try_from(self.now).unwrap_or(i64::MAX),
            origin_seq: self.last_number() + 1,
            seen: Some(self.stored),
            content,
            salt: self.tenant.world.random(),
        };
        draft.sign(&*self.tenant.keyring.signer_in(room))
    }

    /// The number of our last event in the room.
    fn last_number(&self) -> u64 {
        let us = self.lane.room.servers().get(self.tenant.server_name());
        us.map_or(1, |server| server.last_origin_seq)
    }

    pub(super) async fn finish(mut self) -> Result<Work, Undecided> {
        match project::project(self.tenant, self.lane, &mut self.work).await {
            Ok(()) => Ok(self.work),
            Err(error) => Err(Undecided {
                work: self.work,
                denial: error.into(),
            }),
        }
    }
}

enum Standing {
    Free,
    Told(Outcome<Box<EventView>>),
    Later,
}

enum NotTaken {
    Refused(Refusal),
    /// A server has joined that has not been asked about this one.
    Later,
    /// Our own keys do not fit the room: it is not the event's fault.
    OwnKeys(Refusal),
    Store(StoreError),
}

impl From<Refusal> for NotTaken {
    fn from(refusal: Refusal) -> Self {
        NotTaken::Refused(refusal)
    }
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        NotTaken::Store(error)
    }
}

pub(super) fn joins(event: &Event) -> bool {
    event.kind().as_str() == kinds::MEMBER
        && event
            .content()
            .and_then(|content| content.get("membership"))
            .and_then(Json::as_str)
            == Some(Membership::Join.as_str())
}

pub(super) fn server_record(server: &ServerName, descriptor: &Descriptor, present: bool) -> Json {
    Json::object([
        ("server", server.into()),
        ("descriptor", descriptor.as_json().clone()),
        ("present", present.into()),
    ])
}

/// Answers a post whose id stands for an event already: the same words get the same answer.
pub(super) async fn same_post(
    tenant: &Tenant,
    room_id: &scaiwave_protocol::RoomId,
    event_id: scaiwave_protocol::EventId,
    post: &LocalPost,
) -> Outcome<Box<EventView>> {
    let view = messages::current_view(tenant, room_id, &event_id).await?;
    let same = view.filter(|view| {
        view.sender == post.sender && view.edited_at.is_none() && *view.content == post.content
    });
    same.map(Box::new).ok_or_else(|| {
        ClientCode::EventConflict.because("this event id was used for something else")
    })
}
