//! Rooms that stay at home, over HTTP.

use scaiwave_engine::audit::Actor;
use scaiwave_engine::live::FrameBody;
use scaiwave_engine::rooms::{self, ExportError};
use scaiwave_engine::store::record::Role;
use scaiwave_protocol::RoomId;
use serde_json::{Value, json};

use crate::admin::Desk;
use crate::everyday::Person;
use crate::town::{House, Town};

/// Said in the room and nowhere else.
const CANARY: &str = "canaryqzxwj";

/// Alice, an admin, has an incognito room with bob. Next door is globex.
struct Scene {
    town: Town,
    acme: House,
    globex: House,
    alice: Person,
    bob: Person,
    room: String,
}

async fn scene() -> Scene {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    *town.street.overheard.lock() = Some(Vec::new());
    let desk = Desk::of(&town, &acme, "alice", Role::Admin).await;
    let alice = Person::at(desk, &acme, "alice").await;
    let bob = Person::of(&town, &acme, "bob").await;
    let room = alice
        .room(json!({"room_type": "incognito", "name": CANARY}))
        .await;
    alice.bring_in(&room, &bob).await;
    alice.say(&room, json!({"body": CANARY})).await;
    Scene {
        town,
        acme,
        globex,
        alice,
        bob,
        room,
    }
}

fn never(field: &str) -> (u16, String, Value) {
    let field = match field {
        "" => Value::Null,
        field => json!(field),
    };
    (400, "SW_ROOM_TYPE_INVARIANT".to_owned(), field)
}

#[tokio::test]
async fn it_is_made_by_either_word_and_used_like_any_room() {
    let scene = scene().await;
    let other = scene
        .alice
        .room(json!({"room_type": "group", "scope_kind": "incognito", "name": "den"}))
        .await;
    for room in [&scene.room, &other] {
        let seen = scene.alice.desk.get(&format!("/v1/rooms/{room}")).await;
        assert_eq!(seen["room_type"], "incognito");
        assert_eq!(
            (&seen["federate"], &seen["federated"]),
            (&json!(false), &json!(false))
        );
    }
    let insists = json!({"room_type": "incognito", "federate": true});
    let told = scene.alice.refused("POST", "/v1/rooms", insists).await;
    assert_eq!(told, never("federate"));
    // Like a group: who is not invited does not come in, and does not learn that it is there.
    let carol = Person::of(&scene.town, &scene.acme, "carol").await;
    assert_eq!(carol.desk.get("/v1/directory/rooms").await, json!([]));
    let join = format!("/v1/rooms/{}/join", scene.room);
    let told = carol.refused("POST", &join, json!({})).await;
    assert_eq!(told.1, "SW_ROOM_NOT_FOUND");
    // What was said is there again after a restart.
    let path = format!("/v1/rooms/{}/messages", scene.room);
    let again = Desk::again(&scene.town, &scene.acme, "bob").await;
    let page = again.get(&path).await;
    assert_eq!(
        page.as_array().unwrap().last().unwrap()["content"]["body"],
        CANARY
    );
}

// Every way in which a room comes to another server is closed, and nothing of it is said on the street.
#[tokio::test]
async fn no_way_leads_to_another_server() {
    let scene = scene().await;
    let eve = Person::of(&scene.town, &scene.globex, "eve").await;
    let (room, alice) = (&scene.room, &scene.alice);
    let cases = [
        (
            "PUT",
            format!("/v1/rooms/{room}/settings"),
            json!({"federate": true}),
            "",
        ),
        (
            "PUT",
            format!("/v1/admin/rooms/{room}/federate"),
            json!({"enabled": true}),
            "enabled",
        ),
        (
            "POST",
            format!("/v1/rooms/{room}/invite"),
            json!({"participant_id": eve.fqid}),
            "",
        ),
        (
            "POST",
            format!("/v1/rooms/{room}/invitations"),
            json!({"fqid": eve.fqid}),
            "",
        ),
        (
            "POST",
            format!("/v1/admin/rooms/{room}/federation/invite"),
            json!({"fqid": eve.fqid}),
            "",
        ),
        (
            "POST",
            format!("/v1/admin/federation/rooms/{room}/hand-over"),
            json!({"server_name": "globex.example"}),
            "",
        ),
    ];
    for (method, path, body, field) in cases {
        assert_eq!(
            alice.refused(method, &path, body).await,
            never(field),
            "{path}"
        );
    }
    // An admin who is not in it, neither.
    let root = Desk::of(&scene.town, &scene.acme, "root", Role::Admin).await;
    let root = Person::at(root, &scene.acme, "root").await;
    let path = format!("/v1/admin/rooms/{room}/federate");
    let told = root.refused("PUT", &path, json!({"enabled": true})).await;
    assert_eq!(told, never("enabled"));
    // A policy that is asked beforehand says the same.
    let question = json!({"peer": "globex.example", "fqid": eve.fqid, "room_id": room});
    let rulings = alice
        .send("POST", "/v1/admin/federation/policy/simulate", question)
        .await;
    let about_rooms = rulings.as_array().unwrap().iter().filter(|ruling| {
        ["invite_out", "join", "backfill"].contains(&ruling["act"].as_str().unwrap())
    });
    assert!(
        about_rooms
            .into_iter()
            .all(|ruling| ruling["allowed"] == false),
        "{rulings}"
    );
    // Who asks for it from elsewhere hears what is said of rooms that do not exist.
    let asker = scene.globex.tenant.server_name();
    let answer = |room: &str| {
        let room = RoomId::parse(room).unwrap();
        let acme = scene.acme.tenant.clone();
        async move {
            scaiwave_engine::peering::serve_snapshot(&acme, asker, &room)
                .await
                .unwrap_err()
        }
    };
    let other = format!("room-{}", "a".repeat(32));
    assert_eq!(answer(room).await, answer(&other).await);
    let view = alice.desk.get(&format!("/v1/rooms/{room}")).await;
    assert_eq!(view["federate"], false);
    let heard = scene.town.street.overheard.lock().take().unwrap();
    for secret in [room.as_str(), CANARY] {
        let said = heard
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!said, "{secret} was heard on the street");
    }
}

