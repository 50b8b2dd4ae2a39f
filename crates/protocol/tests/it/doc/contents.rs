//! Event types: the content tables of the page hold exactly the members that the code reads.

use scaiwave_protocol::event::content;
use scaiwave_protocol::{Content, EventType, Json};

use super::{blocks, example, page, rows, section};

const TYPES: [&str; 16] = [
    content::CREATE,
    content::SERVER,
    content::MEMBER,
    content::NAME,
    content::TOPIC,
    content::POWER,
    content::SETTINGS,
    content::STATE,
    content::MESSAGE,
    content::EDIT,
    content::REACTION,
    content::REDACTION,
    content::PIN,
    content::CALL_START,
    content::CALL_END,
    content::TRANSFER,
];

fn reads(kind: &str, content: &Json) -> bool {
    Content::parse(&EventType::parse(kind).unwrap(), content).is_ok()
}

/// The part of the page that describes a type, and which of its tables is the type's.
fn described<'p>(page: &'p str, kind: &str) -> &'p str {
    let types = section(page, "6. Event types and their content");
    let heading = types
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .find(|heading| heading.split('`').any(|part| part == kind));
    section(
        page,
        heading.unwrap_or_else(|| panic!("{kind} has no section")),
    )
}

// Every type has an example with every member of its table, and it is read; a type that the page shows and
// the code does not know fails too.
#[test]
fn every_type_has_an_example() {
    let page = page();
    let shown: Vec<&str> = blocks(&page)
        .into_iter()
        .filter_map(|(name, _)| name.strip_prefix("content: "))
        .collect();
    assert_eq!(shown, TYPES);
    for kind in TYPES {
        let content = example(&page, &format!("content: {kind}"));
        assert!(reads(kind, &content), "{kind}");
    }
}

// A member that must be there cannot be missing, one that may can; neither can be null.
#[test]
fn members_must_and_may() {
    let page = page();
    for kind in TYPES {
        let whole = example(&page, &format!("content: {kind}"));
        let named = whole.as_object().unwrap();
        let table: Vec<(String, bool)> = rows(described(&page, kind), "")
            .into_iter()
            .map(|row| (row[0].clone(), row[1] == "must"))
            // Name and topic share a section, each with a table of one line.
            .filter(|(name, _)| {
                ![content::NAME, content::TOPIC].contains(&kind) || named.contains_key(name)
            })
            .collect();
        let mut listed: Vec<&str> = table.iter().map(|(name, _)| name.as_str()).collect();
        listed.sort_unstable();
        assert_eq!(
            listed,
            named.keys().map(String::as_str).collect::<Vec<_>>(),
            "{kind}"
        );
        for (name, must) in table {
            let mut without = named.clone();
            without.remove(&name);
            assert_eq!(
                reads(kind, &Json::Obj(without)),
                !must,
                "{kind} without {name}"
            );
            let mut null = named.clone();
            null.insert(name.clone(), Json::Null);
            assert!(!reads(kind, &Json::Obj(null)), "{kind} with {name} null");
        }
        let mut more = named.clone();
        more.insert("x-later".to_owned(), Json::Null);
        assert!(
            reads(kind, &Json::Obj(more)),
            "{kind} with an unknown member"
        );
    }
}
