use serde_json::{Value, json};

use super::{Person, text};
use crate::town::Town;

fn names(rooms: &Value) -> Vec<&str> {
    let rooms = rooms.as_array().unwrap().iter();
    rooms.map(|room| room["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn archived_rooms_have_a_list_of_their_own() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let alice = Person::of(&town, &house, "alice").await;
    let bob = Person::of(&town, &house, "bob").await;
    let mut rooms = Vec::new();
    for name in ["open", "archived", "closed"] {
        rooms.push(alice.room(json!({"name": name})).await);
    }
    assert_eq!(alice.desk.get("/v1/rooms/archived").await, json!([]));
    alice
        .desk
        .post(&format!("/v1/rooms/{}/archive", rooms[1]))
        .await;
    alice
        .desk
        .post(&format!("/v1/rooms/{}/close", rooms[2]))
        .await;
    let archived = alice.desk.get("/v1/rooms/archived").await;
    assert_eq!(names(&archived), ["archived"]);
    assert_eq!(archived[0], alice.line(&rooms[1]).await);
    assert_eq!(bob.desk.get("/v1/rooms/archived").await, json!([]));
}

#[tokio::test]
async fn an_archived_room_is_opened_by_its_owner_and_a_closed_one_by_nobody() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let alice = Person::of(&town, &house, "alice").await;
    let bob = Person::of(&town, &house, "bob").await;
    let carol = Person::of(&town, &house, "carol").await;
    let room = alice.room(json!({"name": "tea"})).await;
    alice.bring_in(&room, &bob).await;
    let (archive, reopen) = (
        format!("/v1/rooms/{room}/archive"),
        format!("/v1/rooms/{room}/reopen"),
    );
    let send = format!("/v1/rooms/{room}/send");
    alice.desk.post(&archive).await;
    let told = alice
        .refused("POST", &send, json!({"content": text("hello?")}))
        .await;
    assert_eq!(told.1, "SW_ROOM_FROZEN");
    for (who, code) in [
        (&bob, "SW_AUTH_INSUFFICIENT_PERMISSION"),
        (&carol, "SW_ROOM_NOT_FOUND"),
    ] {
        assert_eq!(who.refused("POST", &reopen, Value::Null).await.1, code);
    }
    alice.desk.post(&reopen).await;
    assert_eq!(alice.desk.get("/v1/rooms/archived").await, json!([]));
    bob.say(&room, text("hello again")).await;
    // Open already: nothing happens that anybody minds.
    alice.desk.post(&reopen).await;
    alice.desk.post(&format!("/v1/rooms/{room}/close")).await;
    let told = alice.refused("POST", &reopen, Value::Null).await;
    assert_eq!(told.1, "SW_ROOM_FROZEN");
}

#[tokio::test]
async fn whoever_was_in_a_room_comes_back() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let alice = Person::of(&town, &house, "alice").await;
    let bob = Person::of(&town, &house, "bob").await;
    let public = alice
        .room(json!({"name": "lobby", "room_type": "public"}))
        .await;
    let private = alice.room(json!({"name": "den"})).await;
    let rejoin = |room: &str| format!("/v1/rooms/{room}/rejoin");
    let no_room = (404, "SW_ROOM_NOT_FOUND".to_owned(), Value::Null);
    for room in [&public, &private] {
        let told = bob.refused("POST", &rejoin(room), json!({})).await;
        assert_eq!(told, no_room, "bob has never been there");
    }
    bob.desk.post(&format!("/v1/rooms/{public}/join")).await;
    alice.bring_in(&private, &bob).await;
    assert_eq!(
        bob.desk.post(&rejoin(&public)).await["membership"],
        "join",
        "he is in"
    );
    for room in [&public, &private] {
        bob.desk.post(&format!("/v1/rooms/{room}/leave")).await;
    }
    alice.say(&public, text("where are you?")).await;
    assert_eq!(bob.desk.post(&rejoin(&public)).await["membership"], "join");
    let (status, _, _) = bob.refused("POST", &rejoin(&private), json!({})).await;
    assert_eq!(status, 403, "a private room lets in whom it invites");
    let body = json!({"participant_id": bob.fqid});
    alice
        .send("POST", &format!("/v1/rooms/{private}/invite"), body)
        .await;
    assert_eq!(bob.desk.post(&rejoin(&private)).await["membership"], "join");
}

