//! What each type needs (protocol section 3), one level below and at it, in every life of a room.

use scaiwave_protocol::event::content::{self as kind, Membership, RoomLife};
use scaiwave_protocol::{Content, Event, EventId};
use scaiwave_room::{KnownEvents, Rejection, RoomState, authorize};
use scaiwave_testkit::{EventBuilder, TestRoom, TestServer, json};

use crate::scene::{Scene, red};

struct Row {
    name: &'static str,
    needs: u8,
    /// Marked * in the text.
    settable: bool,
    when_not_open: bool,
    event: fn(&TestServer, EventId) -> EventBuilder,
}

const fn row(
    name: &'static str,
    needs: u8,
    settable: bool,
    when_not_open: bool,
    event: fn(&TestServer, EventId) -> EventBuilder,
) -> Row {
    Row {
        name,
        needs,
        settable,
        when_not_open,
        event,
    }
}

/// Sent by @sally, who wrote the message that they refer to.
const ROWS: &[Row] = &[
    row(kind::NAME, 50, true, false, |s, _| {
        s.event("sally", kind::NAME, json(r#"{"name":"x"}"#))
    }),
    row(kind::TOPIC, 50, true, false, |s, _| {
        s.event("sally", kind::TOPIC, json(r#"{"topic":"x"}"#))
    }),
    row(kind::POWER, 100, false, true, |s, _| {
        s.power("sally", &s.user("other"), 1)
    }),
    row(kind::SETTINGS, 100, false, false, |s, _| {
        s.settings("sally", r#"{"federate":true}"#)
    }),
    row(kind::STATE, 100, false, true, |s, _| {
        s.state("sally", RoomLife::Closed)
    }),
    row(kind::MESSAGE, 0, true, false, |s, _| {
        s.message("sally", "hello")
    }),
    row(kind::EDIT, 0, false, false, |s, own| {
        s.edit("sally", own, "hello")
    }),
    row(kind::REACTION, 0, false, false, |s, own| {
        s.reaction("sally", own, "👍", true)
    }),
    row(kind::REDACTION, 0, false, true, |s, own| {
        s.redaction("sally", own)
    }),
    row(kind::PIN, 50, true, false, |s, own| {
        s.pin("sally", own, true)
    }),
    row(kind::CALL_START, 0, false, false, |s, _| {
        s.call("sally", true, "new")
    }),
    row(kind::CALL_END, 0, false, false, |s, _| {
        s.call("sally", false, "running")
    }),
];

struct Stage {
    red: TestServer,
    room: TestRoom,
    own: EventId,
}

impl Stage {
    fn new() -> Self {
        let red = red();
        let mut room = TestRoom::group(&red, "alice");
        room.must(red.member("alice", &red.user("sally"), Membership::Invite));
        room.must(red.own("sally", Membership::Join));
        let own = room.must(red.message("sally", "mine"));
        room.must(red.call("sally", true, "running"));
        Stage { red, room, own }
    }

    fn scene(&self, level: u8) -> Scene {
        Scene::of(&self.room).power(&self.red.user("sally"), level)
    }

    fn event(&self, builder: EventBuilder) -> Event {
        self.room.sign(builder).into_event()
    }

    fn judge(&self, state: &RoomState, event: &Event) -> Result<(), Rejection> {
        judge(state, event, &self.room.known)
    }
}

fn judge(state: &RoomState, event: &Event, known: &KnownEvents) -> Result<(), Rejection> {
    let content = Content::parse(event.kind(), event.content().unwrap()).unwrap();
    let target = known.target(Some(&content));
    authorize(state, event, Some(&content), target, state.head_ts() + 1)
}

#[track_caller]
fn check(stage: &Stage, what: &str, scene: Scene, event: &Event, expected: Result<(), Rejection>) {
    assert_eq!(stage.judge(&scene.build(), event), expected, "{what}");
}

#[test]
fn each_type_at_and_below_its_level() {
    let stage = Stage::new();
    for Row {
        name,
        needs,
        settable,
        event,
        ..
    } in ROWS
    {
        let event = &stage.event(event(&stage.red, stage.own));
        check(&stage, name, stage.scene(*needs), event, Ok(()));
        if *needs > 0 {
            let below = stage.scene(needs - 1);
            check(&stage, name, below, event, Err(Rejection::PowerTooLow));
        }
        // A room can move the levels marked *, and no others.
        for level in [1, 30, 100] {
            let levels = || json(&format!(r#"{{"{name}":{level}}}"#));
            let moved = if *settable { level } else { *needs };
            let what = format!("{name} with a level of {level} in the settings");
            let at = stage.scene(moved).setting("levels", levels());
            check(&stage, &what, at, event, Ok(()));
            if moved > 0 {
                let below = stage.scene(moved - 1).setting("levels", levels());
                check(&stage, &what, below, event, Err(Rejection::PowerTooLow));
            }
        }
        let free = stage
            .scene(0)
            .setting("levels", json(&format!(r#"{{"{name}":0}}"#)));
        let freed = if *settable || *needs == 0 {
            Ok(())
        } else {
            Err(Rejection::PowerTooLow)
        };
        check(&stage, name, free, event, freed);
    }
}

#[test]
fn only_those_who_are_joined() {
    let stage = Stage::new();
    let sally = stage.red.user("sally");
    use Membership::{Ban, Invite, Knock, Leave};
    for Row { name, event, .. } in ROWS {
        let event = &stage.event(event(&stage.red, stage.own));
        for is in [None, Some(Invite), Some(Leave), Some(Ban), Some(Knock)] {
            let scene = stage.scene(100).member(&sally, is, None);
            check(&stage, name, scene, event, Err(Rejection::SenderNotJoined));
        }
    }
}

#[test]
fn a_room_that_is_not_open() {
    let stage = Stage::new();
    for Row {
        name,
        when_not_open,
        event,
        ..
    } in ROWS
    {
        let event = &stage.event(event(&stage.red, stage.own));
        for life in ["archived", "closed"] {
            let expected = match (*when_not_open, *name, life) {
                (false, ..) => Err(Rejection::RoomNotOpen),
                (true, kind::STATE, "closed") => Err(Rejection::RoomClosed),
                (true, ..) => Ok(()),
            };
            check(&stage, name, stage.scene(100).life(life), event, expected);
        }
    }
    // The host's records go on; a hand-over does not.
    let record = stage.event(stage.red.record(&stage.red.descriptor(), true));
    let transfer = stage.event(stage.room.transfer(&stage.red, 2));
    for life in ["archived", "closed"] {
        check(&stage, "record", stage.scene(0).life(life), &record, Ok(()));
        let refused = Err(Rejection::RoomNotOpen);
        check(
            &stage,
            "transfer",
            stage.scene(0).life(life),
            &transfer,
            refused,
        );
    }
}

#[test]
fn unknown_types_follow_messages() {
    let stage = Stage::new();
    let event = stage.event(stage.red.event("sally", "x.poll", json("{}")));
    let with = |levels: &str| stage.scene(9).setting("levels", json(levels));
    let low = Err(Rejection::PowerTooLow);
    check(&stage, "default", stage.scene(0), &event, Ok(()));
    check(
        &stage,
        "at",
        with(r#"{"swp.room.message":9}"#),
        &event,
        Ok(()),
    );
    check(
        &stage,
        "below",
        with(r#"{"swp.room.message":10}"#),
        &event,
        low,
    );
    check(
        &stage,
        "of its own",
        with(r#"{"x.poll":100}"#),
        &event,
        Ok(()),
    );
    let archived = Err(Rejection::RoomNotOpen);
    check(
        &stage,
        "archived",
        stage.scene(9).life("archived"),
        &event,
        archived,
    );
}

#[test]
fn a_server_speaks_only_in_control_events() {
    let stage = Stage::new();
    for Row { name, event, .. } in ROWS {
        let content = stage
            .event(event(&stage.red, stage.own))
            .content()
            .unwrap()
            .clone();
        let as_server = stage.event(stage.red.event("_server", name, content));
        let refused = Err(Rejection::NotForServers);
        check(&stage, name, stage.scene(0), &as_server, refused);
    }
    let content = stage.event(stage.red.record(&stage.red.descriptor(), true));
    let content = content.content().unwrap().clone();
    let as_person = stage.event(stage.red.event("alice", kind::SERVER, content));
    check(
        &stage,
        "record",
        stage.scene(100),
        &as_person,
        Err(Rejection::HostOnly),
    );
}

#[test]
fn levels_are_granted_up_to_ones_own() {
    let stage = Stage::new();
    let (sally, other) = (stage.red.user("sally"), stage.red.user("other"));
    let grant = |to, level| stage.event(stage.red.power("sally", to, level));
    let high = || Err(Rejection::TargetTooPowerful);
    for (to, level, target_has, expected) in [
        (&other, 100, 0, Ok(())),
        (&other, 0, 99, Ok(())),
        (&other, 0, 100, high()),
        (&other, 100, 100, high()),
        (&sally, 100, 100, Ok(())),
        (&sally, 0, 100, Ok(())),
    ] {
        let scene = stage.scene(100).power(to, target_has);
        check(
            &stage,
            &format!("{to} {target_has} → {level}"),
            scene,
            &grant(to, level),
            expected,
        );
    }
    // Content outside the table is refused before any rule.
    let mut room = stage.room.clone();
    for level in [-1, 101] {
        let event = stage.red.power("alice", &other, 1);
        let event = event.with("level", scaiwave_protocol::Json::Int(level));
        assert_eq!(room.send(event).unwrap_err(), Rejection::ContentUnfit);
    }
    let levels = stage
        .red
        .settings("alice", r#"{"levels":{"swp.room.name":101}}"#);
    assert_eq!(room.send(levels).unwrap_err(), Rejection::ContentUnfit);
}

#[test]
fn closed_is_final_and_a_doubled_dm_closes_itself() {
    let red = red();
    let close = |room: &TestRoom, replaced: bool| {
        let event = room.host().state("_server", RoomLife::Closed);
        if replaced {
            event.with("replaced_by", "room-x")
        } else {
            event
        }
    };
    let mut group = TestRoom::group(&red, "alice");
    assert_eq!(
        group.send(close(&group, true)).unwrap_err(),
        Rejection::NotForServers
    );
    let mut dm = TestRoom::begin(&red, "alice", "dm");
    assert_eq!(
        dm.send(close(&dm, false)).unwrap_err(),
        Rejection::NotForServers
    );
    let archive = red
        .state("_server", RoomLife::Archived)
        .with("replaced_by", "room-x");
    assert_eq!(dm.send(archive).unwrap_err(), Rejection::NotForServers);
    dm.must(close(&dm, true));
    assert_eq!(dm.state.replaced_by(), Some("room-x"));
    assert_eq!(
        dm.send(close(&dm, true)).unwrap_err(),
        Rejection::RoomClosed
    );
    assert_eq!(
        dm.send(red.state("alice", RoomLife::Open)).unwrap_err(),
        Rejection::RoomClosed
    );
}
