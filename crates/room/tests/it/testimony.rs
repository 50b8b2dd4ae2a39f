//! What a host has signed for with one checkpoint, and with which of its keys.

use scaiwave_protocol::Code;
use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_room::{RoomState, attested};
use scaiwave_testkit::{START_MS, TestRoom};

use crate::scene::room_of_two;

/// How many points its page attests to a reader with this state, or why none.
fn points(room: &TestRoom, reader: &RoomState, held: Option<&Descriptor>) -> Result<usize, Code> {
    let page = room.page(2, room.len());
    let points = attested(
        reader,
        held,
        &page.chain_before,
        &page.entries,
        &page.checkpoint,
    );
    points
        .map(|points| points.len())
        .map_err(|refusal| refusal.code)
}

// Whoever was told another history misses the records of keys in the true one.
#[test]
fn a_key_that_the_readers_log_does_not_have() {
    let (mut room, mut red, blue) = room_of_two();
    let reader = room.state.clone();
    let all = usize::try_from(room.len()).unwrap() - 1;
    assert_eq!(points(&room, &reader, None), Ok(all));
    red.rotate(START_MS);
    room.must(red.record(&red.descriptor(), true).signed_by(red.key_at(0)));
    room.learn(&red);
    room.must(blue.message("bob", "x"));
    assert_eq!(points(&room, &reader, None), Err(Code::KeyUntrusted));
    let of_another = blue.descriptor();
    assert_eq!(
        points(&room, &reader, Some(&of_another)),
        Err(Code::KeyUntrusted)
    );
    assert_eq!(points(&room, &reader, Some(&red.descriptor())), Ok(all + 2));
    assert_eq!(points(&room, &room.state, None), Ok(all + 2));
}
