//! Every change of membership by everybody, against the table of protocol section 3 written anew.

use scaiwave_protocol::event::content::Membership::{self, Ban, Invite, Join, Knock, Leave};
use scaiwave_protocol::{Content, Event, Fqid};
use scaiwave_room::{RoomState, Target, authorize};
use scaiwave_testkit::{TestRoom, TestServer};

use crate::scene::{Scene, blue, green, red};

/// Who acts. People named here have nothing to do with the change but what their name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Actor {
    Own,
    /// Joined at the host, with this level.
    Local(u8),
    /// Joined from another server, with this level.
    Foreign(u8),
    /// Not joined, with level 100.
    Outside,
    /// Whoever invited the target, joined and without power.
    Inviter,
    /// The same, gone since.
    GoneInviter,
    HostServer,
    /// The target's own server, when it is not the host.
    OtherServer,
}

const ACTORS: &[Actor] = &[
    Actor::Own,
    Actor::Local(0),
    Actor::Local(49),
    Actor::Local(50),
    Actor::Local(100),
    Actor::Foreign(0),
    Actor::Foreign(50),
    Actor::Outside,
    Actor::Inviter,
    Actor::GoneInviter,
    Actor::HostServer,
    Actor::OtherServer,
];

#[derive(Clone, Copy, Debug)]
struct Case {
    room_type: &'static str,
    federate: bool,
    denied: bool,
    life: &'static str,
    target_is_local: bool,
    target_power: u8,
    invite_level: u8,
    from: Option<Membership>,
    to: Membership,
    actor: Actor,
}

/// The rules, as one reads them in the text.
fn expected(case: &Case) -> bool {
    let own = case.actor == Actor::Own;
    let level = match case.actor {
        Actor::Local(level) | Actor::Foreign(level) => Some(level),
        Actor::Inviter => Some(0),
        Actor::Own if case.from == Some(Join) => Some(case.target_power),
        Actor::Own | Actor::Outside | Actor::GoneInviter => None,
        Actor::HostServer | Actor::OtherServer => None,
    };
    let has = |needed: u8| level.is_some_and(|level| level >= needed);
    let above = level.is_some_and(|level| level > case.target_power);
    let host_server = case.actor == Actor::HostServer;
    let comes_in = matches!(case.to, Invite | Join | Knock);
    if comes_in && case.life != "open" {
        return false;
    }
    if comes_in && !case.target_is_local && (!case.federate || case.denied) {
        return false;
    }
    match (case.from, case.to) {
        (None | Some(Leave | Knock | Invite), Invite) => has(case.invite_level),
        (None | Some(Leave), Join) => own && case.target_is_local && case.room_type == "public",
        (Some(Invite | Join), Join) => own,
        (None | Some(Leave), Knock) => own && case.target_is_local,
        (Some(Knock), Leave) => own || has(50),
        (Some(Invite), Leave) => own || host_server || case.actor == Actor::Inviter || has(50),
        (Some(Join), Leave) => own || (has(50) && above) || (host_server && !case.target_is_local),
        (Some(Ban), Leave) | (_, Ban) => has(50) && above,
        (Some(Join | Ban), Invite) => false,
        (Some(Knock | Ban), Join) | (Some(Invite | Join | Ban | Knock), Knock) => false,
        (None | Some(Leave), Leave) => false,
    }
}

struct Cast {
    red: TestServer,
    blue: TestServer,
    green: TestServer,
}

impl Cast {
    fn target(&self, case: &Case) -> Fqid {
        match case.target_is_local {
            true => self.red.user("target"),
            false => self.blue.user("target"),
        }
    }

    fn actor(&self, actor: Actor, target: &Fqid) -> (TestServer, String) {
        let blue_or_red = match target.server() == self.blue.name() {
            true => self.blue.clone(),
            false => self.red.clone(),
        };
        match actor {
            Actor::Own => (blue_or_red, target.local().to_owned()),
            Actor::Local(level) => (self.red.clone(), format!("l{level}")),
            Actor::Foreign(level) => (self.green.clone(), format!("l{level}")),
            Actor::Outside => (self.red.clone(), "outside".to_owned()),
            Actor::Inviter | Actor::GoneInviter => (self.red.clone(), "inviter".to_owned()),
            Actor::HostServer => (self.red.clone(), "_server".to_owned()),
            Actor::OtherServer => (self.blue.clone(), "_server".to_owned()),
        }
    }

    fn state(&self, room: &TestRoom, case: &Case) -> RoomState {
        let target = self.target(case);
        let inviter = self.red.user("inviter");
        let inviter_is = match case.actor {
            Actor::GoneInviter => Leave,
            _ => Join,
        };
        let mut scene = Scene::of(room)
            .life(case.life)
            .setting("federate", case.federate.into())
            .setting("invite_level", case.invite_level.into())
            .member(&inviter, Some(inviter_is), None)
            .power(&self.red.user("outside"), 100);
        if case.denied {
            // The host cannot deny itself, though the pattern says so.
            let patterns = vec!["red.example", "blue.example"];
            scene = scene.setting("denied_servers", patterns.into());
        }
        for actor in ACTORS {
            if let Actor::Local(level) | Actor::Foreign(level) = actor {
                let (server, local) = self.actor(*actor, &target);
                let who = server.user(&local);
                scene = scene.member(&who, Some(Join), None).power(&who, *level);
            }
        }
        let by = (case.from == Some(Invite)).then_some(&inviter);
        scene
            .member(&target, case.from, by)
            .power(&target, case.target_power)
            .build()
    }

