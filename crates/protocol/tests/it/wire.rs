//! Items, answers and events as they stand on the wire (protocol sections 3 to 5).

use std::collections::BTreeMap;

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::log::{Checkpoint, Entry, Snapshot};
use scaiwave_protocol::wire::item::{
    self, StoredEntry, heads_item, removed, withdrawn, write_entries, write_submit,
};
use scaiwave_protocol::wire::{Backfill, Card, Item, ItemResult, MemberLine, Profile, error, path};
use scaiwave_protocol::{
    Code, Event, Fqid, Hash, Json, Object, Received, Refusal, ServerName, json,
};

use crate::support::{draft, key, message, point, public, remove, room_id, set, value};

fn checkpoint() -> Checkpoint {
    Checkpoint::sign(room_id(), point(), 5, &key())
}

fn card() -> Json {
    value(&format!(
        r#"{{"room_id":"{}","host":"a","term":1,"seq":2,"chain":"{}","room_type":"dm","servers":["a","b:1"],"name":"n","topic":"t"}}"#,
        room_id(),
        Hash::ZERO
    ))
}

fn written_entries() -> Json {
    let event = message("hi").canonical();
    let entry = StoredEntry {
        term: 1,
        seq: 2,
        ts: 3,
        event: &event,
    };
    let acked = BTreeMap::from([(ServerName::parse("b").unwrap(), 7)]);
    let mut out = Vec::new();
    write_entries(
        &mut out,
        &room_id(),
        [entry, entry].into_iter(),
        &checkpoint(),
        &acked,
    );
    let json = json::parse_body(&out).unwrap();
    assert_eq!(json.canonical(), out, "written canonically");
    json
}

