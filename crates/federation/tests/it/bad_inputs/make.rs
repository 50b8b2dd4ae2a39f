//! From a row to a request.

use std::collections::BTreeMap;

use bytes::Bytes;
use scaiwave_engine::messages;
use scaiwave_engine::rooms::{self, NewRoom};
use scaiwave_federation::Request;
use scaiwave_protocol::event::content::{History, RoomType};
use scaiwave_protocol::event::{Event, LogPoint};
use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::wire::Card;
use scaiwave_protocol::wire::item::{self, StoredEntry};
use scaiwave_protocol::{Hash, Json, RoomId, SigningKey, json};
use scaiwave_testkit::hostile::{Unsigned, edit, forge};

use super::row::Row;
use crate::hostile::scene::{CANARY, Scene};
use crate::peer::{Peer, inbound};
use crate::town::name;

/// What the words in angle brackets stand for.
pub(super) struct Words(BTreeMap<String, String>);

impl Words {
    /// Alice has said something, and has another room that does not federate.
    pub(super) async fn of(scene: &Scene) -> Self {
        let (tenant, alice) = (&scene.acme.tenant, &scene.alice);
        let hello = Json::object([("msgtype", "swp.text".into()), ("body", "hello".into())]);
        let said = messages::post(tenant, alice, &scene.room_id, hello, None);
        let said = said.await.unwrap();
        let closed = NewRoom {
            room_type: RoomType::Group,
            name: None,
            topic: None,
            federate: false,
            history: History::Shared,
        };
        let closed = rooms::create(tenant, alice, closed).await.unwrap();
        let entries = scene
            .acme
            .store
            .entries_after(&scene.room_id, 0, 100, usize::MAX);
        let mut words = BTreeMap::from([
            ("room".to_owned(), scene.room_id.to_string()),
            ("closed-room".to_owned(), closed.id.to_string()),
            (
                "no-room".to_owned(),
                RoomId::of_genesis(&Hash([7; 32])).to_string(),
            ),
            ("alice".to_owned(), alice.fqid.to_string()),
            (
                "mallory".to_owned(),
                scene.evil.person("mallory").to_string(),
            ),
            ("trudy".to_owned(), scene.evil.person("trudy").to_string()),
            ("said".to_owned(), said.id.to_string()),
            ("canary".to_owned(), CANARY.to_owned()),
            ("bom".to_owned(), "\u{feff}".to_owned()),
        ]);
        for row in entries.await.unwrap() {
            let event = Event::from_stored(&row.event).unwrap();
            words.insert(format!("event {}", row.seq), event.id().to_string());
        }
        Words(words)
    }

