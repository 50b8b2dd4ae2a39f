//! Items that are refused by themselves.

use scaiwave_engine::policy::Policy;
use scaiwave_protocol::event::{Draft, LogPoint};
use scaiwave_protocol::wire::{Card, item};
use scaiwave_protocol::{Code, Fqid, Hash, Json, RoomId};

use super::scene::{CANARY, Scene};
use super::{Case, Expect, check};
use crate::peer::Peer;

const INVALID: Code = Code::EventInvalid;

fn case(story: &'static str, code: Code, step: &'static str, item: fn(&Scene) -> String) -> Case {
    Case {
        story,
        policy: |_| {},
        request: Box::new(move |scene| {
            scene.evil.send(&scene.acme_name(), &[item(scene)]).signed()
        }),
        expect: Expect::Item(code, step),
    }
}

fn under(policy: fn(&mut Policy), case: Case) -> Case {
    Case { policy, ..case }
}

fn member(participant: &Fqid, membership: &str) -> Json {
    Json::object([
        ("participant", participant.into()),
        ("membership", membership.into()),
    ])
}

/// A good event with one place changed after it was signed.
fn altered(scene: &Scene, from: &str, to: &str) -> String {
    let item = scene.evil.submit(scene.message(2));
    assert!(item.contains(from), "{item}");
    item.replacen(from, to, 1)
}

fn invite(scene: &Scene, invitee: &str, host: &str) -> String {
    let content = member(&Fqid::parse(invitee).unwrap(), "invite");
    let room_id = RoomId::of_genesis(&Hash([9; 32]));
    let at = LogPoint {
        term: 1,
        seq: 4,
        chain: Hash([9; 32]),
    };
    let draft = scene
        .evil
        .draft(&room_id, at, "swp.room.member", 3, content);
    let event = draft.sign(&scene.evil.key).unwrap().into_event().to_json();
    let card = Card {
        room_id,
        host: host.parse().unwrap(),
        at,
        room_type: scaiwave_protocol::event::content::RoomType::Group,
        servers: vec![scene.evil.name.clone()],
        name: Some(CANARY.to_owned()),
        topic: None,
    };
    String::from_utf8(item::invite(&event, &card).canonical()).unwrap()
}

fn entries(scene: &Scene, room_id: &RoomId) -> String {
    use scaiwave_protocol::log::Checkpoint;
    let event = scene
        .message(2)
        .sign(&scene.evil.key)
        .unwrap()
        .into_event()
        .canonical();
    let at = LogPoint {
        seq: scene.seen.seq + 1,
        ..scene.seen
    };
    let checkpoint = Checkpoint::sign(room_id.clone(), at, scene.evil.world.now(), &scene.evil.key);
    let entry = item::StoredEntry {
        term: 1,
        seq: at.seq,
        ts: scene.evil.world.now(),
        event: &event,
    };
    let mut out = Vec::new();
    item::write_entries(
        &mut out,
        room_id,
        std::iter::once(entry),
        &checkpoint,
        &Default::default(),
    );
    String::from_utf8(out).unwrap()
}

