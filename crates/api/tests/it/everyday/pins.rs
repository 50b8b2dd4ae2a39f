use serde_json::{Value, json};

use super::{Person, text};
use crate::town::Town;

fn ids(pins: &Value) -> Vec<&str> {
    let pins = pins.as_array().unwrap().iter();
    pins.map(|pin| pin["event_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn pins_are_listed_newest_first_as_they_are_now() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let alice = Person::of(&town, &house, "alice").await;
    let bob = Person::of(&town, &house, "bob").await;
    let room = alice.room(json!({"name": "tea"})).await;
    alice.bring_in(&room, &bob).await;
    let one = bob.say(&room, text("one")).await;
    let two = bob.say(&room, text("two")).await;
    let pin = |event: &str, verb: &str| format!("/v1/rooms/{room}/events/{event}/{verb}");
    let pins = format!("/v1/rooms/{room}/pins");
    assert_eq!(bob.desk.get(&pins).await, json!([]));
    for event in [&one, &two, &one] {
        alice.desk.post(&pin(event, "pin")).await;
    }
    let listed = bob.desk.get(&pins).await;
    assert_eq!(ids(&listed), [&two, &one], "pinning twice changes nothing");
    assert_eq!(listed[0]["event"]["content"]["body"], "two");
    let edit = json!({"content": text("two and a half")});
    bob.send("POST", &pin(&two, "edit"), edit).await;
    bob.send("POST", &pin(&one, "redact"), json!({})).await;
    let listed = bob.desk.get(&pins).await;
    assert_eq!(listed[0]["event"]["content"]["body"], "two and a half");
    assert_eq!(listed[1]["event"]["content"], json!({}));
    assert!(listed[1]["event"]["redacted_at"].is_string(), "{listed}");
    let page = bob.desk.get(&format!("{pins}?limit=1&offset=1")).await;
    assert_eq!(ids(&page), [&one]);
    for _ in 0..2 {
        alice.desk.post(&pin(&one, "unpin")).await;
    }
    assert_eq!(ids(&bob.desk.get(&pins).await), [&two]);
}

#[tokio::test]
async fn pinning_needs_a_message_and_the_power() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let alice = Person::of(&town, &house, "alice").await;
    let bob = Person::of(&town, &house, "bob").await;
    let carol = Person::of(&town, &house, "carol").await;
    let room = alice.room(json!({"name": "tea"})).await;
    alice.bring_in(&room, &bob).await;
    let one = alice.say(&room, text("one")).await;
    let gone = alice.say(&room, text("gone")).await;
    let path = |event: &str, verb: &str| format!("/v1/rooms/{room}/events/{event}/{verb}");
    alice.send("POST", &path(&gone, "redact"), json!({})).await;
    let topic = json!({"topic": "green"});
    alice
        .send("PUT", &format!("/v1/rooms/{room}/topic"), topic)
        .await;
    let topic = alice.line(&room).await["last_event"]["id"].clone();
    let topic = topic.as_str().unwrap();
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let code = async |who: &Person, event: &str| {
        let (status, code, _) = who.refused("POST", &path(event, "pin"), json!({})).await;
        (status, code)
    };
    let no_event = (404, "SW_EVENT_NOT_FOUND".to_owned());
    assert_eq!(code(&alice, nobody).await, no_event);
    assert_eq!(code(&alice, "x").await, no_event);
    assert_eq!(code(&alice, topic).await, no_event, "not a message");
    assert_eq!(code(&alice, &gone).await, no_event, "redacted");
    assert_eq!(code(&bob, &one).await.0, 403, "without the power");
    let no_room = (404, "SW_ROOM_NOT_FOUND".to_owned());
    assert_eq!(code(&carol, &one).await, no_room, "not in the room");
    let (status, told, _) = carol
        .refused("GET", &format!("/v1/rooms/{room}/pins"), json!({}))
        .await;
    assert_eq!((status, told), no_room);
    assert_eq!(
        alice.desk.get(&format!("/v1/rooms/{room}/pins")).await,
        json!([])
    );
}
