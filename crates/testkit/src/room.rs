use std::collections::BTreeMap;

use scaiwave_protocol::event::content::{self as kind, Membership};
use scaiwave_protocol::event::{LogPoint, Received};
use scaiwave_protocol::log::{Checkpoint, Entry, Snapshot, TransferConsent};
use scaiwave_protocol::wire::Backfill;
use scaiwave_protocol::{Authentic, Event, EventId, Fqid, Hash, Json, ServerName};
use scaiwave_room::{
    Accepted, Candidate, KnownEvent, KnownEvents, Line, Rejection, RoomState, Sequenced, Verdict,
    follow, sequence,
};

use crate::{EventBuilder, FakeClock, TestServer, json};

/// A room at its host, with everything that ever was in it.
///
/// A clone goes its own way, clock included.
#[derive(Debug)]
pub struct TestRoom {
    /// The fold up to the head.
    pub state: RoomState,
    /// Every event of the log.
    pub known: KnownEvents,
    /// What the host's clock shows.
    pub clock: FakeClock,
    log: Vec<LoggedEntry>,
    servers: BTreeMap<ServerName, TestServer>,
    origin_seqs: BTreeMap<ServerName, u64>,
}

#[derive(Clone, Debug)]
struct LoggedEntry {
    accepted: Accepted,
    /// Whoever sequenced it.
    host: ServerName,
    state: RoomState,
}

impl Clone for TestRoom {
    fn clone(&self) -> Self {
        TestRoom {
            state: self.state.clone(),
            known: self.known.clone(),
            clock: FakeClock::at(self.clock.now_ms()),
            log: self.log.clone(),
            servers: self.servers.clone(),
            origin_seqs: self.origin_seqs.clone(),
        }
    }
}

impl TestRoom {
    /// A federated group with the whole history for everybody, created by `creator` of `host`.
    pub fn group(host: &TestServer, creator: &str) -> Self {
        Self::begin(host, creator, "group")
    }

    /// A federated room of this type: genesis, the host's record, the creator's join.
    pub fn begin(host: &TestServer, creator: &str, room_type: &str) -> Self {
        let content = format!(
            r#"{{"room_type":"{room_type}","federate":true,"history":"shared","nonce":"AAAAAAAAAAAAAAAAAAAAAA"}}"#
        );
        Self::begin_with(host, creator, json(&content))
    }

    /// The same with this content of the genesis event.
    pub fn begin_with(host: &TestServer, creator: &str, create: Json) -> Self {
        let mut room = Self::genesis(host, creator, create);
        room.must(host.record(&host.descriptor(), true));
        room.must(host.own(creator, Membership::Join));
        room
    }

    /// Nothing but the genesis event.
    pub fn genesis(host: &TestServer, creator: &str, create: Json) -> Self {
        let clock = FakeClock::default();
        let genesis = host.event(creator, kind::CREATE, create).sign();
        let (state, first) = RoomState::begin(genesis, clock.now_ms()).expect("a genesis");
        let mut room = TestRoom {
            known: KnownEvents::new(false),
            clock,
            log: Vec::new(),
            servers: [(host.name().clone(), host.clone())].into(),
            origin_seqs: [(host.name().clone(), 1)].into(),
            state,
        };
        room.keep(first, host.name().clone());
        room
    }

    /// Makes a server known to this room's tests; a newer state of it replaces the older.
    pub fn learn(&mut self, server: &TestServer) {
        self.servers.insert(server.name().clone(), server.clone());
    }

    /// The server that hosts the room now.
    pub fn host(&self) -> &TestServer {
        &self.servers[self.state.host()]
    }

    /// Signs for this room: on the head, with the next number of its server.
    pub fn sign(&self, event: EventBuilder) -> Authentic {
        let origin = event.sender().server().clone();
        let next = self.origin_seqs.get(&origin).copied().unwrap_or(0) + 1;
        let number = event.chosen_origin_seq().unwrap_or(next);
        let event = event.origin_seq(number).seen(self.state.head());
        event.room(self.state.room_id().clone()).sign()
    }

    /// Has an event sequenced by the host.
    pub fn send(&mut self, event: EventBuilder) -> Result<Sequenced, Rejection> {
        let event = self.sign(event);
        self.submit(event)
    }

    /// Has a signed event sequenced by the host.
    pub fn submit(&mut self, event: Authentic) -> Result<Sequenced, Rejection> {
        let host = self.state.host().clone();
        self.clock.advance(1);
        let done = sequence(&mut self.state, event, &self.known, self.clock.now_ms())?;
        if let Sequenced::New(accepted) = &done {
            self.keep((**accepted).clone(), host);
        }
        Ok(done)
    }

    /// Has an event sequenced and panics if the host refuses it.
    pub fn must(&mut self, event: EventBuilder) -> EventId {
        let id = event.event_id();
        match self.send(event) {
            Ok(Sequenced::New(_)) => id,
            other => panic!("the host should have taken it: {other:?}"),
        }
    }

    /// Sequences without any check, as a host does that cheats. Says what followers make of it.
    pub fn force(&mut self, event: EventBuilder) -> Verdict {
        let event = self.sign(event).into_event();
        self.force_event(&event)
    }