    /// `<x*5>` is `xxxxx`; any other word in angle brackets must be known.
    fn fill(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            let (word, after) = after.split_once('>').unwrap();
            out.push_str(before);
            match word.rsplit_once('*') {
                Some((repeated, times)) => {
                    out.push_str(&repeated.repeat(times.parse().unwrap()));
                }
                None => out.push_str(self.0.get(word).unwrap_or_else(|| panic!("<{word}>?"))),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn json(&self, text: &str) -> Json {
        let text = self.fill(text);
        json::parse_body(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
    }
}

pub(super) fn request(row: &Row, scene: &Scene, words: &Words) -> Request {
    let asker = asker(row, scene, words);
    let unsigned = unsigned(row, scene, words, &asker);
    let mut raw = unsigned.sign();
    for name in &row.without_header {
        raw.remove(name);
    }
    for (name, value) in &row.header {
        raw.set(name, &words.fill(value));
    }
    if let Some(body) = &row.other_body {
        raw.body = words.fill(body).into();
    }
    if let Some(query) = &row.other_query {
        raw.query = Some(words.fill(query));
    }
    inbound(raw)
}

/// Evil, unless the row says something else.
fn asker(row: &Row, scene: &Scene, words: &Words) -> Peer {
    let special = !row.descriptor.is_empty()
        || !row.descriptor_altered.is_empty()
        || row.descriptor_text.is_some();
    let server = match (&row.by, special) {
        (Some(server), _) => server.as_str(),
        (None, true) => "odd.example",
        (None, false) => return scene.evil.clone(),
    };
    let peer = Peer::new(&scene.town, server, 9);
    let descriptors = &scene.town.street.descriptors;
    let mut descriptor = descriptors.lock()[&peer.name].clone();
    if special {
        let mut json = json::parse_body(&descriptor).unwrap();
        for (path, value) in &row.descriptor {
            edit::set(&mut json, path, words.json(value));
        }
        json = forge::signed("descriptor", json, &peer.key);
        for (path, value) in &row.descriptor_altered {
            edit::set(&mut json, path, words.json(value));
        }
        descriptor = json.canonical();
    }
    if let Some(text) = &row.descriptor_text {
        descriptor = words.fill(text).into_bytes();
    }
    descriptors.lock().insert(peer.name.clone(), descriptor);
    peer
}

fn unsigned(row: &Row, scene: &Scene, words: &Words, asker: &Peer) -> Unsigned {
    let mut unsigned = asker.send(&scene.acme_name(), &[]);
    unsigned.body = body(row, scene, words, asker);
    if let Some(ask) = &row.ask {
        let ask = words.fill(ask);
        let (method, target) = ask.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        unsigned.method = method.parse().unwrap();
        path.clone_into(&mut unsigned.path);
        unsigned.query = Some(query.to_owned()).filter(|query| !query.is_empty());
        if row.body.is_none() && method == "GET" {
            unsigned.body = Bytes::new();
        }
    }
    if let Some(server) = &row.as_if {
        unsigned.origin = name(server);
        // Whoever is spoken for exists, unless their name says otherwise.
        if !server.contains("nobody") {
            Peer::new(&scene.town, server, 10);
        }
    }
    if let Some(server) = &row.to {
        unsigned.destination = name(server);
    }
    if let Some(seed) = row.key {
        unsigned.key = SigningKey::from_seed(&[seed; 32]);
    }
    unsigned.created = unsigned.created.saturating_add_signed(-row.late_s);
    unsigned
}

fn body(row: &Row, scene: &Scene, words: &Words, asker: &Peer) -> Bytes {
    if let Some(bytes) = &row.bytes {
        return bytes.clone().into();
    }
    let mut body = match (&row.body, &row.item) {
        (Some(body), _) => words.fill(body),
        (None, Some(item)) => format!(r#"{{"items":[{}]}}"#, words.fill(item)),
        (None, None) => format!(r#"{{"items":[{}]}}"#, item_of(row, scene, words, asker)),
    };
    for [from, to] in &row.replace {
        let (from, to) = (words.fill(from), words.fill(to));
        assert!(body.contains(&from), "{}: no {from} in {body}", row.story);
        body = body.replacen(&from, &to, 1);
    }
    body.into()
}

fn item_of(row: &Row, scene: &Scene, words: &Words, asker: &Peer) -> String {
    let mut item = match row.base.as_deref() {
        None | Some("message") => {
            let draft = scene.message(2);
            json::parse_body(asker.submit(draft).as_bytes()).unwrap()
        }
        Some("invite") => invite(scene),
        Some("entries") => entries(scene),
        Some(other) => panic!("{other} is not known here"),
    };
    for (path, value) in &row.set {
        edit::set(&mut item, path, words.json(value));
    }
    for path in &row.unset {
        edit::remove(&mut item, path);
    }
    let key = match row.event_key {
        Some(seed) => SigningKey::from_seed(&[seed; 32]),
        None => asker.key.clone(),
    };
    if let Some(event) = edit::at_mut(&mut item, "event") {
        *event = forge::event(event.clone(), &key);
    }
    for (path, value) in &row.alter {
        edit::set(&mut item, path, words.json(value));
    }
    for path in &row.cut {
        edit::remove(&mut item, path);
    }
    String::from_utf8(item.canonical()).unwrap()
}

/// Evil invites alice into a room of its own.
fn invite(scene: &Scene) -> Json {
    let room_id = RoomId::of_genesis(&Hash([9; 32]));
    let at = LogPoint {
        term: 1,
        seq: 4,
        chain: Hash([9; 32]),
    };
    let content = Json::object([
        ("participant", (&scene.alice.fqid).into()),
        ("membership", "invite".into()),
    ]);
    let draft = scene
        .evil
        .draft(&room_id, at, "swp.room.member", 3, content);
    let event = draft.sign(&scene.evil.key).unwrap().into_event().to_json();
    let card = Card {
        room_id,
        host: scene.evil.name.clone(),
        at,
        room_type: RoomType::Group,
        servers: vec![scene.evil.name.clone()],
        name: Some(CANARY.to_owned()),
        topic: None,
    };
    item::invite(&event, &card)
}

/// Evil pushes an entry into acme's own room.
fn entries(scene: &Scene) -> Json {
    let event = scene.message(2).sign(&scene.evil.key).unwrap();
    let event = event.into_event().canonical();
    let at = LogPoint {
        seq: scene.seen.seq + 1,
        ..scene.seen
    };
    let now = scene.evil.world.now();
    let checkpoint = Checkpoint::sign(scene.room_id.clone(), at, now, &scene.evil.key);
    let entry = StoredEntry {
        term: 1,
        seq: at.seq,
        ts: now,
        event: &event,
    };
    let mut out = Vec::new();
    let lines = std::iter::once(entry);
    item::write_entries(
        &mut out,
        &scene.room_id,
        lines,
        &checkpoint,
        &Default::default(),
    );
    json::parse_body(&out).unwrap()
}
