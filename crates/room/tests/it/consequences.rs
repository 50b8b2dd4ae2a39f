//! What the host owes the room because of other events.

use scaiwave_protocol::Content;
use scaiwave_protocol::event::content::Membership::{Ban, Invite, Join, Leave};
use scaiwave_room::{evictions, lost_servers, presence_before};
use scaiwave_testkit::{EventBuilder, START_MS, TestRoom};

use crate::scene::{green, room_of_two};

#[track_caller]
fn check(room: &TestRoom, event: EventBuilder, trusted: bool, expected: Option<bool>) {
    let event = room.sign(event);
    let content = Content::parse(event.kind(), event.content().unwrap()).unwrap();
    assert_eq!(
        presence_before(&room.state, &event, &content, trusted),
        expected
    );
}

#[test]
fn a_server_is_recorded_before_its_first_event() {
    let (mut room, red, blue) = room_of_two();
    let green = green();
    room.must(red.member("alice", &green.user("carol"), Invite));
    check(&room, green.own("carol", Join), true, Some(true));
    // Declining says nothing of presence but "no".
    check(&room, green.own("carol", Leave), true, Some(false));
    room.join(&green, "dave");
    check(&room, green.own("carol", Join), true, None);
    check(&room, green.own("dave", Join), true, None);
    check(&room, blue.message("bob", "x"), true, None);
    // Who comes back is recorded as present again.
    room.must(green.own("dave", Leave));
    room.must(red.record(&green.descriptor(), false));
    check(&room, green.own("carol", Join), true, Some(true));
    check(&room, green.own("carol", Leave), true, None);
}

#[test]
fn a_new_key_is_recorded_before_it_is_used() {
    let (mut room, red, mut blue) = room_of_two();
    blue.rotate(START_MS);
    check(&room, blue.message("bob", "x"), true, Some(true));
    check(&room, blue.message("bob", "x"), false, None);
    check(
        &room,
        blue.message("bob", "x").signed_by(blue.key_at(0)),
        true,
        None,
    );
    // The last one's leave reaches their server: what says that it is gone follows the leave.
    check(&room, blue.own("bob", Leave), true, Some(true));
    check(
        &room,
        blue.member("bob", &red.user("alice"), Leave),
        true,
        Some(true),
    );
    room.must(red.member("alice", &blue.user("dan"), Invite));
    check(&room, blue.own("dan", Leave), true, Some(true));
    room.must(red.record(&blue.descriptor(), true));
    room.must(blue.own("dan", Join));
    check(&room, blue.own("bob", Leave), true, None);
    blue.rotate(START_MS);
    check(&room, blue.own("bob", Leave), true, Some(true));
    room.must(red.member("alice", &blue.user("bob"), Ban));
    room.must(red.member("alice", &blue.user("dan"), Ban));
    room.must(red.record(&blue.descriptor(), false));
    blue.rotate(START_MS);
    check(&room, blue.message("bob", "x"), true, Some(false));
}

#[test]
fn servers_whose_last_participant_is_gone() {
    let (mut room, red, blue) = room_of_two();
    room.must(red.member("alice", &blue.user("dan"), Invite));
    room.must(blue.own("dan", Join));
    assert!(lost_servers(&room.state).is_empty());
    room.must(blue.own("bob", Leave));
    assert!(lost_servers(&room.state).is_empty());
    room.must(red.member("alice", &blue.user("dan"), Ban));
    assert_eq!(lost_servers(&room.state), [blue.name().clone()]);
    room.must(red.record(&blue.descriptor(), false));
    assert!(lost_servers(&room.state).is_empty());
    // The host stays, whoever leaves.
    room.must(red.own("alice", Leave));
    assert!(lost_servers(&room.state).is_empty());
}

#[test]
fn who_must_leave() {
    let (mut room, red, blue) = room_of_two();
    let green = green();
    let (bob, carol) = (blue.user("bob"), green.user("carol"));
    room.must(red.member("alice", &carol, Invite));
    room.must(red.member("alice", &red.user("dan"), Invite));
    assert!(evictions(&room.state).is_empty());
    let after = |settings| {
        let mut room = room.clone();
        room.must(red.settings("alice", settings));
        let gone = evictions(&room.state);
        for who in &gone {
            room.must(red.member("_server", who, Leave));
        }
        assert!(evictions(&room.state).is_empty());
        gone
    };
    assert_eq!(after(r#"{"federate":false}"#), [bob.clone(), carol.clone()]);
    assert_eq!(after(r#"{"denied_servers":["green.example"]}"#), [carol]);
    assert_eq!(after(r#"{"denied_servers":["*.example"]}"#).len(), 2);
    assert_eq!(
        after(r#"{"denied_servers":["blue.example","red.example"]}"#),
        [bob]
    );
    assert!(after(r#"{"denied_servers":["*.blue.example"]}"#).is_empty());
}
