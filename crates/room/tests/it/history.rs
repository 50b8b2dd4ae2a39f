//! What lies below a base: pages that prove themselves by the chain, and the fold from seq 1.

use proptest::prelude::*;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::wire::Backfill;
use scaiwave_protocol::{Code, Hash};
use scaiwave_room::{
    Accepted, Candidate, KnownEvent, KnownEvents, Line, RoomState, Seam, Verdict, check_page,
    follow_again,
};
use scaiwave_testkit::{Follower, SplitMix, TestRoom, json};

use crate::properties::History;
use crate::scene::{blue, green, red, room_of_two};

/// Where the log of a follower that started from the snapshot of `base` begins.
fn seam_of_base(room: &TestRoom, base: u64) -> Seam {
    Seam {
        seq: base,
        chain: room.entry(base).point().chain,
        above: None,
    }
}

/// Where it begins once everything from `first` on is held.
fn seam_below(room: &TestRoom, first: u64) -> Seam {
    let above = room.entry(first);
    Seam {
        above: Some((above.point().term, above.ts())),
        ..seam_of_base(room, first - 1)
    }
}

fn lines(page: Backfill) -> Vec<Line> {
    let line = |entry: scaiwave_protocol::log::Entry| {
        let event = Candidate::Unproven(entry.event);
        (entry.term, entry.seq, entry.ts, event)
    };
    page.entries.into_iter().map(line).collect()
}

/// Folds a whole log anew, in batches of random size; says the verdicts from seq 2 on, and the state at
/// `base`.
fn fold_again(
    room: &TestRoom,
    base: u64,
    random: &mut SplitMix,
) -> (RoomState, Vec<Verdict>, Vec<u8>) {
    let mut entries = room.page(1, room.len()).entries;
    let (mut state, first) = RoomState::begin_again(entries.remove(0)).unwrap();
    let mut known = KnownEvents::new(false);
    let kept = KnownEvent {
        seq: 1,
        ts: first.ts(),
        hash: first.event().hash(),
        kind: first.event().kind().to_string(),
        sender: first.event().sender().clone(),
        redacted: false,
    };
    known.insert(first.event().id(), kept);
    let mut verdicts = Vec::new();
    let mut at_base = Vec::new();
    while state.head().seq < room.len() {
        let here = state.head().seq;
        let end = if here < base { base } else { room.len() };
        let to = (here + 1 + random.below(20) as u64).min(end);
        let batch = lines(room.page(here + 1, to));
        let folded = follow_again(&mut state, batch, &mut known).unwrap();
        verdicts.extend(folded.iter().map(Accepted::verdict));
        if to == base {
            at_base = state.to_snapshot_state().canonical();
        }
    }
    (state, verdicts, at_base)
}

/// A follower with this base and everything below it is one that followed from seq 1.
fn ends_equal(room: &TestRoom, base: u64, random: &mut SplitMix) {
    let newest = Follower::from_snapshot(room, base).state;
    let mut first = base + 1;
    let mut seam = seam_of_base(room, base);
    while first > 1 {
        let from = first.saturating_sub(1 + random.below(30) as u64).max(1);
        let page = check_page(&newest, room.page(from, first - 1), &seam).unwrap();
        let seqs: Vec<u64> = page.iter().map(|entry| entry.point().seq).collect();
        assert_eq!(seqs, (from..first).collect::<Vec<_>>());
        first = from;
        if first > 1 {
            seam = seam_below(room, first);
        }
    }
    let mut whole = Follower::from_start(room);
    whole.catch_up(room);
    let (state, verdicts, at_base) = fold_again(room, base, random);
    assert_eq!(verdicts, whole.verdicts);
    assert_eq!(at_base, room.snapshot(base).state.canonical());
    assert_eq!(state.head(), whole.state.head());
    assert_eq!(state.to_core_document(), whole.state.to_core_document());
    assert_eq!(state.servers(), whole.state.servers());
    assert_eq!(state.members(), whole.state.members());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever happened, a base and everything below it make the follower whole.
    #[test]
    fn a_base_and_what_lies_below_make_a_whole(seed: u64, cheats: bool) {
        let mut history = History::begin(seed);
        for _ in 0..60 {
            let (who, act, event) = history.next();
            let id = event.event_id();
            if cheats && history.random.one_in(6) {
                history.room.force(event);
            } else if history.room.send(event).is_ok() {
                history.took(&who, &act, id);
            }
        }
        let base = 3 + history.random.next_u64() % (history.room.len() - 3);
        ends_equal(&history.room, base, &mut history.random);
    }
}

