//! The examples of the page are what the code makes, and the code reads them.

use std::collections::BTreeSet;

use scaiwave_protocol::descriptor::{Descriptor, KeyRecord};
use scaiwave_protocol::event::content;
use scaiwave_protocol::json::parse_body;
use scaiwave_protocol::log::{Checkpoint, Entry, chain_link};
use scaiwave_protocol::request::{Claim, Target};
use scaiwave_protocol::wire::{Backfill, Item, ItemResult, MemberLine, Profile, error};
use scaiwave_protocol::{Hash, Received, ServerName};

use super::{blocks, example, page, rows, section};
use crate::make;
use crate::support::{at, list, public};

// Whoever changes what the code makes runs the generator, and sees the page change.
#[test]
fn are_what_the_code_makes() {
    let page = page();
    let made = make::page::filled(&page);
    for (line, (is, should_be)) in (1..).zip(page.lines().zip(made.lines())) {
        assert_eq!(is, should_be, "docs/protocol.md:{line}: run the generator");
    }
    assert_eq!(page, made);
}

// Every block with a name is made by somebody, and none is missing.
#[test]
fn all_are_there() {
    let page = page();
    let there: Vec<&str> = blocks(&page).into_iter().map(|(name, _)| name).collect();
    let names: BTreeSet<&str> = there.iter().copied().collect();
    assert_eq!(there.len(), names.len(), "each once");
    let made: BTreeSet<&str> = make::page::examples()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert!(made.is_subset(&names), "{:?}", made.difference(&names));
    let others: Vec<&str> = names
        .difference(&made)
        .copied()
        .filter(|name| !name.starts_with("content: "))
        .collect();
    // It is made and checked in `crates/room`.
    assert_eq!(others, ["example: snapshot"]);
}

// Every kind of the table has an example that is read as that kind, and every kind is in the table.
#[test]
fn items() {
    let page = page();
    let section = section(&page, "16. Items of a send");
    let table: Vec<String> = rows(section, "")
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    let mut kinds = BTreeSet::new();
    for (name, text) in blocks(section) {
        let item = Item::parse(parse_body(text.as_bytes()).unwrap());
        let item = item.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        kinds.insert(item.kind().to_owned());
    }
    assert_eq!(kinds, table.iter().cloned().collect());
    // Whoever adds a kind is reminded here: the match has no other arm.
    let listed = |item: &Item| match item {
        Item::Invite { .. }
        | Item::Consult { .. }
        | Item::Entries { .. }
        | Item::Submit { .. }
        | Item::Heads { .. }
        | Item::Report { .. }
        | Item::Transfer { .. }
        | Item::Removed { .. }
        | Item::Ephemeral(_) => 9,
    };
    let any = Item::parse(example(&page, "example: typing")).unwrap();
    assert_eq!(table.len(), listed(&any));
}

#[test]
fn answers() {
    let page = page();
    let results = example(&page, "example: results").canonical();
    let results = ItemResult::parse_answer(&results, 9).unwrap();
    let statuses: BTreeSet<String> = results
        .iter()
        .map(|result| {
            let json = result.to_json();
            at(&json, "status").as_str().unwrap().to_owned()
        })
        .collect();
    let table = rows(section(&page, "17. Results"), "");
    assert_eq!(statuses, table.iter().map(|row| row[0].clone()).collect());
    assert!(error::parse(example(&page, "example: error")).is_some());
    Profile::parse(example(&page, "example: profile")).unwrap();
    for line in list(&example(&page, "example: members"), "members") {
        MemberLine::parse(line.clone()).unwrap();
    }
    let backfill = Backfill::parse(example(&page, "example: backfill")).unwrap();
    let chain = backfill.entries[0].chain(&backfill.chain_before);
    assert_eq!(
        (backfill.chain_before, chain),
        (Hash::ZERO, backfill.checkpoint.at.chain)
    );
    backfill.checkpoint.verify(&public(&make::key(1))).unwrap();
}

// Signatures and hashes of the examples hold, with the keys that the page names.
#[test]
fn signatures() {
    let page = page();
    let host = public(&make::key(1));
    let entry = Entry::parse(example(&page, "example: entry")).unwrap();
    let event = Received::parse(example(&page, "example: event")).unwrap();
    assert_eq!(entry.event, event);
    let erased = Received::parse(example(&page, "example: event-erased")).unwrap();
    assert_eq!(
        (erased.hash(), erased.is_erased()),
        (event.hash(), true),
        "erasure changes no hash"
    );
    let authentic = event.clone().verify(&host).unwrap();
    assert!(content::is_erasable(authentic.kind().as_str()));
    let checkpoint = Checkpoint::parse(example(&page, "example: checkpoint")).unwrap();
    checkpoint.verify(&host).unwrap();
    let before = event.header().seen.unwrap();
    let chain = chain_link(
        &before.chain,
        entry.term,
        entry.seq,
        entry.ts,
        &event.hash(),
    );
    assert_eq!(chain, checkpoint.at.chain, "the event has seen seq 7");
    let descriptor = Descriptor::parse(example(&page, "example: descriptor")).unwrap();
    assert_eq!(descriptor.public_key(), &host);
    let successor = KeyRecord::parse(example(&page, "example: endorsed-key")).unwrap();
    assert!(successor.is_endorsed_by(descriptor.server_name(), &host));
}

// The request as it is printed, header by header, verifies.
#[test]
fn request() {
    let page = page();
    let (_, text) = blocks(&page)
        .into_iter()
        .find(|(name, _)| *name == "example: request")
        .unwrap();
    let (head, body) = text.split_once("\n\n").unwrap();
    let headers: Vec<(String, &str)> = head
        .lines()
        .skip(1)
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value))
        .collect();
    let get = |wanted: &str| {
        let named = headers.iter().filter(|(name, _)| name == wanted);
        named.map(|(_, value)| *value).collect()
    };
    let claim = Claim::read(get).unwrap();
    assert_eq!(
        claim.origin,
        ServerName::parse("globex.example:8448").unwrap()
    );
    claim.check_digest(body.trim_end().as_bytes()).unwrap();
    let target = Target {
        method: "POST",
        path: "/_scaiwave/federation/v1/send",
        query: "",
    };
    claim.verify(target, &public(&make::key(2))).unwrap();
}