fn shapes() -> Vec<Case> {
    vec![
        case("a float", INVALID, "parse", |_| {
            r#"{"kind":"heads","rooms":{},"x":1.5}"#.to_owned()
        }),
        case("an exponent", INVALID, "parse", |_| {
            r#"{"kind":"heads","rooms":{},"x":1e3}"#.to_owned()
        }),
        case("minus nought", INVALID, "parse", |_| {
            r#"{"kind":"heads","rooms":{},"x":-0}"#.to_owned()
        }),
        case("2^53", INVALID, "parse", |_| {
            r#"{"kind":"heads","rooms":{},"x":9007199254740992}"#.to_owned()
        }),
        case("a name twice", INVALID, "parse", |_| {
            r#"{"kind":"heads","rooms":{},"rooms":{}}"#.to_owned()
        }),
        case("a name twice, once escaped", INVALID, "parse", |_| {
            r#"{"kind":"heads","rooms":{},"room\u0073":{}}"#.to_owned()
        }),
        case("half a surrogate", INVALID, "parse", |_| {
            r#"{"kind":"heads","rooms":{},"x":"\ud800"}"#.to_owned()
        }),
        case("a long name", INVALID, "parse", |_| {
            format!(r#"{{"kind":"heads","rooms":{{}},"{}":1}}"#, "n".repeat(129))
        }),
        case("39 levels inside the body", INVALID, "parse", |_| {
            format!(
                r#"{{"kind":"heads","rooms":{{}},"x":{}{}}}"#,
                "[".repeat(38),
                "]".repeat(38)
            )
        }),
        case("an unknown kind", INVALID, "parse", |_| {
            format!(r#"{{"kind":"{CANARY}"}}"#)
        }),
        case("no kind", INVALID, "parse", |_| "{}".to_owned()),
        case("no object", INVALID, "parse", |_| format!(r#""{CANARY}""#)),
        case("a room id of another form", INVALID, "parse", |_| {
            format!(r#"{{"kind":"removed","room_id":"{CANARY}"}}"#)
        }),
        case("an event with a member too many", INVALID, "parse", |s| {
            altered(s, r#""v":1"#, r#""v":1,"x":1"#)
        }),
        case("an event of version 2", INVALID, "parse", |s| {
            altered(s, r#""v":1"#, r#""v":2"#)
        }),
        case("content that is too large", INVALID, "parse", |s| {
            altered(s, CANARY, &"x".repeat(65_536))
        }),
    ]
}

fn meanings() -> Vec<Case> {
    let two_foreigners = |policy: &mut Policy| policy.max_foreign_participants_per_room = 2;
    vec![
        case("altered words", Code::SignatureMismatch, "item", |s| {
            altered(s, CANARY, "other words")
        }),
        case("an altered number", Code::SignatureMismatch, "item", |s| {
            altered(s, r#""origin_seq":2"#, r#""origin_seq":3"#)
        }),
        case("somebody else's sender", Code::NotAuthorized, "item", |s| {
            s.evil.submit(Draft {
                sender: s.alice.fqid.clone(),
                ..s.message(2)
            })
        }),
        case(
            "a third server's sender",
            Code::NotAuthorized,
            "item",
            |s| {
                let third = Peer::new(&s.town, "third.example", 3);
                third.submit(Draft {
                    sender: third.person("carol"),
                    ..s.message(2)
                })
            },
        ),
        case(
            "words of somebody invited only",
            Code::NotAuthorized,
            "item",
            |s| {
                s.evil.submit(Draft {
                    sender: s.evil.person("trudy"),
                    ..s.message(2)
                })
            },
        ),
        case(
            "words of the server itself",
            Code::NotAuthorized,
            "item",
            |s| {
                s.evil.submit(Draft {
                    sender: Fqid::of_server(&s.evil.name),
                    ..s.message(2)
                })
            },
        ),
        case("a room that is not there", Code::RoomUnknown, "item", |s| {
            s.evil.submit(Draft {
                room_id: Some(RoomId::of_genesis(&Hash([7; 32]))),
                ..s.message(2)
            })
        }),
        case("a number used already", Code::ChainBroken, "item", |s| {
            s.evil.submit(s.message(1))
        }),
        case(
            "having seen what is not there",
            Code::ChainBroken,
            "item",
            |s| {
                let seen = Some(LogPoint {
                    chain: Hash([5; 32]),
                    ..s.seen
                });
                s.evil.submit(Draft {
                    seen,
                    ..s.message(2)
                })
            },
        ),
        case(
            "a name given without power",
            Code::NotAuthorized,
            "item",
            |s| s.event("swp.room.name", Json::object([("name", CANARY.into())])),
        ),
        case("power taken", Code::NotAuthorized, "item", |s| {
            let content = [
                ("participant", (&s.evil.person("mallory")).into()),
                ("level", 100u64.into()),
            ];
            s.event("swp.room.power", Json::object(content))
        }),
        case("power of 101", INVALID, "item", |s| {
            let content = [
                ("participant", (&s.evil.person("mallory")).into()),
                ("level", 101u64.into()),
            ];
            s.event("swp.room.power", Json::object(content))
        }),
        case("the owner thrown out", Code::NotAuthorized, "item", |s| {
            s.event("swp.room.member", member(&s.alice.fqid, "leave"))
        }),
        case("a join for one of ours", Code::NotAuthorized, "item", |s| {
            s.event("swp.room.member", member(&s.alice.fqid, "join"))
        }),
        under(
            two_foreigners,
            case("a third foreigner", Code::PolicyViolation, "item", |s| {
                s.event("swp.room.member", member(&s.evil.person("eve"), "invite"))
            }),
        ),
        case("entries for a room of ours", Code::NotHost, "item", |s| {
            entries(s, &s.room_id)
        }),
        case(
            "entries for an unknown room",
            Code::RoomUnknown,
            "item",
            |s| entries(s, &RoomId::of_genesis(&Hash([7; 32]))),
        ),
        case("removed from a room of ours", Code::NotHost, "item", |s| {
            format!(r#"{{"kind":"removed","room_id":"{}"}}"#, s.room_id)
        }),
        case(
            "an invitation for nobody",
            Code::ParticipantUnknown,
            "item",
            |s| invite(s, "@ghost:acme.example", "evil.example"),
        ),
        case(
            "an invitation for somebody elsewhere",
            Code::ParticipantUnknown,
            "item",
            |s| invite(s, "@bob:globex.example", "evil.example"),
        ),
        case(
            "an invitation by another host",
            Code::NotHost,
            "item",
            |s| invite(s, "@alice:acme.example", "third.example"),
        ),
        case(
            "an altered invitation",
            Code::SignatureMismatch,
            "item",
            |s| {
                invite(s, "@alice:acme.example", "evil.example").replacen(
                    r#""origin_ts":0"#,
                    r#""origin_ts":1"#,
                    1,
                )
            },
        ),
        under(
            |policy| policy.default_mode = scaiwave_engine::policy::Mode::Closed,
            case(
                "an invitation that policy does not want",
                Code::PolicyViolation,
                "item",
                |s| invite(s, "@alice:acme.example", "evil.example"),
            ),
        ),
        case(
            "typing in a room that is not there",
            Code::RoomUnknown,
            "item",
            |s| {
                let room_id = RoomId::of_genesis(&Hash([7; 32]));
                let person = s.evil.person("mallory");
                format!(
                    r#"{{"kind":"ephemeral","type":"typing","room_id":"{room_id}","participant":"{person}","typing":true}}"#
                )
            },
        ),
        case("typing of one of ours", Code::NotAuthorized, "item", |s| {
            let (room_id, person) = (&s.room_id, &s.alice.fqid);
            format!(
                r#"{{"kind":"ephemeral","type":"typing","room_id":"{room_id}","participant":"{person}","typing":true}}"#
            )
        }),
    ]
}

#[tokio::test]
async fn misshapen_items() {
    for case in shapes() {
        check(&case).await;
    }
}

#[tokio::test]
async fn items_against_the_rules() {
    for case in meanings() {
        check(&case).await;
    }
}