/// A room in which each of two servers has said something, and a third has just come in.
fn busy_room() -> TestRoom {
    let (mut room, red, blue) = room_of_two();
    for n in 0..4 {
        room.must(red.message("alice", &format!("red {n}")));
        room.must(blue.message("bob", &format!("blue {n}")));
    }
    room.join(&green(), "carol");
    room
}

fn refused(change: impl FnOnce(&mut Backfill, &TestRoom)) -> Code {
    let room = busy_room();
    let state = Follower::from_snapshot(&room, room.len()).state;
    let mut page = room.page(6, 10);
    change(&mut page, &room);
    check_page(&state, page, &seam_below(&room, 11))
        .unwrap_err()
        .code
}

/// Signs the page's checkpoint again, so that nothing but the change itself is wrong.
fn sign_again(page: &mut Backfill, room: &TestRoom) {
    let mut chain = page.chain_before;
    for entry in &page.entries {
        chain = entry.chain(&chain);
    }
    let last = page.entries.last().unwrap();
    let at = LogPoint {
        term: last.term,
        seq: last.seq,
        chain,
    };
    let key = room.host().key();
    page.checkpoint = Checkpoint::sign(room.state.room_id().clone(), at, last.ts, key);
}

/// Each way in which a peer can lie about the past, with a checkpoint that goes along with the lie.
#[test]
fn a_page_that_lies_is_refused_whole() {
    let room = busy_room();
    let state = Follower::from_snapshot(&room, room.len()).state;
    assert!(check_page(&state, room.page(6, 10), &seam_below(&room, 11)).is_ok());

    type Lie = fn(&mut Backfill, &TestRoom);
    let lies: &[(&str, Lie)] = &[
        ("nothing", |page, _| page.entries.clear()),
        ("another chain below", |page, _| {
            page.chain_before = Hash([9; 32]);
        }),
        ("one is missing", |page, _| drop(page.entries.remove(2))),
        ("the last is missing", |page, _| drop(page.entries.pop())),
        ("twice the same", |page, _| {
            page.entries[2] = page.entries[1].clone();
        }),
        ("another seq", |page, _| page.entries[4].seq += 1),
        ("seq 0", |page, _| page.entries[0].seq = 0),
        ("an earlier ts", |page, _| {
            page.entries[2].ts = page.entries[1].ts;
        }),
        ("another ts", |page, _| page.entries[4].ts += 1),
        ("a later ts than ours", |page, room| {
            page.entries[4].ts = room.entry(11).ts();
        }),
        ("a term that falls", |page, _| page.entries[2].term = 0),
        ("a term that leaps", |page, _| page.entries[4].term = 3),
        ("another event", |page, room| {
            page.entries[2].event = room.page(9, 9).entries.remove(0).event;
        }),
    ];
    for (what, lie) in lies {
        for again in [false, true] {
            let code = refused(|page, room| {
                lie(page, room);
                if again && !page.entries.is_empty() {
                    sign_again(page, room);
                }
            });
            assert_eq!(code, Code::ChainBroken, "{what}, signed again: {again}");
        }
    }
}

#[test]
fn other_rooms_and_other_beginnings() {
    let other = TestRoom::group(&red(), "eve");
    let code = refused(|page, _| page.entries[0].event = other.page(2, 2).entries.remove(0).event);
    assert_eq!(code, Code::EventInvalid);

    let room = busy_room();
    let state = Follower::from_snapshot(&room, room.len()).state;
    let mut page = room.page(1, 4);
    page.chain_before = Hash([9; 32]);
    let why = check_page(&state, page, &seam_below(&room, 5)).unwrap_err();
    assert_eq!(why.code, Code::ChainBroken);
    // The genesis event itself cannot stand anywhere but at the beginning.
    let mut page = room.page(2, 4);
    page.entries[0].event = room.page(1, 1).entries.remove(0).event;
    sign_again(&mut page, &room);
    let why = check_page(&state, page, &seam_below(&room, 5)).unwrap_err();
    assert_eq!(why.code, Code::ChainBroken);
}

