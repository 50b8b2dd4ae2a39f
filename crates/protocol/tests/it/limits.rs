//! Every limit of `limits.rs`, on both sides of its edge.

use std::collections::BTreeMap;

use scaiwave_protocol::descriptor::{DescriptorDraft, KeyRecord};
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::json::{self, parse_item, split_items};
use scaiwave_protocol::limits::*;
use scaiwave_protocol::request::{Claim, Target, sign};
use scaiwave_protocol::wire::MemberLine;
use scaiwave_protocol::{
    Content, EventId, EventType, Fqid, Hash, Json, LocalId, Received, ServerName, Sign as _,
    SigningKey,
};

use crate::support::{draft, key, nested, value};

/// Whether something of this size is accepted.
type Accepts = fn(usize) -> bool;

/// Name, the largest size that is accepted, whether a size is.
const EDGES: &[(&str, usize, Accepts)] = &[
    ("CONTENT_BYTES_MAX", CONTENT_BYTES_MAX, |n| {
        content_fits(n, "x")
    }),
    // The limit is on the canonical form, in which a line feed has two bytes.
    ("CONTENT_BYTES_MAX", CONTENT_BYTES_MAX, |n| {
        content_fits(n, "\n")
    }),
    ("EVENT_DEPTH_MAX", EVENT_DEPTH_MAX, |n| {
        json::parse(nested(n).as_bytes()).is_ok()
    }),
    ("EVENT_DEPTH_MAX", EVENT_DEPTH_MAX, event_depth),
    ("BODY_DEPTH_MAX", BODY_DEPTH_MAX, |n| {
        json::parse_body(nested(n).as_bytes()).is_ok()
    }),
    ("BODY_DEPTH_MAX", BODY_DEPTH_MAX, |n| {
        let body = format!("{{\"items\":[],\"a\":{}}}", nested(n - 1));
        split_items(body.as_bytes()).is_ok()
    }),
    ("BODY_DEPTH_MAX", BODY_DEPTH_MAX, |n| {
        let body = format!("{{\"items\":[{}]}}", nested(n - 2));
        parse_item(&split_items(body.as_bytes()).unwrap()[0]).is_ok()
    }),
    ("MEMBER_NAME_CHARS_MAX", MEMBER_NAME_CHARS_MAX, |n| {
        json::parse(format!("{{\"{}\":1}}", "a".repeat(n)).as_bytes()).is_ok()
    }),
    ("MEMBER_NAME_CHARS_MAX", MEMBER_NAME_CHARS_MAX, |n| {
        // Counted after unescaping.
        json::parse(format!("{{\"{}\":1}}", "\\u0061".repeat(n)).as_bytes()).is_ok()
    }),
    ("SERVER_NAME_BYTES_MAX", SERVER_NAME_BYTES_MAX, |n| {
        ServerName::parse(&host(n)).is_ok() && ServerName::parse(&(host(n) + ":65535")).is_ok()
    }),
    ("SERVER_LABEL_BYTES_MAX", SERVER_LABEL_BYTES_MAX, |n| {
        ServerName::parse(&("a".repeat(n) + ".example")).is_ok()
    }),
    ("LOCAL_ID_CHARS_MAX", LOCAL_ID_CHARS_MAX, |n| {
        LocalId::parse(&"a".repeat(n)).is_ok()
    }),
    ("FQID_BYTES_MAX", FQID_BYTES_MAX, |n| {
        Fqid::parse(&format!("@a:{}", host(n - 3))).is_ok()
    }),
    ("EVENT_TYPE_CHARS_MAX", EVENT_TYPE_CHARS_MAX, |n| {
        EventType::parse(&"a".repeat(n)).is_ok()
    }),
    ("SEND_ITEMS_MAX", SEND_ITEMS_MAX, |n| {
        let items = vec!["{}"; n].join(",");
        split_items(format!("{{\"items\":[{items}]}}").as_bytes()).is_ok()
    }),
    ("DESCRIPTOR_KEYS_MAX", DESCRIPTOR_KEYS_MAX, keys_listed),
    ("CLOCK_SKEW_S_MAX", CLOCK_SKEW_S_MAX as usize, |n| {
        clock(1_000, 1_000 + n as u64)
    }),
    ("CLOCK_SKEW_S_MAX", CLOCK_SKEW_S_MAX as usize, |n| {
        clock(1_000, 1_000 - n as u64)
    }),
    ("DISPLAY_NAME_CHARS_MAX", DISPLAY_NAME_CHARS_MAX, |n| {
        // Characters, not bytes.
        member(&format!(r#","display_name":"{}""#, "é".repeat(n)))
    }),
    ("EMOJI_BYTES_MAX", EMOJI_BYTES_MAX, |n| {
        let id = EventId::from_bytes([0; 16]);
        let emoji = "e".repeat(n);
        fits(
            "swp.room.reaction",
            &format!(r#"{{"event_id":"{id}","emoji":"{emoji}","action":"add"}}"#),
        )
    }),
    ("POWER_MAX", POWER_MAX as usize, |n| {
        fits(
            "swp.room.power",
            &format!(r#"{{"participant":"@a:b","level":{n}}}"#),
        )
    }),
    ("POWER_MAX", POWER_MAX as usize, |n| {
        fits(
            "swp.room.settings",
            &format!(r#"{{"invite_level":{n},"levels":{{"x":{n}}}}}"#),
        )
    }),
    ("POWER_MAX", POWER_MAX as usize, |n| {
        let line = r#"{"participant":"@a:b","membership":"join","power_level":"#;
        MemberLine::parse(value(&format!("{line}{n}}}"))).is_ok()
    }),
];

/// Whether a descriptor may list so many keys.
fn keys_listed(count: usize) -> bool {
    let signer = SigningKey::from_seed(&[0; 32]);
    let keys = (0..count).map(|n| {
        let key = SigningKey::from_seed(&[u8::try_from(n).unwrap(); 32]);
        KeyRecord::first(key.public_key(), 0, 1)
    });
    let draft = DescriptorDraft {
        server_name: ServerName::parse("acme.example").unwrap(),
        endpoints: BTreeMap::new(),
        keys: keys.collect(),
        recovery_key: None,
        software_version: "0".to_owned(),
        updated_at: 0,
    };
    draft.sign(&signer.public_key(), &signer).is_ok()
}

/// Limits that are kept where bodies are read and written, not in this crate; and those tested below.
const ELSEWHERE: &[&str] = &[
    "EVENT_BYTES_MAX",
    "EVENT_FRAME_BYTES_MAX",
    "INTEGER_MAX",
    "SEND_ENTRIES_MAX",
    "SEND_BYTES_MAX",
    "BACKFILL_ENTRIES_MAX",
    "BACKFILL_BYTES_MAX",
    "DESCRIPTOR_BYTES_MAX",
    "ANSWER_BYTES_MAX",
    "NONCE_MEMORY_S",
];

// The largest is accepted, one more is not.
#[test]
fn edges() {
    for (n, (name, max, accepts)) in EDGES.iter().enumerate() {
        assert!(accepts(*max), "{name} (row {n}): {max} is refused");
        assert!(
            !accepts(*max + 1),
            "{name} (row {n}): {max} + 1 is accepted"
        );
    }
}

// No limit is without its row.
#[test]
fn every_limit_is_tested() {
    let source = include_str!("../../src/limits.rs");
    let names = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const "));
    for name in names.map(|line| line.split(':').next().unwrap()) {
        let tested = EDGES.iter().any(|(row, _, _)| *row == name);
        assert!(tested || ELSEWHERE.contains(&name), "{name}");
    }
}

// What is empty where something is wanted is refused too.
#[test]
fn lower_edges() {
    assert!(!member(r#","display_name":"""#) && member(r#","display_name":"a""#));
    let id = EventId::from_bytes([0; 16]);
    let reaction = format!(r#"{{"event_id":"{id}","emoji":"","action":"add"}}"#);
    assert!(!fits("swp.room.reaction", &reaction));
    assert!(!fits(
        "swp.room.power",
        r#"{"participant":"@a:b","level":-1}"#
    ));
    assert!(fits(
        "swp.room.power",
        r#"{"participant":"@a:b","level":0}"#
    ));
}

// Integers are kept to ±(2^53 − 1), read and built alike.
#[test]
fn integers() {
    for (number, accepted) in [
        (INTEGER_MAX, true),
        (-INTEGER_MAX, true),
        (INTEGER_MAX + 1, false),
        (-INTEGER_MAX - 1, false),
        (i64::MAX, false),
        (i64::MIN, false),
    ] {
        assert_eq!(
            json::parse(number.to_string().as_bytes()).is_ok(),
            accepted,
            "{number}"
        );
        let mut ts = draft("a", value("{}"));
        ts.origin_ts = number;
        assert_eq!(ts.sign(&key()).is_ok(), accepted, "{number}");
        let content = draft("a", Json::object([("n", Json::Int(number))]));
        assert_eq!(content.sign(&key()).is_ok(), accepted, "{number}");
        let Ok(count) = u64::try_from(number) else {
            continue;
        };
        let mut seq = draft("a", value("{}"));
        seq.origin_seq = count;
        assert_eq!(seq.sign(&key()).is_ok(), accepted, "{number}");
        for seen in [
            LogPoint {
                term: count,
                seq: 1,
                chain: Hash::ZERO,
            },
            LogPoint {
                term: 1,
                seq: count,
                chain: Hash::ZERO,
            },
        ] {
            let mut draft = draft("a", value("{}"));
            draft.seen = Some(seen);
            assert_eq!(draft.sign(&key()).is_ok(), accepted, "{number}");
        }
        assert_eq!(
            Json::from(count),
            Json::Int(count.cast_signed().min(INTEGER_MAX))
        );
    }
}

// The other limits keep the largest event below its own limit, so that needs no check.
#[test]
fn largest_event() {
    let mut largest = draft(
        &"a".repeat(EVENT_TYPE_CHARS_MAX),
        filled(CONTENT_BYTES_MAX, "x"),
    );
    largest.sender = Fqid::parse(&format!("@a:{}", host(FQID_BYTES_MAX - 3))).unwrap();
    largest.origin_ts = -INTEGER_MAX;
    let max = INTEGER_MAX.cast_unsigned();
    largest.origin_seq = max;
    largest.seen = Some(LogPoint {
        term: max,
        seq: max,
        chain: Hash::ZERO,
    });
    let event = largest.sign(&key()).unwrap();
    assert_eq!(
        event.canonical().len() - CONTENT_BYTES_MAX,
        EVENT_FRAME_BYTES_MAX
    );
    assert!(Received::parse(event.to_json()).is_ok());
}

// A server's own name may be too long to be a sender; then nothing is signed in it.
#[test]
fn sender_too_long() {
    for (length, accepted) in [(FQID_BYTES_MAX - 9, true), (FQID_BYTES_MAX - 8, false)] {
        let mut control = draft("a", value("{}"));
        // The host part alone must stay within its own limit, so the port makes up the length.
        let server = ServerName::parse(&(host(length - 5) + ":8448")).unwrap();
        control.sender = Fqid::of_server(&server);
        assert_eq!(control.sign(&key()).is_ok(), accepted, "{length}");
    }
}

fn filled(bytes: usize, with: &str) -> Json {
    // {"a":"…"}
    let escaped = if with == "\n" { 2 } else { 1 };
    let text = with.repeat((bytes - 8) / escaped) + &"y".repeat((bytes - 8) % escaped);
    Json::object([("a", text.into())])
}

fn content_fits(bytes: usize, with: &str) -> bool {
    let content = filled(bytes, with);
    assert_eq!(content.canonical().len(), bytes);
    let signed = draft("a", content.clone()).sign(&key()).is_ok();
    let mut event = draft("a", value("{}")).sign(&key()).unwrap().to_json();
    crate::support::set(&mut event, "content", content);
    assert_eq!(
        Received::parse(event).is_ok(),
        signed,
        "one validator for both directions"
    );
    signed
}

fn event_depth(depth: usize) -> bool {
    // The event is level 1, its content level 2.
    let content = value(&format!("{{\"a\":{}}}", nested(depth - 2)));
    let signed = draft("a", content.clone()).sign(&key()).is_ok();
    let mut event = draft("a", value("{}")).sign(&key()).unwrap().to_json();
    crate::support::set(&mut event, "content", content);
    assert_eq!(event.depth(), depth);
    assert_eq!(
        Received::parse(event).is_ok(),
        signed,
        "one validator for both directions"
    );
    signed
}

/// A DNS name of so many bytes.
fn host(bytes: usize) -> String {
    let mut name = format!("{}.", "a".repeat(63)).repeat(4);
    while name.len() < bytes {
        name.push('b');
    }
    name.truncate(bytes);
    if name.ends_with('.') {
        name.replace_range(bytes - 2.., "cc");
        name.replace_range(bytes - 3..bytes - 2, ".");
    }
    name
}

fn clock(now: u64, created: u64) -> bool {
    let server = ServerName::parse("acme.example").unwrap();
    let target = Target {
        method: "GET",
        path: "/",
        query: "",
    };
    let headers = sign(target, b"", &server, &server, created, [0; 16], &key());
    let get = |wanted: &str| {
        let named = headers.0.iter().filter(|(name, _)| *name == wanted);
        named.map(|(_, value)| value.as_str()).collect()
    };
    Claim::read(get).unwrap().check_created(now).is_ok()
}

fn member(more: &str) -> bool {
    fits(
        "swp.room.member",
        &format!(r#"{{"participant":"@a:b","membership":"join"{more}}}"#),
    )
}

fn fits(kind: &str, content: &str) -> bool {
    Content::parse(&EventType::parse(kind).unwrap(), &value(content)).is_ok()
}

/// A text of a few KiB may be much more as a tree.
#[test]
fn a_tree_knows_what_it_takes() {
    let one = size_of::<Json>();
    let memory = |text: &str| json::parse(text.as_bytes()).expect("JSON").memory();
    assert_eq!(memory("1"), one);
    assert_eq!(memory(r#""four""#), one + 4);
    assert_eq!(memory("[1,1,1]"), 4 * one);
    assert_eq!(memory(r#"{"ab":[]}"#), 2 * one + size_of::<String>() + 2);
}
