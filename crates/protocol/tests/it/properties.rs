//! What holds for every value, tried on many.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use scaiwave_protocol::event::{Draft, LogPoint};
use scaiwave_protocol::limits::INTEGER_MAX;
use scaiwave_protocol::{
    Authentic, EventId, EventType, Fqid, Hash, Json, Received, RoomId, Sig, json,
};

use crate::support::{key, public};

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "[\\x00-\\x1f\"\\\\]{0,6}",
        vec(any::<char>(), 0..12).prop_map(String::from_iter),
    ]
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        (-INTEGER_MAX..=INTEGER_MAX).prop_map(Json::Int),
        (-9i64..=9).prop_map(Json::Int),
        any_text().prop_map(Json::Str),
    ];
    leaf.prop_recursive(8, 48, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Json::Arr),
            btree_map("[ -~]{0,8}", inner, 0..6).prop_map(|members| Json::Obj(members.into())),
        ]
    })
}

fn any_content() -> impl Strategy<Value = Json> {
    btree_map("[ -~]{0,8}", any_json(), 0..5).prop_map(|members| Json::Obj(members.into()))
}

fn any_point() -> impl Strategy<Value = LogPoint> {
    let max = INTEGER_MAX.cast_unsigned();
    (0..=max, 0..=max, any::<[u8; 32]>()).prop_map(|(term, seq, chain)| LogPoint {
        term,
        seq,
        chain: Hash(chain),
    })
}

prop_compose! {
    fn any_event()(
        id in any::<[u8; 16]>(),
        room in any::<[u8; 32]>(),
        kind in "swp\\.room\\.(message|edit|reaction|create)|[a-z0-9._-]{1,128}",
        sender in "@([a-z0-9][a-z0-9._-]{0,63}|_server):[a-z]{1,63}(\\.[a-z][a-z0-9]{0,20}){0,3}(:[1-3][0-9]{0,3})?",
        origin_ts in -INTEGER_MAX..=INTEGER_MAX,
        origin_seq in 0..=INTEGER_MAX.cast_unsigned(),
        seen in any_point(),
        content in any_content(),
        salt in any::<[u8; 16]>(),
    ) -> Authentic {
        let genesis = kind == "swp.room.create";
        Draft {
            event_id: EventId::from_bytes(id),
            room_id: (!genesis).then(|| RoomId::of_genesis(&Hash(room))),
            kind: EventType::parse(&kind).unwrap(),
            sender: Fqid::parse(&sender).unwrap(),
            origin_ts,
            origin_seq: if genesis { 1 } else { origin_seq },
            seen: (!genesis).then_some(seen),
            content,
            salt,
        }
        .sign(&key())
        .unwrap()
    }
}

fn header_json(event: &Authentic) -> Json {
    let mut json = event.erased().to_json();
    crate::support::remove(&mut json, "sig");
    json
}

proptest! {
    // Whatever can be written is read again, as the same value and with the same bytes.
    #[test]
    fn canonical_is_a_fix_point(value in any_json()) {
        let bytes = value.canonical();
        let read = json::parse(&bytes).unwrap();
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(read.canonical(), bytes.clone());
        prop_assert_eq!(serde_json::to_vec(&value).unwrap(), bytes);
        prop_assert!(json::check(&value, 32).is_ok());
    }

    // Spelling does not matter: an indented text gives the same value.
    #[test]
    fn spelling_does_not_matter(value in any_json()) {
        let indented = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(json::parse(indented.as_bytes()).unwrap(), value);
    }

    // Bytes that nobody meant as JSON do no harm.
    #[test]
    fn reader_survives(bytes in vec(any::<u8>(), 0..64)) {
        json::parse(&bytes).ok();
        json::split_items(&bytes).ok();
    }

    // The header's own writer and the general one agree, for full and for erased events.
    #[test]
    fn writers_agree(event in any_event()) {
        prop_assert_eq!(event.canonical(), event.to_json().canonical());
        let erased = event.erased();
        prop_assert_eq!(erased.canonical(), erased.to_json().canonical());
        prop_assert_eq!(event.header().bytes(), header_json(&event).canonical());
        let tagged = [b"swp-event-v1\n".as_slice(), &event.header().bytes()].concat();
        let signable = event.header().signable();
        prop_assert_eq!(signable.bytes(), tagged);
        prop_assert_eq!(event.hash(), Hash::of(&[&erased.canonical()]));
    }

    // What one server signs, another reads and verifies as the same event.
    #[test]
    fn events_travel(event in any_event()) {
        let bytes = event.canonical();
        let received = Received::parse(json::parse(&bytes).unwrap()).unwrap();
        prop_assert_eq!(received.canonical(), bytes);
        let authentic = received.verify(&public(&key())).unwrap();
        prop_assert_eq!(authentic, event);
    }

    // No byte can be changed: it is no event any more, or it does not verify and has another hash.
    #[test]
    fn no_byte_can_change(event in any_event(), at in any::<prop::sample::Index>(), flip in 1u8..) {
        let mut bytes = event.canonical();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let read = json::parse(&bytes).and_then(Received::parse);
        if let Ok(received) = read {
            // `\u000B` spells what `\u000b` spells: the same event.
            if *received != *event {
                prop_assert_ne!(received.hash(), event.hash());
                prop_assert!(received.verify(&public(&key())).is_err());
            }
        }
    }

    // Nor can a byte of an erased event.
    #[test]
    fn no_byte_of_an_erased_event_can_change(at in any::<prop::sample::Index>(), flip in 1u8..) {
        let event = crate::support::message("hello");
        let mut bytes = event.erased().canonical();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(received) = json::parse(&bytes).and_then(Received::parse) {
            prop_assert_ne!(received.hash(), event.hash());
            prop_assert!(received.verify(&public(&key())).is_err());
        }
    }

    // A signature of other bytes is no signature.
    #[test]
    fn random_signatures_fail(value in any::<[u8; 32]>(), s in any::<[u8; 32]>()) {
        let event = crate::support::message("hello");
        let sig = Sig { key_id: public(&key()).id(), value: [value, s].concat().try_into().unwrap() };
        prop_assert!(!event.header().signable().verifies(&public(&key()), &sig));
    }
}
