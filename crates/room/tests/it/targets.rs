//! What edits, reactions, redactions, pins and ends of calls may refer to: refused by the host, void or
//! hidden at a follower, and what an erased one comes to.

use scaiwave_protocol::EventId;
use scaiwave_protocol::event::content::{self as kind, Membership};
use scaiwave_room::{Rejection, Sequenced, Verdict};
use scaiwave_testkit::{EventBuilder, Follower, TestRoom, TestServer};

use crate::scene::{red, room_of_two};

/// A room in which @alice (100) and @bob (0) have said things.
struct Stage {
    room: TestRoom,
    red: TestServer,
    blue: TestServer,
    hers: EventId,
    his: EventId,
    his_edit: EventId,
    his_reaction: EventId,
    a_join: EventId,
    nothing: EventId,
}

fn stage() -> Stage {
    let (mut room, red, blue) = room_of_two();
    let hers = room.must(red.message("alice", "one"));
    let his = room.must(blue.message("bob", "two"));
    Stage {
        his_edit: room.must(blue.edit("bob", his, "zwei")),
        his_reaction: room.must(blue.reaction("bob", hers, "👍", true)),
        a_join: room.entry(3).event().id(),
        nothing: EventId::v7(1, [0; 10]),
        room,
        red,
        blue,
        hers,
        his,
    }
}

use Rejection::{NotOwn, TargetUnfit};

/// The host refuses with `refusal`; a follower, if the host does not, comes to the verdict.
#[track_caller]
fn check(stage: &Stage, event: EventBuilder, refusal: Option<Rejection>, verdict: Verdict) {
    let sent = stage.room.clone().send(event.clone());
    match refusal {
        None => assert!(matches!(sent, Ok(Sequenced::New(_))), "{sent:?}"),
        Some(why) => assert_eq!(sent.unwrap_err(), why),
    }
    let mut cheated = stage.room.clone();
    assert_eq!(cheated.force(event.clone()), verdict);
    // The same for whoever verified the signature beforehand.
    let mut follower = Follower::from_start(&cheated);
    follower.feed(&cheated, cheated.len() - 1).unwrap();
    follower.feed_proven(&cheated, cheated.len()).unwrap();
    assert_eq!(follower.verdicts.last(), Some(&verdict));
    // Erased, it counts as allowed whatever it named.
    let event = stage.room.sign(event).into_event();
    if kind::is_erasable(event.kind().as_str()) {
        let (mut full, mut erased) = (stage.room.clone(), stage.room.clone());
        full.force_event(&event);
        assert_eq!(erased.force_event(&event.erased()), Verdict::Accepted);
        assert_eq!(erased.state.head(), full.state.head());
        assert_eq!(
            erased.state.to_snapshot_state(),
            full.state.to_snapshot_state()
        );
    }
}

fn allowed(stage: &Stage, event: EventBuilder) {
    check(stage, event, None, Verdict::Accepted);
}

fn hidden(stage: &Stage, event: EventBuilder, why: Rejection) {
    check(stage, event, Some(why), Verdict::Hidden);
}

fn void(stage: &Stage, event: EventBuilder, why: Rejection) {
    check(stage, event, Some(why), Verdict::Void(why));
}

#[test]
fn edits_are_of_own_messages() {
    let s = &stage();
    allowed(s, s.blue.edit("bob", s.his, "x"));
    hidden(s, s.blue.edit("bob", s.hers, "x"), NotOwn);
    hidden(s, s.red.edit("alice", s.his, "x"), NotOwn);
    for id in [s.his_edit, s.his_reaction, s.a_join, s.nothing] {
        hidden(s, s.blue.edit("bob", id, "x"), TargetUnfit);
    }
}

#[test]
fn reactions_are_to_messages() {
    let s = &stage();
    for add in [true, false] {
        allowed(s, s.blue.reaction("bob", s.hers, "👍", add));
        for id in [s.his_edit, s.his_reaction, s.a_join, s.nothing] {
            hidden(s, s.blue.reaction("bob", id, "👍", add), TargetUnfit);
        }
    }
}

#[test]
fn redactions_are_of_own_words_or_by_moderators() {
    let s = &mut stage();
    for id in [s.his, s.his_edit, s.his_reaction] {
        allowed(s, s.blue.redaction("bob", id));
        allowed(s, s.red.redaction("alice", id));
    }
    void(s, s.blue.redaction("bob", s.hers), NotOwn);
    for id in [s.a_join, s.nothing] {
        void(s, s.red.redaction("alice", id), TargetUnfit);
    }
    let bob = s.blue.user("bob");
    s.room.empower(&bob, 49);
    void(s, s.blue.redaction("bob", s.hers), NotOwn);
    s.room.empower(&bob, 50);
    allowed(s, s.blue.redaction("bob", s.hers));
}

#[test]
fn pins_are_the_hosts_to_check() {
    let s = &stage();
    // The fold takes whatever is named.
    for id in [s.his, s.a_join, s.nothing] {
        allowed(s, s.red.pin("alice", id, true));
    }
    check(
        s,
        s.blue.pin("bob", s.his, true),
        Some(Rejection::PowerTooLow),
        Verdict::Void(Rejection::PowerTooLow),
    );
}

