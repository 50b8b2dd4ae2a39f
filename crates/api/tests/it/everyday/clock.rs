//! Bad-input row T147: a second that comes twice, as one that is inserted does.

use serde_json::{Value, json};

use super::scene::Scene;
use super::text;

// Words stand in the order in which they were said, none is missing or counted twice, and whoever is logged in stays so.
#[tokio::test]
async fn a_second_that_comes_twice() {
    let scene = Scene::new().await;
    let room = &scene.room;
    let mut said = Vec::new();
    for n in 0..6 {
        if n == 3 {
            scene.town.clock.turn_back(1);
        } else {
            scene.town.clock.pass(1);
        }
        said.push(scene.alice.say(room, text(&n.to_string())).await);
    }
    let path = format!("/v1/rooms/{room}/messages");
    let page = scene.bob.desk.get(&path).await;
    let lines: Vec<&Value> = page.as_array().unwrap().iter().collect();
    let lines = &lines[lines.len() - 6..];
    let ids: Vec<&str> = lines
        .iter()
        .map(|line| line["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, said);
    let times: Vec<&str> = lines
        .iter()
        .map(|line| line["created_at"].as_str().unwrap())
        .collect();
    assert!(times.windows(2).all(|two| two[0] < two[1]), "{times:?}");
    assert_eq!(scene.bob.line(room).await["unread_count"], 6);
    let marker = json!({"event_id": said[3]});
    scene
        .bob
        .send("POST", &format!("/v1/rooms/{room}/read"), marker)
        .await;
    assert_eq!(scene.bob.line(room).await["unread_count"], 2);
    let synced = scene.bob.desk.get("/v1/sync?limit=500").await;
    let synced = synced["events"].as_array().unwrap().iter();
    let synced: Vec<&str> = synced
        .map(|event| event["id"].as_str().unwrap())
        .filter(|id| said.iter().any(|said| said == id))
        .collect();
    assert_eq!(synced, said);
}