    /// The same with an event that may be erased, forged, or anything.
    pub fn force_event(&mut self, event: &Event) -> Verdict {
        self.clock.advance(1);
        let ts = self.clock.now_ms().max(self.state.head_ts() + 1);
        let term = self.next_term();
        let seq = self.state.head().seq + 1;
        let line = (term, seq, ts, Candidate::Unproven(received(event)));
        // The chain depends on nothing that the rules say, so the checkpoint can be made beforehand.
        let before = self.state.head().chain;
        let chain = scaiwave_protocol::log::chain_link(&before, term, seq, ts, &event.hash());
        let host = self.state.host().clone();
        let checkpoint = self.checkpoint_of(&host, LogPoint { term, seq, chain }, ts);
        let done = follow(&mut self.state, vec![line], &checkpoint, &mut self.known);
        let accepted = done.expect("an entry in its place").remove(0);
        let verdict = accepted.verdict();
        self.keep(accepted, host);
        verdict
    }

    fn next_term(&self) -> u64 {
        let handed_over = self.log.last().is_some_and(|last| {
            last.accepted.event().kind().as_str() == kind::TRANSFER
                && last.accepted.verdict() == Verdict::Accepted
        });
        self.state.head().term + u64::from(handed_over)
    }

    fn keep(&mut self, accepted: Accepted, host: ServerName) {
        let event = accepted.event();
        let counted = self.origin_seqs.entry(event.origin().clone()).or_default();
        *counted = event.header().origin_seq.max(*counted);
        let known = KnownEvent {
            seq: accepted.point().seq,
            ts: accepted.ts(),
            hash: event.hash(),
            kind: event.kind().to_string(),
            sender: event.sender().clone(),
            redacted: false,
        };
        self.known.insert(event.id(), known);
        let state = self.state.clone();
        self.log.push(LoggedEntry {
            accepted,
            host,
            state,
        });
    }

    /// Invites somebody in the creator's name and lets them join, with their server's records.
    pub fn join(&mut self, server: &TestServer, local: &str) {
        self.learn(server);
        let creator = self.state.creator().clone();
        let inviter = self.servers[creator.server()].clone();
        let guest = server.user(local);
        self.must(inviter.member(creator.local(), &guest, Membership::Invite));
        self.record_if_new(server);
        self.must(server.own(local, Membership::Join));
    }

    /// Sequences the record of a server that is not present.
    pub fn record_if_new(&mut self, server: &TestServer) {
        self.learn(server);
        let known = self.state.servers().get(server.name());
        if !known.is_some_and(|known| known.present) {
            let record = self.host().clone().record(&server.descriptor(), true);
            self.must(record);
        }
    }

    /// A hand-over to that server, with its consent.
    pub fn transfer(&self, to: &TestServer, term: u64) -> EventBuilder {
        let consent = TransferConsent {
            room_id: self.state.room_id().clone(),
            term,
            seen: self.state.head(),
        };
        let content = Json::object([
            ("host", to.name().into()),
            ("term", term.into()),
            ("sig", consent.sign(to.key()).to_json()),
        ]);
        self.host().event("_server", kind::TRANSFER, content)
    }

    /// Sets a level, in the creator's name.
    pub fn empower(&mut self, participant: &Fqid, level: u8) {
        let creator = self.state.creator().clone();
        let server = self.servers[creator.server()].clone();
        self.must(server.power(creator.local(), participant, level));
    }

    /// How many entries there are.
    pub fn len(&self) -> u64 {
        self.log.len() as u64
    }

    /// Whether nothing has happened, which is never.
    pub fn is_empty(&self) -> bool {
        self.log.is_empty()
    }

    /// The entry of this seq.
    pub fn entry(&self, seq: u64) -> &Accepted {
        &self.at(seq).accepted
    }

    /// The state right after this seq.
    pub fn state_at(&self, seq: u64) -> &RoomState {
        &self.at(seq).state
    }

    fn at(&self, seq: u64) -> &LoggedEntry {
        &self.log[usize::try_from(seq).expect("a seq") - 1]
    }

    /// The entries after `after` up to `to`, as they arrive: not verified.
    pub fn lines(&self, after: u64, to: u64) -> Vec<Line> {
        let line = |seq| {
            let entry = self.entry(seq);
            let event = Candidate::Unproven(received(entry.event()));
            (entry.point().term, seq, entry.ts(), event)
        };
        (after + 1..=to).map(line).collect()
    }

    /// The entries from one seq to another, as a peer that is asked for history answers them.
    pub fn page(&self, first: u64, last: u64) -> Backfill {
        let entry = |seq| {
            let entry = self.entry(seq);
            Entry {
                term: entry.point().term,
                seq,
                ts: entry.ts(),
                event: received(entry.event()),
            }
        };
        let before = match first {
            1 => Hash::ZERO,
            first => self.entry(first - 1).point().chain,
        };
        Backfill {
            entries: (first..=last).map(entry).collect(),
            chain_before: before,
            checkpoint: self.checkpoint(last),
            has_more: first > 1,
        }
    }

    /// The checkpoint of an entry, by whoever sequenced it.
    pub fn checkpoint(&self, seq: u64) -> Checkpoint {
        let LoggedEntry { accepted, host, .. } = self.at(seq);
        self.checkpoint_of(host, accepted.point(), accepted.ts())
    }

    fn checkpoint_of(&self, host: &ServerName, at: LogPoint, ts: u64) -> Checkpoint {
        let key = self.servers[host].key();
        Checkpoint::sign(self.state.room_id().clone(), at, ts, key)
    }

    /// The snapshot of a seq, signed by the host.
    pub fn snapshot(&self, seq: u64) -> Snapshot {
        let state = self.state_at(seq);
        let ts = self.entry(seq).ts() + 1;
        let room_id = self.state.room_id().clone();
        let key = self.servers[state.host()].key();
        Snapshot::sign(room_id, state.head(), ts, state.to_snapshot_state(), key)
    }
}

/// The event as a peer gets it.
pub(crate) fn received(event: &Event) -> Received {
    Received::parse(event.to_json()).expect("an event of the right shape")
}
