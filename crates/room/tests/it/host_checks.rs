//! What the host alone judges, on both sides of each edge.

use scaiwave_protocol::event::content::Membership::{Invite, Join, Leave};
use scaiwave_protocol::{Content, EventId};
use scaiwave_room::{HostLimits, Rejection, Target, check_as_host};
use scaiwave_testkit::{EventBuilder, START_MS, TestRoom, TestServer, json};

use crate::scene::{blue, room_of_two};

const LIMITS: HostLimits = HostLimits {
    max_foreign_participants: 3,
    edit_window_s: 60,
    federates: true,
    mentions_max: 2,
};

fn judge(room: &TestRoom, event: EventBuilder, now: u64) -> Result<(), Rejection> {
    let event = room.sign(event);
    let content = Content::parse(event.kind(), event.content().unwrap()).unwrap();
    let target = room.known.target(Some(&content));
    check_as_host(&room.state, &event, &content, target, &LIMITS, now)
}

#[track_caller]
fn check(room: &TestRoom, event: EventBuilder, expected: Result<(), Rejection>) {
    assert_eq!(judge(room, event, START_MS + 1_000), expected);
}

#[test]
fn edits_within_their_window() {
    let (mut room, red, blue) = room_of_two();
    let id = room.must(blue.message("bob", "x"));
    let said = room.state.head_ts();
    let edit = || blue.edit("bob", id, "y");
    assert_eq!(judge(&room, edit(), said + 60_000), Ok(()));
    assert_eq!(
        judge(&room, edit(), said + 60_001),
        Err(Rejection::EditTooLate)
    );
    // The room's own window replaces the policy's.
    room.must(red.settings("alice", r#"{"edit_window_s":120}"#));
    assert_eq!(judge(&room, edit(), said + 120_000), Ok(()));
    assert_eq!(
        judge(&room, edit(), said + 120_001),
        Err(Rejection::EditTooLate)
    );
    room.must(red.settings("alice", r#"{"edit_window_s":0}"#));
    assert_eq!(judge(&room, edit(), said), Ok(()));
    assert_eq!(judge(&room, edit(), said + 1), Err(Rejection::EditTooLate));
    room.must(red.settings("alice", r#"{"edit_window_s":9007199254740991}"#));
    assert_eq!(judge(&room, edit(), 9_000_000_000_000_000_000), Ok(()));
}

#[test]
fn room_mentions_need_50() {
    let (mut room, _, blue) = room_of_two();
    let bob = blue.user("bob");
    let id = room.must(blue.message("bob", "x"));
    let shouts = || blue.mentioning("bob", vec!["@room"]);
    let content = room.sign(shouts()).content().unwrap().clone();
    let edited = || blue.edit("bob", id, "x").with("content", content.clone());
    for (level, expected) in [(49, Err(Rejection::RoomMentionForbidden)), (50, Ok(()))] {
        room.empower(&bob, level);
        check(&room, shouts(), expected);
        check(&room, edited(), expected);
    }
}

#[test]
fn mentions_are_limited() {
    let (room, _, blue) = room_of_two();
    let many = |n| {
        let all = ["@a:a.example", "@b:a.example", "@c:a.example"];
        blue.mentioning("bob", all.into_iter().take(n).collect())
    };
    check(&room, many(2), Ok(()));
    check(&room, many(3), Err(Rejection::TooManyMentions));
}

#[test]
fn a_reaction_is_one_grapheme_cluster() {
    let (mut room, red, blue) = room_of_two();
    let id = room.must(red.message("alice", "x"));
    let react = |emoji: &str, add| blue.reaction("bob", id, emoji, add);
    for emoji in [
        "👍",
        "👍🏽",
        "🇳🇱",
        "👩‍👩‍👧‍👦",
        "🏳️‍🌈",
        "1️⃣",
        "❤️",
        "é",
        "e\u{301}",
        "x",
    ] {
        check(&room, react(emoji, true), Ok(()));
        check(&room, react(emoji, false), Ok(()));
    }
    for emoji in ["👍👍", "🇳🇱🇧🇪", "👍x", "xy", "👍 ", "1️⃣2️⃣"] {
        check(&room, react(emoji, true), Err(Rejection::NotOneEmoji));
        check(&room, react(emoji, false), Err(Rejection::NotOneEmoji));
    }
}

#[test]
fn a_redacted_message_is_left_alone() {
    let (mut room, red, blue) = room_of_two();
    let id = room.must(blue.message("bob", "x"));
    room.must(red.redaction("alice", id));
    room.known.redact(&id);
    let gone = Err(Rejection::TargetRedacted);
    check(&room, blue.edit("bob", id, "y"), gone);
    check(&room, red.reaction("alice", id, "👍", true), gone);
    check(&room, red.reaction("alice", id, "👍", false), gone);
    check(&room, red.pin("alice", id, true), Err(Rejection::PinUnfit));
    check(&room, red.pin("alice", id, false), Ok(()));
    check(&room, red.redaction("alice", id), Ok(()));
}

#[test]
fn pins_name_messages() {
    let (mut room, red, blue) = room_of_two();
    let message = room.must(blue.message("bob", "x"));
    let edit = room.must(blue.edit("bob", message, "y"));
    let a_join = room.entry(3).event().id();
    check(&room, red.pin("alice", message, true), Ok(()));
    for id in [edit, a_join, EventId::v7(1, [0; 10])] {
        check(&room, red.pin("alice", id, true), Err(Rejection::PinUnfit));
        check(&room, red.pin("alice", id, false), Ok(()));
    }
}

#[test]
fn a_running_call_is_not_started_again() {
    let (mut room, red, blue) = room_of_two();
    room.must(red.call("alice", true, "c"));
    check(
        &room,
        blue.call("bob", true, "c"),
        Err(Rejection::CallRunning),
    );
    check(&room, blue.call("bob", true, "d"), Ok(()));
    room.must(red.call("alice", false, "c"));
    check(&room, blue.call("bob", true, "c"), Ok(()));
}

/// @bob is in; `n` more of blue are invited.
fn crowd(n: usize, settings: &str) -> (TestRoom, TestServer, TestServer) {
    let (mut room, red, blue) = room_of_two();
    room.must(red.settings("alice", settings));
    for i in 0..n {
        room.must(red.member("alice", &blue.user(&format!("u{i}")), Invite));
    }
    (room, red, blue)
}

#[test]
fn foreign_participants_are_counted_with_the_invited() {
    let full = Err(Rejection::TooManyForeign);
    for (invited, settings, expected) in [
        (1, "{}", Ok(())),
        (2, "{}", full),
        // The room's setting can only lower the policy's.
        (1, r#"{"max_foreign_participants":9}"#, Ok(())),
        (2, r#"{"max_foreign_participants":9}"#, full),
        (0, r#"{"max_foreign_participants":2}"#, Ok(())),
        (1, r#"{"max_foreign_participants":2}"#, full),
        (0, r#"{"max_foreign_participants":0}"#, full),
    ] {
        let (room, red, blue) = crowd(invited, settings);
        check(
            &room,
            red.member("alice", &blue.user("new"), Invite),
            expected,
        );
        // Those of the host do not count, and who counts already comes in.
        check(&room, red.member("alice", &red.user("new"), Invite), Ok(()));
        check(&room, blue.own("bob", Join), Ok(()));
        check(&room, blue.own("bob", Leave), Ok(()));
        if invited > 0 {
            check(&room, blue.own("u0", Join), Ok(()));
            check(&room, red.member("alice", &blue.user("u0"), Invite), Ok(()));
        }
    }
    let (mut room, red, blue) = crowd(2, "{}");
    room.must(blue.own("bob", Leave));
    check(
        &room,
        red.member("alice", &blue.user("new"), Invite),
        Ok(()),
    );
}

#[test]
fn what_has_no_limit_of_the_hosts() {
    let (room, red, _) = room_of_two();
    for event in [
        red.event("alice", "swp.room.name", json(r#"{"name":"x"}"#)),
        red.settings("alice", "{}"),
        red.power("alice", &red.user("x"), 1),
        red.record(&blue().descriptor(), false),
        red.event("alice", "x.unknown", json("{}")),
        red.call("alice", false, "c"),
    ] {
        check(&room, event, Ok(()));
    }
    assert_eq!(HostLimits::default().max_foreign_participants, 50);
    assert_eq!(Target::id_in(&Content::Unknown), None);
}
