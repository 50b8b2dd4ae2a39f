use scaiwave_engine::live::FrameBody;
use serde_json::{Value, json};

use super::Person;
use super::scene::Scene;
use crate::town::Town;

#[tokio::test]
async fn a_new_name_is_said_everywhere() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let mut alice = Person::of(&town, &house, "alice").await;
    let bob = Person::of(&town, &house, "bob").await;
    let room = bob.room(json!({"name": "tea"})).await;
    let old = bob.room(json!({"name": "old tea"})).await;
    for room_id in [&room, &old] {
        bob.bring_in(room_id, &alice).await;
    }
    bob.desk.post(&format!("/v1/rooms/{old}/archive")).await;
    alice.heard().await;

    let me = alice
        .send("PUT", "/v1/me", json!({"display_name": " Alice A. "}))
        .await;
    assert_eq!(me["display_name"], "Alice A.");
    assert_eq!(alice.desk.get("/v1/me").await, me);
    assert_eq!(alice.heard().await, [FrameBody::Me]);
    let name = async |room_id: &str| {
        let members = bob.desk.get(&format!("/v1/rooms/{room_id}/members")).await;
        let members = members.as_array().unwrap().clone();
        let mut members = members.into_iter();
        let line = members.find(|member| member["participant_id"] == alice.fqid);
        line.unwrap()["participant"]["display_name"].clone()
    };
    assert_eq!(name(&room).await, "Alice A.");
    assert_eq!(
        name(&old).await,
        "alice",
        "nothing new is said in an archived room"
    );
    let found = bob.desk.get("/v1/directory/participants?q=alice%20a").await;
    assert_eq!(found[0]["fqid"], alice.fqid);

    // The same name again says nothing again.
    let head = async || alice.line(&room).await["head"]["seq"].clone();
    let before = head().await;
    alice
        .send("PUT", "/v1/me", json!({"display_name": "Alice A."}))
        .await;
    alice.send("PUT", "/v1/me", json!({})).await;
    assert_eq!(head().await, before);
    for name in ["", "  ", &"x".repeat(101)] {
        let told = alice
            .refused("PUT", "/v1/me", json!({"display_name": name}))
            .await;
        assert_eq!(
            told,
            (400, "SW_BAD_REQUEST".to_owned(), json!("display_name"))
        );
    }
    assert_eq!(alice.desk.get("/v1/me").await, me);
}

/// In the list of rooms already, so that nobody has to open a direct message to see whom it is with.
#[tokio::test]
async fn a_direct_message_bears_the_name_of_the_other_one() {
    let scene = Scene::new().await;
    let dm = json!({"participant_id": scene.bob.fqid});
    let dm = scene.alice.send("POST", "/v1/rooms/dm", dm).await;
    let dm = dm["id"].as_str().unwrap();
    let name = async || scene.alice.line(dm).await["dm_with_name"].clone();
    assert_eq!(name().await, Value::Null, "not before he is in");
    scene.bob.desk.post(&format!("/v1/rooms/{dm}/join")).await;
    assert_eq!(
        name().await,
        scene.bob.desk.get("/v1/me").await["display_name"]
    );
    let bobby = json!({"display_name": "Bobby"});
    scene.bob.send("PUT", "/v1/me", bobby).await;
    assert_eq!(name().await, "Bobby");
    let line = scene.alice.line(&scene.room).await;
    assert_eq!(line["dm_with_name"], Value::Null, "no direct message");
}
