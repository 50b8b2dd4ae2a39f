//! The state's two written forms: that of a snapshot, against independent vectors, and our own.

use scaiwave_protocol::event::{Authentic, LogPoint, Received};
use scaiwave_protocol::keys::PublicKey;
use scaiwave_protocol::log::{Checkpoint, Entry, Snapshot};
use scaiwave_protocol::{Hash, Json, Malformed, RoomId, Sig};
use scaiwave_room::{Candidate, KnownEvents, RoomState, Verdict, follow};
use scaiwave_testkit::{Follower, json};

use crate::scene::{Scene, room_of_two};

/// Made by an implementation in another language, from the protocol's text alone.
fn vectors() -> Json {
    // The file also holds texts that are no canonical JSON, as strings; itself it is.
    json(include_str!("../../../../docs/vectors/independent-v1.json"))
}

fn at<'a>(json: &'a Json, path: &str) -> &'a Json {
    path.split('.')
        .fold(json, |json, name| json.get(name).unwrap())
}

fn genesis(vectors: &Json) -> Authentic {
    let key = PublicKey::parse(at(vectors, "keys.host.public_key").as_str().unwrap()).unwrap();
    let event = at(vectors, "events.genesis.event").clone();
    Received::parse(event).unwrap().verify(&key).unwrap()
}

#[test]
fn the_fold_of_the_vectors_entries() {
    let vectors = vectors();
    let entries: Vec<Entry> = at(&vectors, "chain.entries")
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| Entry::parse(at(entry, "entry").clone()).unwrap())
        .collect();
    let (mut state, _) = RoomState::begin(genesis(&vectors), entries[0].ts).unwrap();
    let batch = entries[1..].iter().map(|entry| {
        (
            entry.term,
            entry.seq,
            entry.ts,
            Candidate::Unproven(entry.event.clone()),
        )
    });
    let checkpoint = Checkpoint::parse(at(&vectors, "checkpoint.checkpoint").clone()).unwrap();
    let mut known = KnownEvents::new(false);
    let taken = follow(&mut state, batch.collect(), &checkpoint, &mut known).unwrap();
    assert!(
        taken
            .iter()
            .all(|entry| entry.verdict() == Verdict::Accepted)
    );
    let expected = at(&vectors, "snapshot.canonical_state").as_str().unwrap();
    let folded = String::from_utf8(state.to_snapshot_state().canonical()).unwrap();
    assert_eq!(folded, expected);
    let snapshot = Snapshot::parse(at(&vectors, "snapshot.snapshot").clone()).unwrap();
    let read = RoomState::from_snapshot(&snapshot).unwrap();
    assert_eq!(
        String::from_utf8(read.to_snapshot_state().canonical()).unwrap(),
        expected
    );
    assert_eq!(read.base_seq(), 3);
}

/// A snapshot whose state is this, of the vectors' room.
fn snapshot_of(vectors: &Json, state: Json) -> Snapshot {
    let genesis = genesis(vectors);
    let sig: Sig = *genesis.sig();
    Snapshot {
        room_id: RoomId::of_genesis(&genesis.hash()),
        at: LogPoint {
            term: 1,
            seq: 4,
            chain: Hash::ZERO,
        },
        ts: 1_780_000_000_100,
        state,
        sig,
    }
}

#[test]
fn the_state_after_a_hand_over() {
    let vectors = vectors();
    let expected = at(&vectors, "snapshot_state_after_transfer.canonical_state");
    let expected = expected.as_str().unwrap();
    let state = RoomState::from_snapshot(&snapshot_of(&vectors, json(expected))).unwrap();
    assert_eq!(state.host().as_str(), "blue.localhost:9202");
    assert_eq!(
        String::from_utf8(state.to_snapshot_state().canonical()).unwrap(),
        expected
    );
    let kept = Scene::of_state(&state).build();
    assert_eq!(kept.to_snapshot_state(), state.to_snapshot_state());
}

