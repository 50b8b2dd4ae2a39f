//! `origin_seq` and event ids (protocol section 4).

use scaiwave_protocol::event::Received;
use scaiwave_room::{Rejection, Sequenced, Verdict};
use scaiwave_testkit::{Follower, TestRoom, TestServer};

use crate::scene::room_of_two;

fn counted(room: &TestRoom, server: &TestServer) -> u64 {
    room.state.servers()[server.name()].last_origin_seq
}

#[track_caller]
fn check_number(number: u64, taken: bool) {
    let (room, _, blue) = room_of_two();
    let event = blue.message("bob", "x").origin_seq(number);
    let sent = room.clone().send(event.clone());
    let mut cheated = room.clone();
    let verdict = cheated.force(event);
    if taken {
        assert!(sent.is_ok());
        assert_eq!(verdict, Verdict::Accepted);
        assert_eq!(counted(&cheated, &blue), number);
    } else {
        assert_eq!(sent.unwrap_err(), Rejection::OriginSeqNotRising);
        assert_eq!(verdict, Verdict::Void(Rejection::OriginSeqNotRising));
        assert_eq!(counted(&cheated, &blue), counted(&room, &blue));
    }
}

#[test]
fn origin_seq_rises_and_may_leap() {
    let (room, _, blue) = room_of_two();
    let last = counted(&room, &blue);
    check_number(0, false);
    check_number(last, false);
    check_number(last + 1, true);
    check_number(last + 1000, true);
}

/// The server and its people share the counter, and the genesis event is number 1.
#[test]
fn one_counter_for_each_server() {
    let (mut room, red, _) = room_of_two();
    room.must(red.message("alice", "x"));
    let last = counted(&room, &red);
    let stale = red.record(&red.descriptor(), true).origin_seq(last);
    assert_eq!(room.send(stale).unwrap_err(), Rejection::OriginSeqNotRising);

    let create = room.state.genesis().content().unwrap().clone();
    let mut young = TestRoom::genesis(&red, "alice", create);
    let first = || red.record(&red.descriptor(), true);
    assert_eq!(
        young.send(first().origin_seq(1)).unwrap_err(),
        Rejection::OriginSeqNotRising
    );
    young.must(first().origin_seq(2));
    assert_eq!(counted(&young, &red), 2);
}

/// A number is used up by what followers void for the rules, not by what is forged.
#[test]
fn void_entries_count_if_signature_and_key_fit() {
    let (room, red, blue) = room_of_two();
    let number = counted(&room, &blue) + 5;
    let message = |local: &str| blue.message(local, "x").origin_seq(number);
    for (event, counts) in [
        (message("eve"), true),
        (message("bob").id(room.entry(3).event().id()), true),
        (message("bob").without("body"), true),
        (message("bob").signed_by(red.key()), false),
        (message("bob").signed_by(&blue.next_key()), false),
    ] {
        let mut room = room.clone();
        let before = counted(&room, &blue);
        assert_ne!(room.force(event.clone()), Verdict::Accepted);
        let expected = if counts { number } else { before };
        assert_eq!(counted(&room, &blue), expected, "{event:?}");
    }
}

#[test]
fn the_same_event_again_is_a_duplicate() {
    let (mut room, _, blue) = room_of_two();
    let event = room.sign(blue.message("bob", "x"));
    assert!(matches!(room.submit(event.clone()), Ok(Sequenced::New(_))));
    let (seq, before) = (room.len(), room.state.to_snapshot_state());
    for _ in 0..2 {
        let again = room.submit(event.clone());
        assert!(matches!(again, Ok(Sequenced::Duplicate { seq: at }) if at == seq));
    }
    assert_eq!((room.len(), room.state.to_snapshot_state()), (seq, before));
    // A host that sequences it twice all the same is caught by the number.
    let verdict = room.force_event(&event);
    assert_eq!(verdict, Verdict::Void(Rejection::OriginSeqNotRising));
}

#[test]
fn an_id_is_used_once_whoever_uses_it() {
    let (mut room, red, blue) = room_of_two();
    let first = room.must(red.message("alice", "x"));
    for event in [
        red.message("alice", "y").id(first),
        blue.message("bob", "x").id(first),
        blue.redaction("bob", first).id(first),
    ] {
        assert_eq!(
            room.send(event.clone()).unwrap_err(),
            Rejection::EventIdReused
        );
        let mut cheated = room.clone();
        assert_eq!(
            cheated.force(event),
            Verdict::Void(Rejection::EventIdReused)
        );
    }
    // An id that only a void entry used is used as well.
    let eves = blue.message("eve", "x");
    let id = eves.event_id();
    room.force(eves);
    assert_eq!(
        room.force(blue.message("bob", "x").id(id)),
        Verdict::Void(Rejection::EventIdReused)
    );
}

/// Replays of what lies below a base are void there too.
#[test]
fn no_replay_below_a_base() {
    let (mut room, _, blue) = room_of_two();
    let old = room.sign(blue.message("bob", "x"));
    room.submit(old.clone()).unwrap();
    let base = room.len();
    let replayed = room.force_event(&old);
    let mut follower = Follower::from_snapshot(&room, base);
    follower.catch_up(&room);
    assert_eq!(follower.verdicts, [replayed]);
    assert_eq!(replayed, Verdict::Void(Rejection::OriginSeqNotRising));
    assert!(Received::parse(old.to_json()).is_ok());
}
