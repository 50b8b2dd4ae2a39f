//! Bad-input row T116, its last part: several devices of one person send under one name at once.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::Scene;

const NAME: &str = "0190a5d0-ac96-774b-bcce-b302099a8057";

// All are told of one event, which stands in the room once. Whoever says something else under that name is refused.
#[tokio::test]
async fn one_name_from_several_devices() {
    let scene = Scene::set().await;
    let mut devices = vec![scene.alice.clone()];
    for _ in 0..7 {
        devices.push(scene.people.login("alice").await.access);
    }
    let path = format!("/v1/rooms/{}/send", scene.room);
    let body = |text: &str| Some(json!({"content": {"body": text}, "event_uuid": NAME}));
    let sent = devices.iter().map(async |token| {
        let device = scene.people.bearing(token);
        device.done("POST", &path, body("once")).await
    });
    let answers = join_all(sent).await;
    let ids: Vec<&Value> = answers.iter().map(|event| &event["id"]).collect();
    assert_eq!(ids, [NAME; 8]);
    assert!(answers.windows(2).all(|two| two[0]["seq"] == two[1]["seq"]));
    let alice = scene.people.bearing(&scene.alice);
    let page = format!("/v1/rooms/{}/messages?limit=200", scene.room);
    let is_it = |event: &&Value| event["content"]["body"] == "once";
    let found = alice.get(&page).await;
    assert_eq!(found.as_array().unwrap().iter().filter(is_it).count(), 1);
    let other = scene.people.bearing(&devices[7]);
    let conflict = (409, "SW_EVENT_CONFLICT");
    other.refused(("POST", &path), body("else"), conflict).await;
    let bob = scene.people.bearing(&scene.bob);
    bob.refused(("POST", &path), body("once"), conflict).await;
}