fn broken(change: impl FnOnce(&mut scaiwave_protocol::json::Object)) -> Malformed {
    let vectors = vectors();
    let text = at(&vectors, "snapshot_state_after_transfer.canonical_state")
        .as_str()
        .unwrap();
    let Json::Obj(mut object) = json(text) else {
        panic!("an object")
    };
    change(&mut object);
    RoomState::from_snapshot(&snapshot_of(&vectors, Json::Obj(object))).unwrap_err()
}

#[test]
fn states_of_another_form() {
    for name in [
        "create",
        "transfers",
        "host",
        "settings",
        "room_state",
        "servers",
        "members",
        "powers",
        "pins",
    ] {
        broken(|state| drop(state.remove(name)));
        broken(|state| drop(state.insert(name.to_owned(), Json::Int(1))));
    }
    for powers in [
        r#"{"@a:b.example":0}"#,
        r#"{"@a:b.example":101}"#,
        r#"{"@_server:b.example":1}"#,
    ] {
        broken(|state| drop(state.insert("powers".to_owned(), json(powers))));
    }
    broken(|state| drop(state.insert("pins".to_owned(), json(r#"["x"]"#))));
    broken(|state| drop(state.insert("name".to_owned(), Json::Null)));
    // Another room's genesis event.
    broken(|state| {
        let Some(Json::Obj(create)) = state.get_mut("create") else {
            panic!("an event")
        };
        create.insert("origin_ts".to_owned(), Json::Int(1));
    });
    // A descriptor under another server's name.
    broken(|state| {
        let Some(Json::Obj(servers)) = state.get_mut("servers") else {
            panic!("servers")
        };
        let blue = servers.get("blue.localhost:9202").unwrap().clone();
        servers.insert("red.localhost:9201".to_owned(), blue);
    });
}

/// The host's clock at a snapshot says nothing about the entry after it, which may bear the same ms, or
/// an earlier one when the clock was set back.
#[test]
fn the_entry_after_a_base_may_be_older_than_the_snapshot() {
    let (mut room, red, _) = room_of_two();
    let base = room.len();
    room.must(red.message("alice", "at once"));
    let snapshot = room.snapshot(base);
    assert!(snapshot.ts >= room.entry(base + 1).ts());
    let mut follower = Follower::from_snapshot(&room, base);
    follower.catch_up(&room);
    assert_eq!(follower.state.head(), room.state.head());
    // From there on ts must rise.
    assert_eq!(follower.state.head_ts(), room.state.head_ts());
}

/// Calls may have any id, terms may be due: all of it comes back.
#[test]
fn what_is_stored_comes_back() {
    let (mut room, red, blue) = room_of_two();
    let long = "x".repeat(2_000);
    for call_id in ["plain", "", "é\n\u{1F4DE}", long.as_str()] {
        room.must(blue.call("bob", true, call_id));
    }
    room.must(red.settings(
        "alice",
        r#"{"x.new":{"deep":[[[]]]},"denied_servers":["*.d.example"]}"#,
    ));
    room.empower(&blue.user("bob"), 7);
    let pinned = room.must(red.message("alice", "pinned"));
    room.must(red.pin("alice", pinned, true));
    let name_in = |state: &RoomState| RoomState::name_in_stored(&state.to_core_document());
    assert_eq!(name_in(&room.state), Ok(None));
    room.must(red.event("alice", "swp.room.name", json(r#"{"name":"Ops \"A\""}"#)));
    assert_eq!(name_in(&room.state), Ok(Some("Ops \"A\"".to_owned())));
    assert_eq!(room.state.name(), Some("Ops \"A\""));
    room.must(room.transfer(&blue, 2));
    let kept = Scene::of_state(&room.state).build();
    assert_eq!(kept.to_core_document(), room.state.to_core_document());
    assert_eq!(kept.to_snapshot_state(), room.state.to_snapshot_state());
    room.state = kept;
    room.must(blue.call("bob", false, "é\n\u{1F4DE}"));
}
