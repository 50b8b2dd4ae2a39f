//! Codes, endpoints, limits, forms of names, and the table of contents.

use scaiwave_protocol::wire::path;
use scaiwave_protocol::{Code, EventId, EventType, Fqid, KeyId, RoomId, ServerName, limits};

use super::{page, quoted, rows, section};

// The table of codes is the list of codes, in its order, with their statuses.
#[test]
fn codes() {
    let listed: Vec<(String, String)> = rows(section(&page(), "21. Codes"), "SW_FED_")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let known = Code::ALL
        .iter()
        .map(|code| (code.to_string(), code.http_status().to_string()));
    assert_eq!(listed, known.collect::<Vec<_>>());
    for code in Code::ALL {
        assert_eq!(Code::parse(code.as_str()), Some(*code));
    }
    assert_eq!(Code::parse("SW_FED_LATER"), None);
}

// Every code that the page names anywhere exists.
#[test]
fn no_other_codes() {
    let page = page();
    for text in page.split("SW_FED_").skip(1) {
        let end = text.find(|c: char| !c.is_ascii_uppercase() && c != '_');
        let code = format!("SW_FED_{}", &text[..end.unwrap_or(text.len())]);
        assert!(Code::parse(&code).is_some(), "{code}");
    }
}

// The table of endpoints is what our descriptors announce; those that we do not have are optional.
#[test]
fn endpoints() {
    let page = page();
    let table = rows(section(&page, "15. Endpoints"), "");
    let listed: Vec<(&str, &str)> = table
        .iter()
        .filter(|row| row.len() == 4 && row[2] != "optional")
        .map(|row| (row[0].as_str(), row[2].as_str()))
        .collect();
    assert_eq!(listed, path::ENDPOINTS);
    for row in table.iter().filter(|row| row[2] == "optional") {
        assert!(
            path::ENDPOINTS.iter().all(|(name, _)| *name != row[0]),
            "{} is there by now",
            row[0]
        );
    }
}

/// Name and value of each.
macro_rules! values {
    ($($name:ident),* $(,)?) => { vec![$((stringify!($name), limits::$name.to_string())),*] };
}

// Every limit has a row with its value, and there is no other row.
#[test]
fn limits() {
    let known = values![
        CONTENT_BYTES_MAX,
        EVENT_BYTES_MAX,
        EVENT_FRAME_BYTES_MAX,
        EVENT_DEPTH_MAX,
        BODY_DEPTH_MAX,
        MEMBER_NAME_CHARS_MAX,
        INTEGER_MAX,
        SERVER_NAME_BYTES_MAX,
        SERVER_LABEL_BYTES_MAX,
        LOCAL_ID_CHARS_MAX,
        FQID_BYTES_MAX,
        EVENT_TYPE_CHARS_MAX,
        SEND_ITEMS_MAX,
        SEND_ENTRIES_MAX,
        SEND_BYTES_MAX,
        BACKFILL_ENTRIES_MAX,
        BACKFILL_BYTES_MAX,
        DESCRIPTOR_BYTES_MAX,
        DESCRIPTOR_KEYS_MAX,
        ANSWER_BYTES_MAX,
        CLOCK_SKEW_S_MAX,
        NONCE_MEMORY_S,
        DISPLAY_NAME_CHARS_MAX,
        EMOJI_BYTES_MAX,
        POWER_MAX,
    ];
    let declared: Vec<&str> = include_str!("../../../src/limits.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split(':').next())
        .collect();
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    assert_eq!(declared, names, "this test knows every limit");
    let page = page();
    let listed: Vec<(String, String)> = rows(section(&page, "22. Limits"), "")
        .into_iter()
        .map(|row| (row[0].clone(), number(&row[1])))
        .collect();
    let known: Vec<(String, String)> = known
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    assert_eq!(listed, known);
}

/// `65,536`, `4 MiB`, `2^53 − 1`.
fn number(cell: &str) -> String {
    if cell == "2^53 − 1" {
        return ((1_i64 << 53) - 1).to_string();
    }
    let (digits, unit) = cell.split_once(' ').unwrap_or((cell, ""));
    let factor = match unit {
        "" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => panic!("{cell}: an unknown unit"),
    };
    let digits: u64 = digits.replace(',', "").parse().unwrap();
    (digits * factor).to_string()
}

// The names that the page calls right are read, those that it calls wrong are not.
#[test]
fn names() {
    let page = page();
    let names = section(&page, "2. Names and numbers");
    let mut seen = 0;
    for line in names.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let [thing, right, wrong] = cells.as_slice() else {
            continue;
        };
        let parses = |text: &str| match quoted(thing).first() {
            Some(&"server_name") => ServerName::parse(text).is_ok(),
            Some(&"fqid") => Fqid::parse(text).is_ok(),
            Some(&"event_id") => EventId::parse(text).is_ok(),
            Some(&"type") => EventType::parse(text).is_ok(),
            Some(&"room_id") => RoomId::parse(text).is_ok(),
            Some(&"key_id") => KeyId::parse(text).is_ok(),
            other => panic!("{other:?} is not known to this test"),
        };
        for text in quoted(right) {
            assert!(parses(text), "{text} is right");
            seen += 1;
        }
        for text in quoted(wrong) {
            assert!(!parses(text), "{text} is wrong");
            seen += 1;
        }
    }
    assert!(seen >= 30, "{seen}");
}

// The contents name every section, in order, and every link within the page leads somewhere.
#[test]
fn contents() {
    let page = page();
    let anchor = |heading: &str| -> String {
        let kept = |c: &char| c.is_alphanumeric() || "-_ ".contains(*c);
        let lower = heading.to_lowercase();
        lower
            .chars()
            .filter(kept)
            .collect::<String>()
            .replace(' ', "-")
    };
    let headings: Vec<&str> = page
        .lines()
        .filter_map(|line| {
            line.strip_prefix("## ")
                .or_else(|| line.strip_prefix("### "))
        })
        .collect();
    let listed: Vec<String> = section(&page, "Contents")
        .lines()
        .filter_map(|line| {
            line.split_once('[')?
                .1
                .split_once(']')
                .map(|(text, _)| text)
        })
        .zip(1..)
        .map(|(text, n)| format!("{n}. {text}"))
        .collect();
    let numbered: Vec<&str> = headings
        .iter()
        .copied()
        .filter(|heading| heading.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    assert_eq!(listed, numbered);
    let anchors: Vec<String> = headings.iter().map(|heading| anchor(heading)).collect();
    for link in page.split("](#").skip(1) {
        let (link, _) = link.split_once(')').unwrap();
        assert!(
            anchors.iter().any(|anchor| anchor == link),
            "#{link} leads nowhere"
        );
    }
}
