//! What refuses a whole item: seq, ts, term, chain, checkpoint, room (protocol section 3, at its end).

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::{Code, Hash};
use scaiwave_room::{Line, Verdict};
use scaiwave_testkit::{Follower, TestRoom, TestServer};

use crate::scene::{blue, red, room_of_two};

/// Seven entries at the host; a follower that holds the first five.
fn stage() -> (TestRoom, Follower) {
    let (mut room, red, blue) = room_of_two();
    let held = room.len();
    room.must(red.message("alice", "one"));
    room.must(blue.message("bob", "two"));
    let mut follower = Follower::from_start(&room);
    follower.feed(&room, held).unwrap();
    (room, follower)
}

/// The last two entries and their checkpoint, changed, are refused, and the true ones still taken.
#[track_caller]
fn check(change: impl FnOnce(&TestRoom, &mut Vec<Line>, &mut Checkpoint), expected: Option<Code>) {
    let (room, mut follower) = stage();
    let mut lines = room.lines(room.len() - 2, room.len());
    let mut checkpoint = room.checkpoint(room.len());
    change(&room, &mut lines, &mut checkpoint);
    let before = follower.state.to_snapshot_state();
    let judged = follower
        .take(lines, &checkpoint)
        .map_err(|refusal| refusal.code);
    assert_eq!(judged.as_ref().err(), expected.as_ref());
    if expected.is_some() {
        assert_eq!(follower.state.to_snapshot_state(), before);
        follower.catch_up(&room);
        assert_eq!(follower.state.head(), room.state.head());
    }
}

fn broken(change: impl FnOnce(&TestRoom, &mut Vec<Line>, &mut Checkpoint)) {
    check(change, Some(Code::ChainBroken));
}

/// A checkpoint by the host of what these lines come to.
fn covering(room: &TestRoom, lines: &[Line], by: &TestServer) -> Checkpoint {
    let mut at = room.state_at(room.len() - 2).head();
    let mut last = 0;
    for (term, seq, ts, candidate) in lines {
        let hash = candidate.event().hash();
        let chain = scaiwave_protocol::log::chain_link(&at.chain, *term, *seq, *ts, &hash);
        at = LogPoint {
            term: *term,
            seq: *seq,
            chain,
        };
        last = *ts;
    }
    Checkpoint::sign(room.state.room_id().clone(), at, last, by.key())
}

#[test]
fn what_fits_is_taken() {
    check(|_, _, _| {}, None);
}

#[test]
fn seq_is_dense() {
    broken(|room, lines, checkpoint| {
        lines.remove(0);
        *checkpoint = covering(room, lines, &red());
    });
    broken(|room, lines, checkpoint| {
        lines[0].1 -= 1;
        *checkpoint = covering(room, lines, &red());
    });
    broken(|_, lines, _| lines.swap(0, 1));
}

#[test]
fn ts_rises() {
    for (by, expected) in [(0, Some(Code::ChainBroken)), (1, None)] {
        check(
            |room, lines, checkpoint| {
                lines[1].2 = lines[0].2 + by;
                *checkpoint = covering(room, lines, &red());
            },
            expected,
        );
        check(
            |room, lines, checkpoint| {
                lines[0].2 = room.state_at(room.len() - 2).head_ts() + by;
                lines[1].2 = lines[0].2 + 1;
                *checkpoint = covering(room, lines, &red());
            },
            expected,
        );
    }
}

#[test]
fn terms_rise_by_one() {
    for (terms, expected) in [
        ([0, 1], Some(Code::StaleTerm)),
        ([2, 1], Some(Code::StaleTerm)),
        ([3, 3], Some(Code::ChainBroken)),
        ([1, 3], Some(Code::ChainBroken)),
        ([1, 2], None),
        ([2, 2], None),
        ([2, 3], None),
    ] {
        check(
            |room, lines, checkpoint| {
                (lines[0].0, lines[1].0) = (terms[0], terms[1]);
                *checkpoint = covering(room, lines, &red());
            },
            expected,
        );
    }
}