#[tokio::test]
async fn public_rooms_are_found_and_others_are_not() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let alice = Person::of(&town, &house, "alice").await;
    let bob = Person::of(&town, &house, "bob").await;
    let public =
        |name: &str, topic: &str| json!({"name": name, "topic": topic, "room_type": "public"});
    let lobby = alice.room(public("Lobby", "for all")).await;
    let aerie = alice.room(public("Ärie", "high up")).await;
    let closed = alice.room(public("Lobby of old", "gone")).await;
    alice.room(json!({"name": "Lobby for few"})).await;
    alice
        .desk
        .post(&format!("/v1/rooms/{closed}/archive"))
        .await;
    bob.desk.post(&format!("/v1/rooms/{lobby}/join")).await;
    let found = bob.desk.get("/v1/directory/rooms").await;
    let expected = json!([
        {
            "id": lobby, "name": "Lobby", "topic": "for all", "room_type": "public",
            "member_count": 2, "joined": true,
        },
        {
            "id": aerie, "name": "Ärie", "topic": "high up", "room_type": "public",
            "member_count": 1, "joined": false,
        },
    ]);
    assert_eq!(found, expected);
    let cases: [(&str, &[&str]); 6] = [
        ("q=LOB", &["Lobby"]),
        ("q=%C3%A4r", &["Ärie"]),
        ("q=UP", &["Ärie"]),
        ("q=few", &[]),
        ("room_type=public&limit=1&offset=1", &["Ärie"]),
        ("limit=1", &["Lobby"]),
    ];
    for (query, expected) in cases {
        let found = bob.desk.get(&format!("/v1/directory/rooms?{query}")).await;
        assert_eq!(names(&found), expected, "{query}");
    }
    let told = bob
        .refused("GET", "/v1/directory/rooms?room_type=group", json!({}))
        .await;
    assert_eq!(told, (400, "SW_BAD_REQUEST".to_owned(), json!("room_type")));
    let globex = town.tenant("globex", "globex.example").await;
    let carol = Person::of(&town, &globex, "carol").await;
    assert_eq!(
        carol.desk.get("/v1/directory/rooms").await,
        json!([]),
        "another tenant's"
    );
}

#[tokio::test]
async fn the_state_says_all_that_a_room_opens_with() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let alice = Person::of(&town, &house, "alice").await;
    let bob = Person::of(&town, &house, "bob").await;
    let room = alice.room(json!({"name": "tea"})).await;
    alice.bring_in(&room, &bob).await;
    let first = alice.say(&room, text("one")).await;
    bob.send(
        "POST",
        &format!("/v1/rooms/{room}/read"),
        json!({"event_id": first}),
    )
    .await;
    let mention = json!({"body": "two", "mentions": [bob.fqid]});
    alice.say(&room, mention).await;
    alice.say(&room, text("three")).await;
    let until = "2026-01-02T00:00:00.000Z";
    bob.send(
        "PUT",
        &format!("/v1/rooms/{room}/mute"),
        json!({"until": until}),
    )
    .await;
    let state = bob.desk.get(&format!("/v1/rooms/{room}/state")).await;
    let expected = [
        ("active_call", Value::Null),
        ("unread_count", json!(2)),
        ("mention_count", json!(1)),
        ("last_read_event_id", json!(first)),
        ("notification_mode", json!("inherit")),
        ("muted_until", json!(until)),
    ];
    for (name, value) in expected {
        assert_eq!(state[name], value, "{name}");
    }
    assert_eq!(state["room"]["id"], room);
    let own: Vec<&Value> = state["members"].as_array().unwrap().iter().collect();
    let line = |who: &Person| own.iter().find(|line| line["participant_id"] == who.fqid);
    assert_eq!(line(&bob).unwrap()["muted_until"], until);
    assert_eq!(line(&alice).unwrap()["notification_mode"], Value::Null);
}
