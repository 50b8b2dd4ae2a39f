//! The truth about delivery, and who outside can see a room.

use scaiwave_engine::store::record::Role;
use scaiwave_engine::upkeep;
use serde_json::{Value, json};

use super::{Desk, bring_in, pair, say};
use crate::town::until;

fn states(delivery: &Value) -> Vec<(String, String)> {
    let servers = delivery["servers"].as_array().unwrap().iter();
    let text = |json: &Value| json.as_str().unwrap().to_owned();
    servers
        .map(|server| (text(&server["server_name"]), text(&server["state"])))
        .collect()
}

fn expected(states: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(server, state): &(&str, &str)| ((*server).to_owned(), (*state).to_owned());
    states.iter().map(own).collect()
}

// On the host: what a follower has acknowledged, what waits and since when.
#[tokio::test]
async fn on_the_host() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let alice = Desk::of(&pair.town, &pair.acme, "anna", Role::Member).await;
    let first = say(&pair.acme, &pair.alice, &pair.room_id, "first").await;
    let path = |event_id| format!("/v1/rooms/{}/events/{event_id}/delivery", pair.room_id);
    // Not in the room: not theirs to ask, admin or not.
    for outsider in [&desk, &alice] {
        let (status, _) = outsider.ask("GET", &path(first), None).await;
        assert_eq!(status, http::StatusCode::NOT_FOUND);
    }
    let look = |event_id| {
        let view = scaiwave_engine::messages::delivery(
            &pair.acme.tenant,
            &pair.alice,
            &pair.room_id,
            event_id,
        );
        async move { view.await.unwrap() }
    };
    until("globex has the first", || async {
        let view = look(&first).await;
        view.servers
            .iter()
            .all(|server| server.arrival == scaiwave_engine::messages::Arrival::Acknowledged)
    })
    .await;
    pair.cut_off(&pair.globex);
    pair.town.clock.pass(1);
    let second = say(&pair.acme, &pair.alice, &pair.room_id, "second").await;
    until("a failed try", || async {
        let view = look(&second).await;
        let globex = &view.servers[1];
        globex.unreachable_since.is_some()
    })
    .await;
    let view = look(&second).await;
    let globex = &view.servers[1];
    assert_eq!(globex.server.as_str(), "globex.example");
    let since = pair.town.world.now();
    assert_eq!(
        globex.arrival,
        scaiwave_engine::messages::Arrival::Waiting { since }
    );
    assert_eq!(view.told_at, None);
}

// On a follower: pending is not yet at the host; of the others it knows what the host told, also after
// the last message, by the upkeep.
#[tokio::test]
async fn on_a_follower() {
    let pair = pair().await;
    let initech = pair.town.tenant("initech", "initech.example").await;
    let carol = initech.person("carol").await;
    bring_in(&pair.acme, &pair.alice, &pair.room_id, &initech, &carol).await;
    let desk = Desk::of(&pair.town, &pair.globex, "greta", Role::Member).await;
    let greta = scaiwave_protocol::Fqid::parse("@greta:globex.example").unwrap();
    scaiwave_engine::rooms::invite(&pair.globex.tenant, &pair.bob, &pair.room_id, &greta)
        .await
        .unwrap();
    until("greta is in", || async {
        let join = desk
            .ask("POST", &format!("/v1/rooms/{}/join", pair.room_id), None)
            .await;
        join.0.is_success()
    })
    .await;
    pair.cut_off(&pair.acme);
    let event_id = say(&pair.globex, &pair.bob, &pair.room_id, "hello").await;
    let path = format!("/v1/rooms/{}/events/{event_id}/delivery", pair.room_id);
    let delivery = desk.get(&path).await;
    assert_eq!(delivery["state"], "pending", "{delivery}");
    assert_eq!(
        states(&delivery),
        expected(&[
            ("acme.example", "waiting"),
            ("globex.example", "acknowledged"),
            ("initech.example", "waiting"),
        ])
    );
    until("a failed try", || async {
        desk.get(&path).await["servers"][0]["unreachable_since"].is_string()
    })
    .await;
    pair.mend();
    until("the host has it", || async {
        desk.get(&path).await["state"] == "sequenced"
    })
    .await;
    // Initech has got it after globex: globex learns of that without another message.
    until("globex is told of initech", || async {
        upkeep::run(&pair.acme.tenant).await;
        let delivery = desk.get(&path).await;
        delivery["servers"][2]["state"] == "acknowledged"
    })
    .await;
    assert!(desk.get(&path).await["told_at"].is_string());
}

// Everybody in a room can see who outside sees it; an admin can for every room.
#[tokio::test]
async fn who_is_outside() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let rooms = desk.get("/v1/admin/rooms").await;
    assert_eq!(rooms.as_array().unwrap().len(), 1, "{rooms}");
    assert_eq!(rooms[0]["id"], pair.room_id.as_str());
    assert_eq!(rooms[0]["servers"], json!(["globex.example"]));
    assert_eq!(rooms[0]["foreign_people"], 1);
    let path = format!("/v1/admin/rooms/{}/outside", pair.room_id);
    let outside = desk.get(&path).await;
    let server = &outside["servers"][0];
    assert_eq!(server["server_name"], "globex.example", "{outside}");
    assert_eq!(server["present"], true);
    assert_eq!(server["history_from_seq"], 1);
    assert!(server["since"].is_string());
    assert_eq!(
        outside["people"][0]["participant_id"],
        "@bob:globex.example"
    );
    assert_eq!(outside["people"][0]["membership"], "join");
    // The admin is not in the room, and a member's page is not theirs.
    let (status, _) = desk
        .ask("GET", &format!("/v1/rooms/{}/outside", pair.room_id), None)
        .await;
    assert_eq!(status, http::StatusCode::NOT_FOUND);

    scaiwave_engine::rooms::leave(&pair.globex.tenant, &pair.bob, &pair.room_id)
        .await
        .unwrap();
    until("globex has left", || async {
        desk.get(&path).await["servers"][0]["left_at"].is_string()
    })
    .await;
    let outside = desk.get(&path).await;
    assert_eq!(outside["servers"][0]["present"], false);
    assert_eq!(outside["people"], json!([]));
    let rooms = desk.get("/v1/admin/rooms").await;
    assert_eq!(rooms[0]["left"], json!(["globex.example"]));
}
