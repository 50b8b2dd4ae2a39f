//! What accepted events change.

use scaiwave_protocol::Json;
use scaiwave_protocol::event::content::Membership::{self, Ban, Invite, Join, Leave};
use scaiwave_protocol::event::content::{self as kind, RoomLife};
use scaiwave_room::{Rejection, RoomState};
use scaiwave_testkit::{TestRoom, json};

use crate::scene::{blue, green, red, room_of_two};

fn state_of(room: &TestRoom) -> Json {
    room.state.to_snapshot_state()
}

#[test]
fn leaving_and_banning_reset_the_level() {
    let (mut room, red, blue) = room_of_two();
    let bob = blue.user("bob");
    for gone in [
        red.member("alice", &bob, Leave),
        red.member("alice", &bob, Ban),
        blue.own("bob", Leave),
    ] {
        let mut room = room.clone();
        room.empower(&bob, 60);
        room.must(gone);
        assert_eq!(room.state.power(&bob), 0);
        assert!(!room.state.is_joined(&bob));
    }
    // Declining an invitation resets it as well.
    let dan = blue.user("dan");
    room.must(red.member("alice", &dan, Invite));
    room.empower(&dan, 60);
    room.must(blue.own("dan", Leave));
    assert_eq!(room.state.power(&dan), 0);
}

#[test]
fn a_profile_is_that_of_the_last_own_join() {
    let (mut room, red, blue) = room_of_two();
    let bob = blue.user("bob");
    let profile = |room: &TestRoom| {
        let member = &room.state.members()[&bob];
        (member.display_name.clone(), member.avatar.clone())
    };
    let named = blue
        .own("bob", Join)
        .with("display_name", "Bob")
        .with("avatar", "media-1");
    room.must(named);
    assert_eq!(
        profile(&room),
        (Some("Bob".to_owned()), Some("media-1".to_owned()))
    );
    // What others write about him changes nothing.
    room.must(
        red.member("alice", &bob, Leave)
            .with("display_name", "Nobody"),
    );
    room.must(red.member("alice", &bob, Invite).with("avatar", "media-2"));
    assert_eq!(
        profile(&room),
        (Some("Bob".to_owned()), Some("media-1".to_owned()))
    );
    room.must(blue.own("bob", Join).with("display_name", "Robert"));
    assert_eq!(profile(&room), (Some("Robert".to_owned()), None));
}

#[test]
fn an_invitation_on_top_of_one_changes_nothing() {
    let (mut room, red, blue) = room_of_two();
    let green = green();
    let carol = green.user("carol");
    room.learn(&green);
    room.must(red.member("alice", &carol, Invite));
    let before = room.state.members()[&carol].clone();
    assert_eq!(before.by, Some(red.user("alice")));
    room.must(blue.member("bob", &carol, Invite));
    assert_eq!(room.state.members()[&carol], before);
    // So @bob is not the one who may withdraw it.
    assert!(room.send(blue.member("bob", &carol, Leave)).is_err());
    room.record_if_new(&green);
    room.must(green.own("carol", Join));
    assert_eq!(room.state.members()[&carol].by, None);
}

#[test]
fn who_has_gone_withdraws_no_invitation() {
    let (mut room, red, blue) = room_of_two();
    let (bob, dan) = (blue.user("bob"), red.user("dan"));
    room.must(blue.member("bob", &dan, Invite));
    let withdraw = || blue.member("bob", &dan, Leave);
    assert!(room.clone().send(withdraw()).is_ok());
    for gone in [Leave, Ban] {
        let mut room = room.clone();
        room.must(red.member("alice", &bob, gone));
        assert!(room.send(withdraw()).is_err());
    }
}