#[test]
fn calls_are_ended_by_their_starter_or_moderators() {
    let s = &mut stage();
    s.room.must(s.blue.call("bob", true, "his"));
    s.room.must(s.red.call("alice", true, "hers"));
    allowed(s, s.blue.call("bob", false, "his"));
    allowed(s, s.red.call("alice", false, "his"));
    void(s, s.blue.call("bob", false, "hers"), NotOwn);
    void(s, s.blue.call("bob", false, "none"), TargetUnfit);
    allowed(s, s.red.call("alice", false, "none"));
    // Who starts a running call again does not become its starter.
    s.room.must(s.blue.call("bob", true, "hers"));
    void(s, s.blue.call("bob", false, "hers"), NotOwn);
    s.room.must(s.red.call("alice", false, "hers"));
    s.room.must(s.blue.call("bob", true, "hers"));
    allowed(s, s.blue.call("bob", false, "hers"));
    let bob = s.blue.user("bob");
    s.room.empower(&bob, 49);
    s.room.must(s.red.call("alice", true, "another"));
    void(s, s.blue.call("bob", false, "another"), NotOwn);
    s.room.empower(&bob, 50);
    allowed(s, s.blue.call("bob", false, "another"));
}

#[test]
fn content_that_does_not_fit_hides_words_and_voids_the_rest() {
    let s = &stage();
    let unfit = Rejection::ContentUnfit;
    hidden(s, s.blue.message("bob", "x").without("body"), unfit);
    hidden(
        s,
        s.blue.message("bob", "x").with("mentions", vec!["bob"]),
        unfit,
    );
    hidden(s, s.blue.edit("bob", s.his, "x").without("content"), unfit);
    hidden(s, s.blue.reaction("bob", s.hers, "", true), unfit);
    hidden(
        s,
        s.blue.reaction("bob", s.hers, &"x".repeat(65), true),
        unfit,
    );
    allowed(s, s.blue.reaction("bob", s.hers, &"x".repeat(64), true));
    void(s, s.blue.redaction("bob", s.his).without("event_id"), unfit);
    void(s, s.red.pin("alice", s.his, true).without("pinned"), unfit);
    void(
        s,
        s.blue.call("bob", true, "x").with("kind", "smoke"),
        unfit,
    );
    void(
        s,
        s.blue.own("bob", Membership::Join).with("display_name", ""),
        unfit,
    );
    // Members that nobody knows are kept.
    allowed(s, s.blue.message("bob", "x").with("x.colour", "red"));
}

/// What only the sender decides voids also what could have come erased.
#[test]
fn an_erased_event_is_judged_by_its_sender() {
    let s = stage();
    let outsider = [
        s.blue.message("eve", "x"),
        s.blue.edit("eve", s.his, "x"),
        s.blue.reaction("eve", s.his, "👍", true),
    ];
    for event in outsider {
        let event = s.room.sign(event);
        for event in [event.erased(), event.into_event()] {
            let verdict = s.room.clone().force_event(&event);
            assert_eq!(verdict, Verdict::Void(Rejection::SenderNotJoined));
        }
    }
    let mut archived = s.room.clone();
    archived.must(s.red.state(
        "alice",
        scaiwave_protocol::event::content::RoomLife::Archived,
    ));
    let event = archived.sign(s.blue.message("bob", "x")).erased();
    let verdict = archived.force_event(&event);
    assert_eq!(verdict, Verdict::Void(Rejection::RoomNotOpen));
}

/// The host itself sequences nothing that has been erased.
#[test]
fn nothing_erased_is_sequenced() {
    let s = stage();
    let erased = s.room.sign(s.blue.message("bob", "x")).erased();
    let received = scaiwave_protocol::Received::parse(erased.to_json()).unwrap();
    use scaiwave_protocol::Sign as _;
    let authentic = received.verify(&s.blue.key().public_key()).unwrap();
    let why = s.room.clone().submit(authentic).unwrap_err();
    assert_eq!(why, Rejection::ContentUnfit);
}

/// What lies below a base counts as allowed; what is held is judged.
#[test]
fn below_the_base_counts_as_allowed() {
    let s = stage();
    let base = s.room.len();
    let mut cheated = s.room.clone();
    let above = cheated.must(s.red.message("alice", "above the base"));
    for event in [
        s.blue.edit("bob", s.hers, "x"),
        s.blue.edit("bob", s.a_join, "x"),
        s.blue.reaction("bob", s.a_join, "👍", true),
        s.blue.redaction("bob", s.hers),
        s.blue.redaction("bob", s.nothing),
        s.blue.call("bob", false, "none"),
    ] {
        let mut cheated = cheated.clone();
        assert_ne!(cheated.force(event), Verdict::Accepted);
        let mut follower = Follower::from_snapshot(&cheated, base);
        follower.catch_up(&cheated);
        assert_eq!(follower.verdicts, [Verdict::Accepted, Verdict::Accepted]);
    }
    let verdict = cheated.force(s.blue.edit("bob", above, "x"));
    let mut follower = Follower::from_snapshot(&cheated, base);
    follower.catch_up(&cheated);
    assert_eq!(follower.verdicts.last(), Some(&verdict));
    assert_eq!(verdict, Verdict::Hidden);
}

/// A follower notes within a batch what has been redacted.
#[test]
fn redactions_are_noted() {
    let mut s = stage();
    s.room.must(s.red.redaction("alice", s.his));
    let mut follower = Follower::from_start(&s.room);
    follower.catch_up(&s.room);
    assert!(follower.known.get(&s.his).unwrap().redacted);
    assert!(!follower.known.get(&s.hers).unwrap().redacted);
    let void = s.room.force(s.blue.redaction("bob", s.hers));
    assert_eq!(void, Verdict::Void(NotOwn));
    follower.catch_up(&s.room);
    assert!(!follower.known.get(&s.hers).unwrap().redacted);
}

/// A second genesis belongs to another room: the shape is wrong, not the rules.
#[test]
fn a_room_begins_once() {
    let s = stage();
    let create = scaiwave_testkit::json(
        r#"{"room_type":"group","federate":true,"history":"joined","nonce":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
    );
    let genesis = red().event("alice", kind::CREATE, create).sign();
    let why = s.room.clone().submit(genesis).unwrap_err();
    assert_eq!(why, Rejection::OtherRoom);
}