    fn change(&self, room: &TestRoom, case: &Case) -> (Event, Content) {
        let target = self.target(case);
        let (server, local) = self.actor(case.actor, &target);
        let event = room.sign(server.member(&local, &target, case.to));
        let content = Content::parse(event.kind(), event.content().unwrap()).unwrap();
        (event.into_event(), content)
    }
}

fn check(state: &RoomState, change: &(Event, Content), case: &Case, expected: bool) {
    let (event, content) = change;
    let judged = authorize(
        state,
        event,
        Some(content),
        Target::None,
        state.head_ts() + 1,
    );
    assert_eq!(judged.is_ok(), expected, "{case:?}: {judged:?}");
}

/// Runs all cases of a room type; the events are signed once.
fn check_all(room_type: &'static str) {
    let cast = Cast {
        red: red(),
        blue: blue(),
        green: green(),
    };
    let room = TestRoom::begin(&cast.red, "alice", room_type);
    let everything = [
        None,
        Some(Invite),
        Some(Join),
        Some(Leave),
        Some(Ban),
        Some(Knock),
    ];
    assert_eq!(
        everything.len(),
        Membership::ALL.len() + 1,
        "every membership there is"
    );
    let start = Case {
        room_type,
        federate: true,
        denied: false,
        life: "open",
        target_is_local: true,
        target_power: 0,
        invite_level: 0,
        from: None,
        to: Join,
        actor: Actor::Own,
    };
    for target_is_local in [true, false] {
        for (to, actor) in Membership::ALL
            .iter()
            .flat_map(|to| ACTORS.iter().map(move |actor| (*to, *actor)))
        {
            let case = Case {
                target_is_local,
                to,
                actor,
                ..start
            };
            let change = cast.change(&room, &case);
            for (federate, denied) in [(true, false), (false, false), (true, true)] {
                for (life, target_power) in [
                    ("open", 0),
                    ("open", 50),
                    ("open", 49),
                    ("archived", 0),
                    ("closed", 50),
                ] {
                    for (from, invite_level) in everything
                        .iter()
                        .flat_map(|from| [0, 50].map(|level| (*from, level)))
                    {
                        let case = Case {
                            federate,
                            denied,
                            life,
                            target_power,
                            from,
                            invite_level,
                            ..case
                        };
                        let state = cast.state(&room, &case);
                        check(&state, &change, &case, expected(&case));
                    }
                }
            }
        }
    }
}

#[test]
fn every_change_in_a_group() {
    check_all("group");
}

#[test]
fn every_change_in_a_public_room() {
    check_all("public");
}

/// In a dm nobody but the pair ever becomes anything.
#[test]
fn a_dm_is_for_two() {
    let (red, blue, green) = (red(), blue(), green());
    let mut room = TestRoom::begin(&red, "alice", "dm");
    room.learn(&blue);
    room.learn(&green);
    let (bob, carol) = (blue.user("bob"), green.user("carol"));
    let refused = |room: &mut TestRoom, event| {
        let why = room.send(event).unwrap_err();
        assert_eq!(why, scaiwave_room::Rejection::DmIsForTwo);
    };
    // Before anybody is invited: no knocking, no banning, which would leave the room without a second.
    refused(&mut room, red.own("dave", Knock));
    refused(&mut room, red.member("alice", &carol, Ban));
    assert_eq!(room.state.dm_partner(), None);
    room.must(red.member("alice", &bob, Invite));
    refused(&mut room, red.member("alice", &carol, Invite));
    refused(&mut room, red.member("alice", &red.user("dave"), Invite));
    refused(&mut room, red.own("dave", Knock));
    room.record_if_new(&blue);
    room.must(blue.own("bob", Join));
    assert_eq!(
        (room.state.power(&bob), room.state.power(&red.user("alice"))),
        (100, 100)
    );
    // For good: also when the second has gone, and whoever is left may ask them back.
    room.must(blue.own("bob", Leave));
    refused(&mut room, red.member("alice", &carol, Invite));
    refused(&mut room, red.member("alice", &carol, Ban));
    room.must(red.member("alice", &bob, Invite));
    room.must(blue.own("bob", Join));
    room.must(red.own("alice", Leave));
    assert_eq!(room.state.power(&red.user("alice")), 0);
    room.must(blue.member("bob", &red.user("alice"), Invite));
    room.must(red.own("alice", Join));
    assert_eq!(room.state.power(&red.user("alice")), 100);
    assert_eq!(room.state.dm_partner(), Some(&bob));
}

/// A new profile in a dm does not bring back a level that was given up.
#[test]
fn a_profile_in_a_dm_changes_no_level() {
    let (red, blue) = (red(), blue());
    let mut room = TestRoom::begin(&red, "alice", "dm");
    room.join(&blue, "bob");
    room.must(blue.power("bob", &blue.user("bob"), 10));
    room.must(blue.own("bob", Join).with("display_name", "Bob"));
    assert_eq!(room.state.power(&blue.user("bob")), 10);
}

/// Only at seq 3, and only the creator.
#[test]
fn the_creators_join_needs_no_invitation_once() {
    let red = red();
    let create = || {
        scaiwave_testkit::json(
            r#"{"room_type":"group","federate":true,"history":"joined","nonce":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
        )
    };
    let mut room = TestRoom::genesis(&red, "alice", create());
    room.must(red.record(&red.descriptor(), true));
    assert!(room.send(red.own("mallory", Join)).is_err());
    room.must(red.own("alice", Join));
    room.must(red.own("alice", Leave));
    assert!(room.send(red.own("alice", Join)).is_err());

    let mut late = TestRoom::genesis(&red, "alice", create());
    late.must(red.record(&red.descriptor(), true));
    late.must(red.record(&red.descriptor(), true));
    assert!(late.send(red.own("alice", Join)).is_err());
}