#[test]
fn settings_replace_what_they_name() {
    let red = red();
    let mut room = TestRoom::group(&red, "alice");
    room.must(red.settings(
        "alice",
        r#"{"invite_level":5,"x.new":[1],"levels":{"a":1,"b":2}}"#,
    ));
    room.must(red.settings("alice", r#"{"federate":false,"levels":{"b":3}}"#));
    let settings = state_of(&room).get("settings").unwrap().clone();
    let expected = r#"{"federate":false,"history":"shared","invite_level":5,"x.new":[1],
        "levels":{"b":3}}"#;
    assert_eq!(settings, json(expected));
    assert_eq!(room.state.invite_level(), 5);
    assert!(!room.state.federates());
}

// A room that stays at home does so whatever its genesis and its settings say, and nobody else starts from
// its snapshot.
#[test]
fn an_incognito_room_never_federates() {
    let (red, blue) = (red(), blue());
    let mut room = TestRoom::begin(&red, "alice", "incognito");
    assert!(!room.state.federates());
    let foreign = red.member("alice", &blue.user("bob"), Invite);
    assert_eq!(room.send(foreign).unwrap_err(), Rejection::NotFederated);
    room.must(red.member("alice", &red.user("carol"), Invite));
    let open = red.settings("alice", r#"{"federate":true}"#);
    assert_eq!(room.send(open).unwrap_err(), Rejection::NotFederated);
    room.must(red.settings("alice", r#"{"federate":false,"invite_level":50}"#));
    let snapshot = room.snapshot(room.state.head().seq);
    let refused = RoomState::from_snapshot(&snapshot).unwrap_err();
    assert!(refused.to_string().contains("never federates"), "{refused}");
}

#[test]
fn pins_keep_their_order_and_outlive_redactions() {
    let (mut room, red, _) = room_of_two();
    let [a, b, c] = ["a", "b", "c"].map(|text| room.must(red.message("alice", text)));
    for id in [a, b, c] {
        room.must(red.pin("alice", id, true));
    }
    assert_eq!(room.state.pins(), [a, b, c]);
    // A second pin is the newer one.
    room.must(red.pin("alice", a, true));
    assert_eq!(room.state.pins(), [b, c, a]);
    room.must(red.pin("alice", c, false));
    room.must(red.pin("alice", c, false));
    assert_eq!(room.state.pins(), [b, a]);
    // The text gives redactions no effect on pins, and only the content of a message goes.
    room.must(red.redaction("alice", b));
    assert_eq!(room.state.pins(), [b, a]);
}

#[test]
fn names_topics_and_lives() {
    let red = red();
    let create = r#"{"room_type":"public","federate":false,"history":"joined","name":"n","topic":"t",
        "nonce":"AAAAAAAAAAAAAAAAAAAAAA"}"#;
    let mut room = TestRoom::begin_with(&red, "alice", json(create));
    assert_eq!(
        (room.state.name(), room.state.topic()),
        (Some("n"), Some("t"))
    );
    room.must(red.event("alice", kind::NAME, json(r#"{"name":"N"}"#)));
    room.must(red.event("alice", kind::TOPIC, json(r#"{"topic":""}"#)));
    assert_eq!(
        (room.state.name(), room.state.topic()),
        (Some("N"), Some(""))
    );
    room.must(
        red.state("alice", RoomLife::Archived)
            .with("replaced_by", "room-y"),
    );
    assert_eq!(room.state.replaced_by(), Some("room-y"));
    room.must(red.state("alice", RoomLife::Open));
    assert_eq!(
        (room.state.life(), room.state.replaced_by()),
        (RoomLife::Open, None)
    );
}

/// Hidden and void entries move the head and nothing else but the count of their server.
#[test]
fn what_is_not_accepted_changes_nothing() {
    let (mut room, red, blue) = room_of_two();
    let bob = blue.user("bob");
    let before = state_of(&room);
    for event in [
        blue.event("bob", kind::NAME, json(r#"{"name":"mine"}"#)),
        blue.power("bob", &bob, 100),
        blue.member("bob", &red.user("alice"), Ban),
        blue.own("bob", Membership::Knock),
        blue.settings("bob", r#"{"federate":false}"#),
        blue.state("bob", RoomLife::Closed),
        blue.record(&blue.descriptor(), false),
        blue.message("bob", "x").without("body"),
    ] {
        room.force(event);
    }
    let after = state_of(&room);
    for part in [
        "name",
        "powers",
        "members",
        "settings",
        "room_state",
        "pins",
    ] {
        assert_eq!(after.get(part), before.get(part), "{part}");
    }
    let count = |state: &Json| {
        let server = state.get("servers").unwrap().get("blue.example").unwrap();
        server.get("last_origin_seq").unwrap().as_int().unwrap()
    };
    assert_eq!(count(&after), count(&before) + 8);
    assert_eq!(room.state.present_servers().count(), 2);
}