#[test]
fn checkpoints_are_a_hosts() {
    let by = |key: scaiwave_protocol::SigningKey| {
        refused(move |page, room| {
            let Checkpoint {
                room_id, at, ts, ..
            } = page.checkpoint.clone();
            assert_eq!(&room_id, room.state.room_id());
            page.checkpoint = Checkpoint::sign(room_id, at, ts, &key);
        })
    };
    assert_eq!(by(blue().key().clone()), Code::KeyUntrusted);
    let other = scaiwave_testkit::TestServer::new("red.example", 99);
    assert_eq!(by(other.key().clone()), Code::KeyUntrusted);
    let forged = refused(|page, _| page.checkpoint.sig.value[0] ^= 1);
    assert_eq!(forged, Code::SignatureMismatch);
    let early = refused(|page, room| {
        let Checkpoint { room_id, at, .. } = page.checkpoint.clone();
        let ts = room.entry(10).ts() - 1;
        page.checkpoint = Checkpoint::sign(room_id, at, ts, room.host().key());
    });
    assert_eq!(early, Code::ChainBroken);
}

/// A follower that is asked ends its answer at a checkpoint, which may stand above what is missing.
#[test]
fn what_is_held_already_is_cut_off() {
    let room = busy_room();
    let state = Follower::from_snapshot(&room, room.len()).state;
    let page = check_page(&state, room.page(6, 12), &seam_below(&room, 11)).unwrap();
    let seqs: Vec<u64> = page.iter().map(|entry| entry.point().seq).collect();
    assert_eq!(seqs, [6, 7, 8, 9, 10]);
}

/// An entry that the chain covers and whose signature does not verify is there, and is not shown.
#[test]
fn a_forged_entry_of_the_past_is_void() {
    let (mut room, red, blue) = room_of_two();
    assert_eq!(
        room.force(blue.message("bob", "never said").signed_by(red.key())),
        Verdict::Void(scaiwave_room::Rejection::KeyNotInLog)
    );
    room.must(red.message("alice", "said"));
    let state = Follower::from_snapshot(&room, room.len()).state;
    let end = room.len();
    let page = check_page(&state, room.page(end - 1, end), &seam_of_base(&room, end)).unwrap();
    assert!(matches!(page[0].verdict(), Verdict::Void(_)));
    assert_eq!(page[1].verdict(), Verdict::Accepted);
}

/// The first join of each server, which decides what travels erased: exact from seq 1 on, and from a
/// base never below the truth.
#[test]
fn the_first_join_is_a_function_of_the_log() {
    let create = r#"{"room_type":"group","federate":true,"history":"joined","nonce":"AAAAAAAAAAAAAAAAAAAAAA"}"#;
    let (red, blue) = (red(), blue());
    let mut room = TestRoom::begin_with(&red, "alice", json(create));
    room.must(red.message("alice", "before"));
    room.join(&blue, "bob");
    let first = room.len();
    room.join(&blue, "dora");
    let leave = blue.own("bob", Membership::Leave);
    room.must(leave);
    room.must(red.member("alice", &blue.user("bob"), Membership::Invite));
    room.must(blue.own("bob", Membership::Join));

    let whole = &room.state;
    assert_eq!(whole.servers()[blue.name()].first_join, Some(first));
    assert_eq!(whole.erased_below(blue.name()), Some(first));
    assert_eq!(whole.erased_below(red.name()), Some(3));
    assert_eq!(whole.erased_below(green().name()), Some(u64::MAX));
    for base in first..=room.len() {
        let based = Follower::from_snapshot(&room, base).state;
        assert!(based.erased_below(blue.name()).unwrap() >= first, "{base}");
    }
    room.must(red.settings("alice", r#"{"history":"shared"}"#));
    assert_eq!(room.state.erased_below(green().name()), None);
}
