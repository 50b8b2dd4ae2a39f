//! Who may say that a room is theirs to give out: snapshots that lead to their host, and those that do not.

use scaiwave_protocol::event::content as kind;
use scaiwave_protocol::log::{Snapshot, TransferConsent};
use scaiwave_protocol::{Json, Object, Sign as _};
use scaiwave_room::{LineageFault, OwnKeys, Reigns, RoomState, check_lineage};
use scaiwave_testkit::{TestRoom, TestServer};

use crate::scene::{green, red, room_of_two};

/// The state of a snapshot of the head after `change`, whoever may have signed it.
fn claimed(room: &TestRoom, change: impl FnOnce(&mut Object)) -> RoomState {
    let snapshot = room.snapshot(room.len());
    let Json::Obj(mut state) = snapshot.state.clone() else {
        panic!("a state is an object")
    };
    change(&mut state);
    RoomState::from_snapshot(&Snapshot {
        state: Json::Obj(state),
        ..snapshot
    })
    .unwrap()
}

fn transfers(state: &mut Object) -> &mut Vec<Json> {
    match state.get_mut("transfers") {
        Some(Json::Arr(transfers)) => transfers,
        _ => panic!("transfers are an array"),
    }
}

/// Red made the room and gave it to blue, who gave it to green.
fn handed_over_twice() -> (TestRoom, TestServer, TestServer) {
    let (mut room, red, blue) = room_of_two();
    let green = green();
    room.join(&green, "gus");
    room.must(room.transfer(&blue, 2));
    room.must(blue.message("bob", "mine"));
    room.must(room.transfer(&green, 3));
    room.must(green.message("gus", "mine now"));
    (room, red, blue)
}

/// A hand-over of red's room to blue that red never made: `forger` bears red's name and another key.
fn forged(room: &TestRoom, forger: &TestServer, to: &TestServer) -> Json {
    let (room_id, seen) = (room.state.room_id().clone(), room.state.head());
    let consent = TransferConsent {
        room_id: room_id.clone(),
        term: 2,
        seen,
    };
    let content = Json::object([
        ("host", to.name().into()),
        ("term", 2u64.into()),
        ("sig", consent.sign(to.key()).to_json()),
    ]);
    let event = forger.event("_server", kind::TRANSFER, content);
    let event = event.origin_seq(99).seen(seen).room(room_id).sign();
    event.into_event().to_json()
}

#[track_caller]
fn broken(state: &RoomState) {
    let fault = check_lineage(state, &OwnKeys::new()).unwrap_err();
    assert!(matches!(fault, LineageFault::Broken(_)), "{fault:?}");
}

#[test]
fn honest_snapshots_lead_to_their_host() {
    let (room, ..) = room_of_two();
    check_lineage(&claimed(&room, |_| {}), &OwnKeys::new()).unwrap();
    let (room, red, blue) = handed_over_twice();
    let state = claimed(&room, |_| {});
    check_lineage(&state, &OwnKeys::new()).unwrap();
    for reigns in [
        state.reigns(),
        Reigns::of_core_document(&state.to_core_document()).unwrap(),
    ] {
        let green = green();
        for (term, host) in [(1, &red), (2, &blue), (3, &green), (4, &green)] {
            assert_eq!(reigns.host_of(term), host.name(), "term {term}");
        }
        let gone = [&red, &blue, &green].map(|server| reigns.has_handed_over(server.name()));
        assert_eq!(gone, [true, true, false]);
    }
}

// The key that handed over is a later one than the genesis bears: the first key endorses it.
#[test]
fn a_key_that_was_rotated_before() {
    let (mut room, mut red, blue) = room_of_two();
    red.rotate(room.clock.now_ms());
    room.must(red.record(&red.descriptor(), true).signed_by(red.key_at(0)));
    room.learn(&red);
    room.must(room.transfer(&blue, 2));
    room.must(blue.message("bob", "mine"));
    let state = claimed(&room, |_| {});
    assert_ne!(
        state.genesis().sig().key_id,
        red.key().public_key().id(),
        "the case is not what it says"
    );
    check_lineage(&state, &OwnKeys::new()).unwrap();
}

#[test]
fn snapshots_that_lead_elsewhere() {
    let (room, _, blue) = room_of_two();
    // A follower says that it is the host.
    broken(&claimed(&room, |state| {
        state.insert("host".to_owned(), blue.name().into());
    }));
    let (room, ..) = handed_over_twice();
    broken(&claimed(&room, |state| drop(transfers(state).pop())));
    broken(&claimed(&room, |state| drop(transfers(state).remove(0))));
    broken(&claimed(&room, |state| transfers(state).reverse()));
    broken(&claimed(&room, |state| {
        let again = transfers(state)[1].clone();
        transfers(state).push(again);
    }));
    broken(&claimed(&room, |state| {
        let message = room.entry(room.len()).event().to_json();
        transfers(state).push(message);
    }));
    // Another room's hand-over between the same servers.
    let mut other = TestRoom::group(&red(), "anna");
    other.join(&blue, "bob");
    other.must(other.transfer(&blue, 2));
    let elsewhere = other.state.transfers()[0].clone();
    assert_ne!(other.state.room_id(), room.state.room_id());
    broken(&claimed(&room, |state| transfers(state)[0] = elsewhere));
}

// Keys that stand only in the snapshot prove nothing; red's own descriptor does.
#[test]
fn a_hand_over_that_never_happened() {
    let (room, _, blue) = room_of_two();
    let forger = TestServer::new("red.example", 99);
    let state = claimed(&room, |state| {
        let transfer = forged(&room, &forger, &blue);
        transfers(state).push(transfer);
        state.insert("host".to_owned(), blue.name().into());
        let Some(Json::Obj(servers)) = state.get_mut("servers") else {
            panic!("servers are an object")
        };
        let Some(Json::Obj(record)) = servers.get_mut("red.example") else {
            panic!("red has a record")
        };
        let descriptor = forger.descriptor().as_json().clone();
        record.insert("descriptor".to_owned(), descriptor);
    });
    let red = red().name().clone();
    let unproven = Err(LineageFault::KeyUnproven(red.clone()));
    assert_eq!(check_lineage(&state, &OwnKeys::new()), unproven);
    // Somebody else's descriptor does not vouch for it either; red's own, if it lists the key, does.
    let key = forger.key().public_key();
    let others = OwnKeys::from([(blue.name().clone(), vec![key])]);
    assert_eq!(check_lineage(&state, &others), unproven);
    let reds = OwnKeys::from([(red, vec![key])]);
    check_lineage(&state, &reds).unwrap();
}
