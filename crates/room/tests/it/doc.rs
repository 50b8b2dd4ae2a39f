//! What `docs/protocol.md` says about the rules of a room is what the code does. Its other half is compared
//! in `crates/protocol/tests`.

use scaiwave_protocol::event::content::Membership;
use scaiwave_room::RoomState;
use scaiwave_room::membership::{Actor, TRANSITIONS};
use scaiwave_room::table::{Needs, TABLE};
use scaiwave_testkit::json;

use crate::make;

const PAGE: &str = include_str!("../../../../docs/protocol.md");

/// Rows of the tables between two headings, back quotes removed: their cells.
fn rows(from: &str, to: &str) -> Vec<Vec<String>> {
    let (_, section) = PAGE.split_once(from).unwrap();
    let (section, _) = section.split_once(to).unwrap();
    let cells = |line: &str| {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().replace('`', ""))
            .collect()
    };
    section
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| --"))
        .map(cells)
        .collect()
}

fn words(actor: Actor) -> &'static str {
    match actor {
        Actor::Inviter => "a joined member with invite_level",
        Actor::OwnInPublic => "the participant, one of the host's own, in a public room",
        Actor::OwnOfHost => "the participant, one of the host's own",
        Actor::Own => "the participant",
        Actor::TheirInviter => "the inviter, still joined",
        Actor::Moderator => "a joined member with 50",
        Actor::AboveTarget => "a joined member with 50, above the target",
        Actor::HostServer => "the host's @_server",
        Actor::HostServerForeign => "the host's @_server, for foreign participants",
    }
}

// The table of memberships has the transitions of the code, and no others.
#[test]
fn memberships() {
    let named = |from: &Option<Membership>| from.map_or("none", Membership::as_str).to_owned();
    let mut known: Vec<Vec<String>> = TRANSITIONS
        .iter()
        .map(|(from, to, actors)| {
            let actors: Vec<&str> = actors.iter().copied().map(words).collect();
            vec![named(from), to.as_str().to_owned(), actors.join("; ")]
        })
        .collect();
    let mut listed = rows("| from | to | who |\n", "\nAlso:");
    known.sort();
    listed.sort();
    assert_eq!(listed, known);
}

// The table of types says what each needs.
#[test]
fn types() {
    let known: Vec<Vec<String>> = TABLE
        .iter()
        .map(|line| {
            let needs = match line.needs {
                Needs::Power(level) => format!("power {level}"),
                Needs::PowerSettable(level) => format!("power {level}*"),
                Needs::Own => "rules of its own".to_owned(),
            };
            let open = if line.when_not_open { "yes" } else { "no" };
            vec![line.kind.to_owned(), needs, open.to_owned()]
        })
        .collect();
    assert_eq!(
        rows("| type | needs | when not open |\n", "\nA type that is not"),
        known
    );
}

// The vectors are what the fold makes of the log, and so is the page's snapshot.
#[test]
fn vectors() {
    let file = include_str!("../../../../docs/vectors/room.json");
    assert_eq!(file, make::pretty(&make::file()), "run the generator");
    let (_, block) = PAGE
        .split_once("<!-- example: snapshot -->\n```json\n")
        .unwrap();
    let (block, _) = block.split_once("```").unwrap();
    assert_eq!(json(block), make::snapshot().to_json(), "run the generator");
}

// A newcomer can start from the page's snapshot, and every entry of the vectors' log is a good one.
#[test]
fn snapshot() {
    let snapshot = make::snapshot();
    snapshot
        .verify(&scaiwave_protocol::Sign::public_key(&make::host()))
        .unwrap();
    let state = RoomState::from_snapshot(&snapshot).unwrap();
    assert_eq!(
        state.to_snapshot_state(),
        make::state_at(snapshot.at.seq).to_snapshot_state()
    );
    let last = make::state_at(11);
    assert_eq!(last.host().as_str(), "globex.example:8448");
    assert_eq!(last.transfers().len(), 1);
}