/// One good item of each kind, with the members that it needs and those that it may have.
fn items() -> Vec<(&'static str, Json, Vec<&'static str>, Vec<&'static str>)> {
    let room = room_id();
    let event = message("hi").to_json();
    let id = message("hi").id();
    let seen = format!(r#"{{"term":1,"seq":1,"chain":"{}"}}"#, Hash::ZERO);
    let mut submit = Vec::new();
    write_submit(&mut submit, &message("hi").canonical());
    let submit_json = json::parse_body(&submit).unwrap();
    assert_eq!(submit_json.canonical(), submit);
    let card_read = Card::parse(card()).unwrap();
    let heads = heads_item(&BTreeMap::from([(room_id(), point())]));
    let ephemeral = |rest: &str| {
        value(&format!(
            r#"{{"kind":"ephemeral","participant":"@a:b",{rest}}}"#
        ))
    };
    vec![
        (
            "invite",
            item::invite(&event, &card_read),
            vec!["event", "card"],
            vec![],
        ),
        (
            "consult",
            value(&format!(
                r#"{{"kind":"consult","room_id":"{room}","server":"b"}}"#
            )),
            vec!["room_id", "server"],
            vec![],
        ),
        (
            "entries",
            written_entries(),
            vec!["room_id", "entries", "checkpoint"],
            vec!["acked"],
        ),
        ("submit", submit_json, vec!["event"], vec![]),
        ("heads", heads, vec!["rooms"], vec![]),
        (
            "report",
            value(&format!(
                r#"{{"kind":"report","room_id":"{room}","event_id":"{id}","category":"spam","text":"t"}}"#
            )),
            vec!["room_id", "event_id", "category"],
            vec!["text"],
        ),
        (
            "transfer",
            value(&format!(
                r#"{{"kind":"transfer","room_id":"{room}","term":2,"seen":{seen}}}"#
            )),
            vec!["room_id", "term", "seen"],
            vec![],
        ),
        (
            "removed",
            removed(&room_id(), Some(&checkpoint())),
            vec!["room_id"],
            vec!["checkpoint"],
        ),
        (
            "removed",
            withdrawn(&room_id(), &Fqid::parse("@ann:acme.example").unwrap()),
            vec!["room_id"],
            vec!["participant"],
        ),
        (
            "ephemeral",
            ephemeral(&format!(
                r#""type":"typing","room_id":"{room}","typing":true"#
            )),
            vec!["type", "room_id", "participant", "typing"],
            vec![],
        ),
        (
            "ephemeral",
            ephemeral(r#""type":"presence","presence":"online""#),
            vec!["type", "participant", "presence"],
            vec![],
        ),
        (
            "ephemeral",
            ephemeral(&format!(
                r#""type":"call","room_id":"{room}","call_id":"c","state":"ringing""#
            )),
            vec!["type", "room_id", "participant", "call_id", "state"],
            vec![],
        ),
    ]
}

// Each kind of item is read; what it needs it needs, and what nobody knows is ignored.
#[test]
fn items_are_read() {
    for (kind, good, needed, optional) in items() {
        assert_eq!(Item::parse(good.clone()).unwrap().kind(), kind);
        let mut more = good.clone();
        set(&mut more, "x-unknown", Json::Null);
        assert_eq!(Item::parse(more), Item::parse(good.clone()), "{kind}");
        for name in needed.iter().chain(&optional).chain(&["kind"]) {
            let mut without = good.clone();
            remove(&mut without, name);
            let read = Item::parse(without);
            assert_eq!(
                read.is_ok(),
                optional.contains(name),
                "{kind} without {name}"
            );
            for wrong in ["null", "-1"] {
                let mut bad = good.clone();
                set(&mut bad, name, value(wrong));
                let refusal = Item::parse(bad).unwrap_err();
                assert_eq!(refusal.code, Code::EventInvalid, "{kind}: {name} {wrong}");
            }
        }
    }
}

// A room of a type that stays at home is no room of another server's.
#[test]
fn cards_are_of_rooms_that_federate() {
    let text = String::from_utf8(card().canonical()).unwrap();
    for room_type in ["group", "dm", "public", "incognito", "Group"] {
        let other = format!(r#""room_type":"{room_type}""#);
        let card = Card::parse(value(&text.replace(r#""room_type":"dm""#, &other)));
        let federates = !["incognito", "Group"].contains(&room_type);
        assert_eq!(card.is_ok(), federates, "{room_type}");
    }
}

// What is written of an ephemeral item, a card and a list of heads is what was read.
#[test]
fn items_are_written() {
    for (_, good, _, _) in items() {
        match Item::parse(good.clone()).unwrap() {
            Item::Ephemeral(ephemeral) => assert_eq!(ephemeral.to_json(), good),
            Item::Invite { card, .. } => assert_eq!(card.to_json(), self::card()),
            Item::Heads { rooms } => assert_eq!(heads_item(&rooms), good),
            Item::Removed {
                participant: Some(participant),
                ..
            } => assert_eq!(withdrawn(&room_id(), &participant), good),
            Item::Removed { checkpoint, .. } => {
                assert_eq!(removed(&room_id(), checkpoint.as_deref()), good);
            }
            _ => {}
        }
    }
}

// An unknown kind, a broken map or a stranger's form costs the item.
#[test]
fn items_are_refused() {
    for bad in [
        "1",
        "[]",
        "{}",
        r#"{"kind":"unknown"}"#,
        r#"{"kind":"Submit"}"#,
        r#"{"kind":"heads","rooms":{"x":{}}}"#,
        r#"{"kind":"ephemeral","type":"unknown","participant":"@a:b"}"#,
        r#"{"kind":"ephemeral","type":"presence","presence":"x","participant":"@_server:b"}"#,
    ] {
        assert!(Item::parse(value(bad)).is_err(), "{bad}");
    }
    for (path, bad) in [
        ("acked/B", "1"),
        ("acked/b", "-1"),
        ("acked/b", "\"1\""),
        ("entries/0/x", "1"),
        ("entries/0/event", "{}"),
        ("entries/0/term", "-1"),
        ("checkpoint/x", "1"),
        ("checkpoint/seq", "-1"),
    ] {
        let mut item = written_entries();
        set(&mut item, path, value(bad));
        assert!(Item::parse(item).is_err(), "{path} {bad}");
    }
}

// An event has exactly its members; each of them has its one form.
#[test]
fn event_members() {
    let good = message("hi").to_json();
    let members: Vec<String> = good.as_object().unwrap().keys().cloned().collect();
    for name in &members {
        let mut without = good.clone();
        remove(&mut without, name);
        assert!(Received::parse(without).is_err(), "without {name}");
        for wrong in ["null", "true", "-1", "\"\"", "[]"] {
            let mut bad = good.clone();
            set(&mut bad, name, value(wrong));
            // A clock may stand before the epoch.
            let fits = name == "origin_ts" && wrong == "-1";
            assert_eq!(Received::parse(bad).is_ok(), fits, "{name} = {wrong}");
        }
    }
    for (path, bad) in [
        ("v", "2"),
        ("v", "\"1\""),
        ("x", "1"),
        ("", "1"),
        (
            "content_hash",
            "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
        ),
        ("seen/x", "1"),
        ("seen/seq", "-1"),
        ("sig/x", "1"),
        ("sig/value", "\"AA\""),
        ("salt", "\"BAQEBAQEBAQEBAQEBAQEBA==\""),
        ("type", "\"swp.room.create\""),
    ] {
        let mut event = good.clone();
        set(&mut event, path, value(bad));
        assert!(Received::parse(event).is_err(), "{path} = {bad}");
    }
}

// An erased event has a hash in place of content and salt, and only some types can be erased.
#[test]
fn erased_events() {
    let erased = message("hi").erased();
    assert!(Received::parse(erased.to_json()).is_ok_and(|event| event.is_erased()));
    for member in ["content", "salt"] {
        let mut both = erased.to_json();
        set(
            &mut both,
            member,
            message("hi").to_json().get(member).unwrap().clone(),
        );
        assert!(Received::parse(both).is_err(), "{member} beside its hash");
    }
    for (kind, erasable) in [
        ("swp.room.message", true),
        ("swp.room.edit", true),
        ("swp.room.reaction", true),
        ("swp.room.member", false),
        ("swp.room.redaction", false),
        ("swp.room.create", false),
        ("x-unknown", false),
    ] {
        let event = draft(kind, value("{}")).sign(&key()).unwrap().erased();
        assert_eq!(Received::parse(event.to_json()).is_ok(), erasable, "{kind}");
    }
}

// The genesis event names no room, has seen nothing and is its server's first.
#[test]
fn genesis_events() {
    let genesis = draft("swp.room.create", value("{}")).sign(&key()).unwrap();
    assert!(Received::parse(genesis.to_json()).is_ok());
    assert_eq!(
        genesis.room_id(),
        scaiwave_protocol::RoomId::of_genesis(&genesis.hash())
    );
    for (member, extra) in [
        ("origin_seq", Json::Int(2)),
        ("origin_seq", Json::Int(0)),
        ("room_id", Json::from(&room_id())),
        ("seen", point().to_json()),
    ] {
        let mut bad = genesis.to_json();
        set(&mut bad, member, extra);
        assert!(Received::parse(bad).is_err(), "{member}");
    }
}

// We sign nothing that we would refuse.
#[test]
fn drafts_are_checked() {
    let good = || draft("swp.room.message", value("{}"));
    assert!(good().sign(&key()).is_ok());
    let genesis = || draft("swp.room.create", value("{}"));
    let mut bad = vec![good(), good(), genesis(), genesis(), genesis()];
    bad[0].room_id = None;
    bad[1].seen = None;
    bad[2].room_id = Some(room_id());
    bad[3].seen = Some(point());
    bad[4].origin_seq = 2;
    for content in [
        Json::Null,
        Json::Arr(Vec::new()),
        Json::object([("é", Json::Null)]),
    ] {
        bad.push(draft("swp.room.message", content));
    }
    for draft in bad {
        assert!(draft.clone().sign(&key()).is_err(), "{draft:?}");
    }
}

// A signature verifies with its own key only, and under its own key id only.
#[test]
fn signatures_of_events() {
    let other = scaiwave_protocol::SigningKey::from_seed(&[8; 32]);
    let received = || Received::parse(message("hi").to_json()).unwrap();
    assert_eq!(
        received().verify(&public(&key())).unwrap().key(),
        &public(&key())
    );
    let refusal = received().verify(&public(&other)).unwrap_err();
    assert_eq!(refusal.code, Code::SignatureMismatch);
    let mut renamed = message("hi").to_json();
    set(&mut renamed, "sig/key_id", &public(&other).id());
    let renamed = Received::parse(renamed).unwrap();
    assert!(renamed.verify(&public(&key())).is_err());
    let stored = Event::from_stored(&message("hi").canonical()).unwrap();
    assert_eq!(stored, message("hi").into_event());
}

// A checkpoint and a snapshot are signed as a whole.
#[test]
fn signatures_of_the_host() {
    let at = LogPoint {
        term: 2,
        seq: 3,
        chain: Hash([4; 32]),
    };
    let signed = Checkpoint::sign(room_id(), at, 5, &key()).to_json();
    let state = Snapshot::sign(room_id(), at, 5, value("{\"a\":1}"), &key()).to_json();
    for path in ["term", "seq", "ts", "state/a"] {
        let mut changed = state.clone();
        set(&mut changed, path, Json::Int(9));
        assert!(
            Snapshot::parse(changed)
                .unwrap()
                .verify(&public(&key()))
                .is_err(),
            "{path}"
        );
        if path != "state/a" {
            let mut changed = signed.clone();
            set(&mut changed, path, Json::Int(9));
            assert!(
                Checkpoint::parse(changed)
                    .unwrap()
                    .verify(&public(&key()))
                    .is_err()
            );
        }
    }
    for (json, member) in [(&signed, "chain"), (&state, "chain")] {
        let mut changed = json.clone();
        set(&mut changed, member, Hash::ZERO.to_string());
        let bad = Checkpoint::parse(changed.clone()).map(|c| c.verify(&public(&key())).is_err());
        let bad =
            bad.or_else(|_| Snapshot::parse(changed).map(|s| s.verify(&public(&key())).is_err()));
        assert_eq!(bad, Ok(true));
    }
    assert!(
        Checkpoint::parse(signed)
            .unwrap()
            .verify(&public(&key()))
            .is_ok()
    );
    let mut more = state;
    set(&mut more, "x", Json::Null);
    assert!(Snapshot::parse(more).is_err());
}

// A link of the chain depends on everything in it.
#[test]
fn chain_links() {
    let entry = |term, seq, ts, body: &str| {
        let event = message(body).to_json();
        let json = Json::object([
            ("term", Json::Int(term)),
            ("seq", Json::Int(seq)),
            ("ts", Json::Int(ts)),
            ("event", event),
        ]);
        Entry::parse(json).unwrap()
    };
    let before = Hash([1; 32]);
    let link = entry(1, 2, 3, "a").chain(&before);
    assert_ne!(link, entry(1, 2, 3, "a").chain(&Hash::ZERO));
    for other in [
        entry(2, 2, 3, "a"),
        entry(1, 3, 3, "a"),
        entry(1, 2, 4, "a"),
        entry(1, 2, 3, "b"),
    ] {
        assert_ne!(link, other.chain(&before));
    }
}

// A backfill answer is read as it was written.
#[test]
fn backfill() {
    let event = message("hi").canonical();
    let entry = StoredEntry {
        term: 1,
        seq: 2,
        ts: 3,
        event: &event,
    };
    let out = Backfill::write([entry].into_iter(), &Hash::ZERO, &checkpoint(), true);
    let json = json::parse_body(&out).unwrap();
    assert_eq!(json.canonical(), out, "written canonically");
    let answer = Backfill::parse(json).unwrap();
    assert_eq!((answer.entries.len(), answer.has_more), (1, true));
    assert_eq!(
        (answer.chain_before, &answer.checkpoint),
        (Hash::ZERO, &checkpoint())
    );
    assert!(Backfill::parse(value("{}")).is_err());
}

// A result is read as it was written; an unknown code is still a refusal.
#[test]
fn results() {
    let results = [
        ItemResult::ok_with("have_seq", 7u64),
        ItemResult::Ok(Object::new()),
        ItemResult::Duplicate { seq: 1 },
        ItemResult::Gap { have_seq: 2 },
        ItemResult::Retry { after_ms: 3 },
        ItemResult::Rejected(Code::StaleTerm.because("over")),
    ];
    let body = ItemResult::answer(&results).canonical();
    assert_eq!(
        ItemResult::parse_answer(&body, results.len()).unwrap(),
        results
    );
    assert!(ItemResult::parse_answer(&body, results.len() - 1).is_err());
    let unknown = value(r#"{"status":"rejected","code":"SW_FED_LATER"}"#);
    let Ok(ItemResult::Rejected(Refusal { code, .. })) = ItemResult::parse(unknown) else {
        panic!("not a refusal");
    };
    assert_eq!(code, Code::PolicyViolation);
    for bad in [
        "{}",
        "[]",
        r#"{"status":"fine"}"#,
        r#"{"status":"gap"}"#,
        r#"{"status":"gap","have_seq":-1}"#,
    ] {
        assert!(ItemResult::parse(value(bad)).is_err(), "{bad}");
    }
}

// The other answers are read as they were written.
#[test]
fn answers() {
    let refusal = Code::RateLimited.because("slower");
    assert_eq!(error::parse(error::to_json(&refusal)), Some(refusal));
    assert_eq!(
        error::parse(value(r#"{"error":{"code":"X","message":""}}"#)),
        None
    );
    for profile in [
        r#"{"fqid":"@a:b","display_name":"A","avatar":null,"participant_type":"human"}"#,
        r#"{"fqid":"@a:b","display_name":"A","avatar":"m","participant_type":"bot"}"#,
    ] {
        assert_eq!(
            Profile::parse(value(profile)).unwrap().to_json(),
            value(profile)
        );
    }
    for (chars, taken) in [(100, true), (101, false)] {
        let name = "é".repeat(chars);
        let profile = format!(
            r#"{{"fqid":"@a:b","display_name":"{name}","avatar":null,"participant_type":"human"}}"#
        );
        assert_eq!(Profile::parse(value(&profile)).is_ok(), taken, "{chars}");
    }
    for bad in [
        r#"{"fqid":"@a:b","display_name":"A","participant_type":"human"}"#,
        r#"{"fqid":"@a:b","display_name":"A","avatar":1,"participant_type":"human"}"#,
        r#"{"fqid":"@a:b","display_name":"A","avatar":null,"participant_type":"cat"}"#,
        r#"{"fqid":"@a:b","display_name":"","avatar":null,"participant_type":"human"}"#,
        r#"{"fqid":"@_server:b","display_name":"A","avatar":null,"participant_type":"bot"}"#,
    ] {
        assert!(Profile::parse(value(bad)).is_err(), "{bad}");
    }
    let line =
        value(r#"{"participant":"@a:b","membership":"join","power_level":100,"display_name":"A"}"#);
    let read = MemberLine::parse(line.clone()).unwrap();
    let answer = Json::object([("members", Json::Arr(vec![line]))]);
    assert_eq!(MemberLine::answer(&[read]), answer);
}

// What fills a path cannot leave its place in it.
#[test]
fn paths() {
    let template = path::endpoints()["profile"].clone();
    for (value, filled) in [
        ("alice", "alice"),
        ("a.b_c-d~", "a.b_c-d~"),
        ("../../x", "..%2F..%2Fx"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b\n%", "a%20b%0A%25"),
        ("é", "%C3%A9"),
        ("{local_id}", "%7Blocal_id%7D"),
        ("", ""),
    ] {
        let path = path::fill(&template, "local_id", value);
        assert_eq!(path, format!("/_scaiwave/federation/v1/profile/{filled}"));
    }
}

// No sentence repeats what a stranger wrote.
#[test]
fn input_is_never_echoed() {
    const CANARY: &str = "canary-4711";
    let mut sentences = Vec::new();
    for (_, good, needed, optional) in items() {
        for name in needed.iter().chain(&optional).chain(&["kind"]) {
            let mut bad = good.clone();
            set(&mut bad, name, CANARY);
            sentences.extend(Item::parse(bad).err().map(|refusal| refusal.to_string()));
            let mut bad = good.clone();
            set(&mut bad, name, Json::object([(CANARY, CANARY.into())]));
            sentences.extend(Item::parse(bad).err().map(|refusal| refusal.to_string()));
        }
    }
    for name in message("hi").to_json().as_object().unwrap().keys() {
        let mut bad = message("hi").to_json();
        set(&mut bad, name, CANARY);
        sentences.extend(
            Received::parse(bad)
                .err()
                .map(|malformed| malformed.to_string()),
        );
    }
    for body in [
        "{\"canary-4711",
        "canary-4711",
        "{\"canary-4711\":1,\"canary-4711\":2}",
        "\"\\canary-4711\"",
    ] {
        sentences.extend(
            json::parse(body.as_bytes())
                .err()
                .map(|malformed| malformed.to_string()),
        );
    }
    assert!(sentences.len() > 40);
    for sentence in sentences {
        assert!(
            !sentence.contains("canary") && !sentence.contains("4711"),
            "{sentence}"
        );
    }
}