#[tokio::test]
async fn no_search_finds_what_is_said_in_it() {
    let scene = scene().await;
    let mine = scene.alice.room(json!({"name": "tea"})).await;
    scene.alice.say(&mine, json!({"body": "tea"})).await;
    let in_it = format!("in:{CANARY}");
    let by_id = format!("in:{} {CANARY}", scene.room);
    for q in [
        CANARY,
        "canary",
        "ca",
        "from:alice qzx",
        in_it.as_str(),
        by_id.as_str(),
    ] {
        let hits = scene.bob.send("POST", "/v1/search", json!({"q": q})).await;
        assert_eq!(hits, json!([]), "{q}");
    }
    let everything = json!({"q": "", "sender": scene.alice.fqid});
    let hits = scene.alice.send("POST", "/v1/search", everything).await;
    let rooms: Vec<_> = hits
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| &hit["room_id"])
        .collect();
    assert_eq!(rooms, [&json!(mine)]);
    let here = json!({"q": CANARY, "room_id": scene.room});
    let told = scene.bob.refused("POST", "/v1/search", here.clone()).await;
    assert_eq!(told, never("room_id"));
    let carol = Person::of(&scene.town, &scene.acme, "carol").await;
    let told = carol.refused("POST", "/v1/search", here).await;
    assert_eq!(
        told.1, "SW_ROOM_NOT_FOUND",
        "who is not in it learns nothing"
    );
}

#[tokio::test]
async fn who_is_told_of_a_message_is_not_told_its_words() {
    let mut scene = scene().await;
    let settled = json!({"keywords": [CANARY]});
    scene.bob.send("PUT", "/v1/me/preferences", settled).await;
    let path = format!("/v1/rooms/{}/notification-mode", scene.room);
    scene.bob.send("PUT", &path, json!({"mode": "all"})).await;
    scene.bob.heard().await;
    let mention = json!({"body": format!("{CANARY} bob?"), "mentions": [scene.bob.fqid]});
    scene.alice.say(&scene.room, mention).await;
    scene.alice.say(&scene.room, json!({"body": CANARY})).await;
    scene
        .alice
        .say(&scene.room, json!({"body": "like all others"}))
        .await;
    let heard = scene
        .bob
        .heard()
        .await
        .into_iter()
        .filter_map(|body| match body {
            FrameBody::Notification {
                reason, snippet, ..
            } => Some((reason, snippet)),
            _ => None,
        });
    let bare = |reason: &str| (reason.to_owned(), String::new());
    let expected = ["direct_mention", "keyword_alert", "message"].map(bare);
    assert_eq!(heard.collect::<Vec<_>>(), expected);
    let inbox = scene.bob.desk.get("/v1/inbox/priority").await;
    let inbox = inbox.as_array().unwrap();
    assert_eq!(inbox.len(), 3, "with the invitation");
    assert!(inbox.iter().all(|line| line["snippet"] == ""), "{inbox:?}");
}

#[tokio::test]
async fn it_is_not_exported() {
    let scene = scene().await;
    let room_id = RoomId::parse(&scene.room).unwrap();
    let mut file = Vec::new();
    let told = rooms::export(&scene.acme.tenant, Actor::Operator, &room_id, &mut file).await;
    let Err(ExportError::Denied(denial)) = told else {
        panic!("an incognito room was exported");
    };
    assert_eq!(denial.code.as_str(), "SW_ROOM_EXPORT_REFUSED");
    assert!(file.is_empty());
}
