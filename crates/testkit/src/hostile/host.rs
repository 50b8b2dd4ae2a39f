use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::event::Received;
use scaiwave_protocol::event::content::{Membership, RoomType};
use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::wire::item::{StoredEntry, write_entries};
use scaiwave_protocol::wire::{Backfill, Card, Item, ItemResult, item, path};
use scaiwave_protocol::{Code, Fqid, Json, json};
use scaiwave_room::Sequenced;

use super::{edit, forge};
use crate::{TestRoom, TestServer};

/// A server that hosts a room and answers those who follow it, as it should. What it pushes is the test's to
/// make, from [`Host::entries`], and to spoil.
#[derive(Debug)]
pub struct Host {
    /// The server, with its keys.
    pub server: TestServer,
    /// Its room, which `mallory` has created.
    pub room: TestRoom,
    /// Whether it gives out its log.
    pub gives_history: bool,
    /// Pages of it that it was asked for.
    pub pages: usize,
    /// Followers whose events it takes.
    known: Vec<Descriptor>,
}

impl Host {
    /// Hosts a group of `mallory`'s.
    pub fn new(server: TestServer) -> Self {
        Host {
            room: TestRoom::group(&server, "mallory"),
            server,
            gives_history: false,
            pages: 0,
            known: Vec::new(),
        }
    }

    /// Its descriptor, with every endpoint.
    pub fn descriptor(&self) -> Json {
        let mut descriptor = self.server.descriptor().as_json().clone();
        let endpoints = path::endpoints().into_iter();
        let endpoints = endpoints.map(|(name, path)| (name, path.into()));
        edit::set(&mut descriptor, "endpoints", Json::Obj(endpoints.collect()));
        forge::signed("descriptor", descriptor, self.server.key())
    }

    /// Believes a follower's keys.
    pub fn meet(&mut self, descriptor: Descriptor) {
        self.known.push(descriptor);
    }

    /// Sequences an invitation; gives the item that delivers it.
    pub fn invite(&mut self, whom: &Fqid) -> Json {
        let invite = self.server.member("mallory", whom, Membership::Invite);
        self.room.must(invite);
        let head = self.room.state.head();
        let event = self.room.entry(head.seq).event().to_json();
        let card = Card {
            room_id: self.room.state.room_id().clone(),
            host: self.server.name().clone(),
            at: head,
            room_type: RoomType::Group,
            servers: vec![self.server.name().clone()],
            name: None,
            topic: None,
        };
        item::invite(&event, &card)
    }

    /// What it answers to a question or to a `send`; `None` is an unknown path.
    pub fn answer(&mut self, path: &str, query: Option<&str>, body: &[u8]) -> Option<Vec<u8>> {
        if path.starts_with("/.well-known/") {
            return Some(self.descriptor().canonical());
        }
        if path.ends_with("/snapshot") {
            let snapshot = self.room.snapshot(self.room.len());
            return Some(snapshot.to_json().canonical());
        }
        if path.ends_with("/backfill") && self.gives_history {
            self.pages += 1;
            return self.backfill(query.unwrap_or_default());
        }
        if !path.ends_with("/send") {
            return None;
        }
        let body = json::parse_body(body).ok()?;
        let items = body.get("items").and_then(Json::as_array)?;
        let results: Vec<ItemResult> = items.iter().map(|item| self.take(item)).collect();
        Some(ItemResult::answer(&results).canonical())
    }

    /// A page of its log.
    fn backfill(&self, query: &str) -> Option<Vec<u8>> {
        let number = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let (_, value) = pairs.find(|(key, _)| *key == name)?;
            value.parse::<u64>().ok()
        };
        let (limit, len) = (number("limit").unwrap_or(100), self.room.len());
        let (first, last) = match (number("after"), number("before")) {
            (Some(after), _) => (after + 1, len.min(after + limit)),
            (_, before) => {
                let before = before?;
                (before.saturating_sub(limit).max(1), len.min(before - 1))
            }
        };
        if first > last {
            return None;
        }
        let page = self.room.page(first, last);
        let stored = self.stored(first - 1, last);
        Some(Backfill::write(
            lines(&stored),
            &page.chain_before,
            &page.checkpoint,
            page.has_more,
        ))
    }

    fn take(&mut self, item: &Json) -> ItemResult {
        match Item::parse(item.clone()) {
            Ok(Item::Submit { event }) => self.submit(*event),
            Ok(Item::Heads { .. }) => ItemResult::ok_with("rooms", Json::Obj(Default::default())),
            Ok(_) => ItemResult::Ok(Default::default()),
            Err(refusal) => ItemResult::Rejected(refusal),
        }
    }

    fn submit(&mut self, event: Received) -> ItemResult {
        let follower = self
            .known
            .iter()
            .find(|known| known.server_name() == event.origin())
            .cloned();
        let Some(follower) = follower else {
            return ItemResult::Rejected(Code::PeerUnknown.because("never met"));
        };
        if !self.room.state.servers().contains_key(event.origin()) {
            let record = self.server.record(&follower, true);
            self.room.must(record);
        }
        let key = follower.key(event.sig().key_id).expect("a key of theirs");
        let event = match event.verify(key.public_key()) {
            Ok(event) => event,
            Err(refusal) => return ItemResult::Rejected(refusal),
        };
        match self.room.submit(event) {
            Ok(Sequenced::New(entry)) => ItemResult::ok_with("seq", entry.point().seq),
            Ok(Sequenced::Duplicate { seq }) => ItemResult::Duplicate { seq },
            Err(rejection) => ItemResult::Rejected(rejection.into()),
        }
    }

    /// The item that pushes the entries after `after` up to `to`.
    pub fn entries(&self, after: u64, to: u64) -> Json {
        let stored = self.stored(after, to);
        let checkpoint: Checkpoint = self.room.checkpoint(to);
        let mut out = Vec::new();
        let room_id = self.room.state.room_id();
        write_entries(
            &mut out,
            room_id,
            lines(&stored),
            &checkpoint,
            &Default::default(),
        );
        json::parse_body(&out).expect("an item")
    }

    /// Term, seq, ts and event.
    fn stored(&self, after: u64, to: u64) -> Vec<Stored> {
        let stored = |seq| {
            let entry = self.room.entry(seq);
            (
                entry.point().term,
                seq,
                entry.ts(),
                entry.event().canonical(),
            )
        };
        (after + 1..=to).map(stored).collect()
    }
}

type Stored = (u64, u64, u64, Vec<u8>);

fn lines(stored: &[Stored]) -> impl Iterator<Item = StoredEntry<'_>> {
    stored.iter().map(|(term, seq, ts, event)| StoredEntry {
        term: *term,
        seq: *seq,
        ts: *ts,
        event,
    })
}
