//! How many different reactions one message may have.

use scaiwave_engine::messages;
use scaiwave_protocol::{EventId, RoomId};

use super::scene::Scene;
use super::text;

/// Different emoji on one message.
const EMOJI_MAX: usize = 1_000;

// Bad-input row T095: a thousand different ones, and no more. What stands there already anybody may join, and one that is
// taken away makes room.
#[tokio::test]
async fn a_message_has_so_many_different_reactions() {
    let scene = Scene::new().await;
    let said = scene.alice.say(&scene.room, text("how many?")).await;
    let path = |emoji: &str| format!("/v1/rooms/{}/events/{said}/reactions/{emoji}", scene.room);
    let react = async |method: &str, emoji: &str| {
        let (status, answer) = scene.alice.desk.ask(method, &path(emoji), None).await;
        let code = answer["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        (status.as_u16(), code)
    };
    let room = RoomId::parse(&scene.room).unwrap();
    let (bob, message) = (scene.viewer("bob"), EventId::parse(&said).unwrap());
    for n in 1..EMOJI_MAX {
        // One character each is all that a reaction must be.
        let emoji = char::from_u32(0x4E00 + n as u32).unwrap().to_string();
        messages::react(&scene.house.tenant, &bob, &room, message, emoji, true)
            .await
            .unwrap();
    }
    let (thumb, tea) = ("%F0%9F%91%8D", "%F0%9F%8D%B5");
    let full = (409, "SW_ROOM_CAPACITY".to_owned());
    let fine = (200, String::new());
    assert_eq!(react("PUT", thumb).await, fine, "the thousandth");
    assert_eq!(react("PUT", tea).await, full);
    assert_eq!(react("PUT", thumb).await, fine, "again");
    assert_eq!(react("DELETE", tea).await, fine, "it is not there");
    assert_eq!(react("DELETE", thumb).await, fine);
    assert_eq!(react("PUT", tea).await, fine);
}