#[test]
fn nothing_is_stored_without_its_checkpoint() {
    broken(|_, lines, _| {
        lines.pop();
    });
    broken(|_, _, checkpoint| checkpoint.at.chain = Hash::ZERO);
    broken(|_, _, checkpoint| checkpoint.at.term += 1);
    broken(|room, _, checkpoint| *checkpoint = room.checkpoint(room.len() - 1));
    let (other, ..) = room_of_two();
    let other = TestRoom::begin(other.host(), "zoe", "group");
    broken(|_, _, checkpoint| checkpoint.room_id = other.state.room_id().clone());
    // Older than the last entry, though signed.
    let signed = |room: &TestRoom, ts: u64, by: &TestServer| {
        Checkpoint::sign(
            room.state.room_id().clone(),
            room.state.head(),
            ts,
            by.key(),
        )
    };
    broken(|room, _, c| *c = signed(room, room.state.head_ts() - 1, &red()));
    check(
        |room, _, c| *c = signed(room, room.state.head_ts() + 9, &red()),
        None,
    );
    // By a member server, by a stranger, by nobody.
    let untrusted = Some(Code::KeyUntrusted);
    check(
        |room, _, c| *c = signed(room, room.state.head_ts(), &blue()),
        untrusted,
    );
    let stranger = TestServer::new("red.example", 77);
    check(
        |room, _, c| *c = signed(room, room.state.head_ts(), &stranger),
        untrusted,
    );
    check(|_, _, c| c.sig.value[5] ^= 1, Some(Code::SignatureMismatch));
    // By a key that is no longer valid at the time it names.
    let far = u64::MAX >> 12;
    check(|room, _, c| *c = signed(room, far, &red()), untrusted);
}

#[test]
fn entries_of_another_room() {
    let (mut other, red, _) = room_of_two();
    other.must(red.message("alice", "elsewhere"));
    let stray = TestRoom::begin(&red, "zoe", "group")
        .lines(2, 3)
        .remove(0)
        .3;
    check(
        |room, lines, checkpoint| {
            lines[1].3 = stray;
            *checkpoint = covering(room, lines, &red);
        },
        Some(Code::EventInvalid),
    );
}

/// An item without entries fits when its checkpoint is that of what is held.
#[test]
fn an_empty_item() {
    let (room, mut follower) = stage();
    let held = follower.state.head().seq;
    assert!(
        follower
            .take(Vec::new(), &room.checkpoint(held))
            .unwrap()
            .is_empty()
    );
    assert!(
        follower
            .take(Vec::new(), &room.checkpoint(held + 1))
            .is_err()
    );
}

/// `follow` moves the state before it knows the checkpoint: that is why callers give it a copy.
#[test]
fn a_refused_state_is_to_be_thrown_away() {
    let (room, follower) = stage();
    let (mut state, mut known) = (follower.state.clone(), follower.known.clone());
    let lines = room.lines(room.len() - 2, room.len());
    let wrong = room.checkpoint(room.len() - 1);
    assert!(scaiwave_room::follow(&mut state, lines, &wrong, &mut known).is_err());
    assert_ne!(state.head(), follower.state.head());
}

/// One bad entry costs only itself, in every batch.
#[test]
fn a_void_entry_does_not_stop_the_room() {
    let (mut room, red, blue) = room_of_two();
    room.force(blue.message("eve", "void"));
    room.must(blue.message("bob", "still here"));
    room.must(red.message("alice", "so am I"));
    let mut follower = Follower::from_start(&room);
    follower.catch_up(&room);
    let void = follower
        .verdicts
        .iter()
        .filter(|v| **v != Verdict::Accepted);
    assert_eq!(void.count(), 1);
    assert_eq!(follower.state.head(), room.state.head());
}
