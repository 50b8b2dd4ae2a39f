//! Planned hand-overs and new terms.

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::{Code, Json};
use scaiwave_room::{Rejection, Verdict};
use scaiwave_testkit::{EventBuilder, Follower, TestRoom};

use crate::scene::{green, room_of_two};

#[track_caller]
fn unfit(room: &TestRoom, event: &EventBuilder, why: Rejection) {
    assert_eq!(room.clone().send(event.clone()).unwrap_err(), why);
    assert_eq!(room.clone().force(event.clone()), Verdict::Void(why));
}

#[test]
fn a_room_changes_hands() {
    let (mut room, red, blue) = room_of_two();
    room.must(room.transfer(&blue, 2));
    assert_eq!(room.state.host(), blue.name());
    assert_eq!(room.state.head().term, 1);
    room.must(blue.message("bob", "mine now"));
    assert_eq!(room.state.head().term, 2);
    // Control events are the new host's, and so are "the host's own users".
    let record = red.record(&red.descriptor(), true);
    unfit(&room, &record, Rejection::HostOnly);
    room.must(blue.record(&red.descriptor(), true));
    room.must(blue.own("dan", Membership::Knock));
    for after in 1..room.len() {
        let mut follower = Follower::from_start(&room);
        follower.feed(&room, after.max(2)).unwrap();
        follower.catch_up(&room);
        assert_eq!(
            follower.state.to_snapshot_state(),
            room.state.to_snapshot_state()
        );
        let mut follower = Follower::from_snapshot(&room, after.max(3));
        if follower.state.head().seq < room.len() {
            follower.catch_up(&room);
        }
        assert_eq!(
            follower.state.to_snapshot_state(),
            room.state.to_snapshot_state()
        );
    }
}

/// The new host may pass it on at once: its first entry is the next hand-over.
#[test]
fn two_hand_overs_in_a_row() {
    let (mut room, red, blue) = room_of_two();
    room.must(room.transfer(&blue, 2));
    unfit(&room, &room.transfer(&red, 2), Rejection::TransferUnfit);
    room.must(room.transfer(&red, 3));
    assert_eq!(room.state.head().term, 2);
    room.must(red.message("alice", "back again"));
    assert_eq!(room.state.head().term, 3);
    let mut follower = Follower::from_start(&room);
    follower.catch_up(&room);
    assert_eq!(
        follower.state.to_snapshot_state(),
        room.state.to_snapshot_state()
    );
    assert!(
        follower
            .verdicts
            .iter()
            .all(|verdict| *verdict == Verdict::Accepted)
    );
}

#[test]
fn hand_overs_that_do_not_fit() {
    let (mut room, red, blue) = room_of_two();
    let green = green();
    room.learn(&green);
    let fits = room.transfer(&blue, 2);
    for term in [1, 3] {
        unfit(&room, &room.transfer(&blue, term), Rejection::TransferUnfit);
    }
    // To a server that is not in the room, or was.
    unfit(&room, &room.transfer(&green, 2), Rejection::TransferUnfit);
    // Agreed for another term, another point, by another key.
    unfit(
        &room,
        &fits.clone().with("term", 3u64),
        Rejection::TransferUnfit,
    );
    unfit(
        &room,
        &fits.clone().with("host", "red.example"),
        Rejection::TransferUnfit,
    );
    let elsewhere = fits.clone().seen(room.state_at(3).head());
    unfit(&room, &elsewhere, Rejection::TransferUnfit);
    // Only the host's server hands over.
    let content = room.sign(fits).content().unwrap().clone();
    for (server, local) in [(&red, "alice"), (&blue, "bob"), (&blue, "_server")] {
        let event = server.event(local, "swp.room.transfer", content.clone());
        unfit(&room, &event, Rejection::HostOnly);
    }
    room.must(blue.own("bob", Membership::Leave));
    room.must(red.record(&blue.descriptor(), false));
    unfit(&room, &room.transfer(&blue, 2), Rejection::TransferUnfit);
}

/// After a hand-over the old term has ended, and the old host's checkpoint covers its last entry.
#[test]
fn the_old_term_has_ended() {
    let (mut room, red, blue) = room_of_two();
    room.must(room.transfer(&blue, 2));
    let mut follower = Follower::from_start(&room);
    follower.catch_up(&room);
    assert!(
        follower
            .take(Vec::new(), &room.checkpoint(room.len()))
            .is_ok()
    );
    room.must(blue.message("bob", "x"));
    let mut lines = room.lines(room.len() - 1, room.len());
    lines[0].0 = 1;
    let refusal = follower
        .take(lines, &room.checkpoint(room.len()))
        .unwrap_err();
    assert_eq!(refusal.code, Code::StaleTerm);
    // The old host goes on as if nothing had happened: its word covers nothing any more.
    let (room_id, at) = (room.state.room_id().clone(), room.state.head());
    let forged = Checkpoint::sign(room_id, at, room.state.head_ts(), red.key());
    let lines = room.lines(room.len() - 1, room.len());
    let refusal = follower.take(lines, &forged).unwrap_err();
    assert_eq!(refusal.code, Code::KeyUntrusted);
}

/// A host that was restored goes on in the next term; a hand-over right then is into the one after.
#[test]
fn a_restored_host_opens_a_term() {
    let (mut room, red, blue) = room_of_two();
    room.state.open_term();
    room.state.open_term();
    let mut handing_over = room.clone();
    room.must(red.message("alice", "restored"));
    assert_eq!(room.state.head().term, 2);
    let into_the_open_one = handing_over.send(handing_over.transfer(&blue, 2));
    assert_eq!(into_the_open_one.unwrap_err(), Rejection::TransferUnfit);
    handing_over.must(handing_over.transfer(&blue, 3));
    handing_over.must(blue.message("bob", "x"));
    assert_eq!(handing_over.state.head().term, 3);
    for room in [room, handing_over] {
        let mut follower = Follower::from_start(&room);
        follower.catch_up(&room);
        assert_eq!(
            follower.state.to_snapshot_state(),
            room.state.to_snapshot_state()
        );
        assert!(
            follower
                .verdicts
                .iter()
                .all(|verdict| *verdict == Verdict::Accepted)
        );
    }
}

/// What is due after a hand-over survives being stored.
#[test]
fn a_due_term_is_kept() {
    let (mut room, _, blue) = room_of_two();
    room.must(room.transfer(&blue, 2));
    room.state = crate::scene::Scene::of_state(&room.state).build();
    room.must(blue.message("bob", "x"));
    assert_eq!(room.state.head().term, 2);
    assert!(
        matches!(room.state.to_snapshot_state().get("transfers"), Some(Json::Arr(t)) if t.len() == 1)
    );
}
