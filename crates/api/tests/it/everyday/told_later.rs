//! Edits that name somebody, and people whose accounts are closed.

use http::StatusCode;
use scaiwave_engine::live::FrameBody;
use scaiwave_engine::store::record::Role;
use serde_json::{Value, json};

use super::scene::Scene;
use super::{Person, text};
use crate::admin::Desk;
use crate::town::until;

impl Scene {
    async fn edit(&self, event: &str, content: Value) {
        let path = format!("/v1/rooms/{}/events/{event}/edit", self.room);
        self.alice
            .send("POST", &path, json!({"content": content}))
            .await;
    }
}

/// What somebody's other device was told: reasons and snippets.
async fn told(who: &mut Person) -> Vec<(String, String)> {
    let heard = who.heard().await.into_iter();
    heard
        .filter_map(|body| match body {
            FrameBody::Notification {
                reason, snippet, ..
            } => Some((reason, snippet)),
            _ => None,
        })
        .collect()
}

fn named(body: &str, whom: &[&str]) -> Value {
    json!({"body": body, "mentions": whom})
}

fn mention(body: &str) -> (String, String) {
    ("direct_mention".to_owned(), body.to_owned())
}

#[tokio::test]
async fn an_edit_tells_whom_it_names_for_the_first_time_and_nobody_twice() {
    let mut scene = Scene::new().await;
    let bob = scene.bob.fqid.clone();
    let event = scene.alice.say(&scene.room, text("who comes?")).await;
    scene.edit(&event, text("who comes tonight?")).await;
    assert_eq!(told(&mut scene.bob).await, [], "nobody is named");
    scene
        .edit(&event, named("bob, do you come?", &[&bob]))
        .await;
    assert_eq!(told(&mut scene.bob).await, [mention("bob, do you come?")]);
    let line = scene.bob.line(&scene.room).await;
    assert_eq!(
        (&line["unread_count"], &line["mention_count"]),
        (&json!(1), &json!(1))
    );
    let inbox = scene.bob.desk.get("/v1/inbox/priority").await;
    assert_eq!(inbox[0]["event_id"], event, "the message, not its edit");
    // Named again, and again after a version without the name.
    scene
        .edit(&event, named("bob, do you come today?", &[&bob]))
        .await;
    scene.edit(&event, text("who comes?")).await;
    scene.edit(&event, named("bob?", &[&bob])).await;
    assert_eq!(told(&mut scene.bob).await, []);
    assert_eq!(scene.bob.reasons().await, ["direct_mention"]);
    // Whom the message itself has named is told by it, and not by its edit.
    let event = scene.alice.say(&scene.room, named("bob!", &[&bob])).await;
    scene.edit(&event, named("bob!!", &[&bob])).await;
    assert_eq!(told(&mut scene.bob).await, [mention("bob!")]);
    // Everybody, and somebody who is not in the room.
    let event = scene.alice.say(&scene.room, text("news")).await;
    scene
        .edit(&event, named("news", &["@room", "@carol:acme.example"]))
        .await;
    assert_eq!(
        told(&mut scene.bob).await,
        [("room_mention".to_owned(), "news".to_owned())]
    );
    let path = format!("/v1/rooms/{}/events/{event}/redact", scene.room);
    scene.alice.send("POST", &path, json!({})).await;
    assert_eq!(
        scene.bob.line(&scene.room).await["mention_count"],
        2,
        "what is gone names nobody"
    );
}

/// Somebody of another server is named by an edit: their own server decides.
#[tokio::test]
async fn an_edit_is_decided_at_home() {
    let scene = Scene::new().await;
    let globex = scene.town.tenant("globex", "globex.example").await;
    let mut carol = Person::of(&scene.town, &globex, "carol").await;
    let invite = json!({"participant_id": carol.fqid});
    let path = format!("/v1/rooms/{}/invite", scene.room);
    scene.alice.send("POST", &path, invite).await;
    until("the invitation", || async {
        carol.desk.get("/v1/me/invitations").await != json!([])
    })
    .await;
    let accept = format!("/v1/me/invitations/{}/accept", scene.room);
    carol.desk.post(&accept).await;
    carol.heard().await;
    let event = scene.alice.say(&scene.room, text("who comes?")).await;
    scene.edit(&event, named("carol?", &[&carol.fqid])).await;
    let last = scene.alice.say(&scene.room, text("well?")).await;
    until("the last message", || async {
        carol.line(&scene.room).await["last_event"]["id"] == last
    })
    .await;
    assert_eq!(told(&mut carol).await, [mention("carol?")]);
    assert_eq!(carol.reasons().await, ["direct_mention"]);
}

/// Whoever has left the company stays in its rooms, is shown as gone, and is told of nothing.
#[tokio::test]
async fn a_closed_account_is_told_of_nothing() {
    let mut scene = Scene::new().await;
    let root = Desk::of(&scene.town, &scene.house, "root", Role::Admin).await;
    let settled = json!({"keywords": ["tea"], "notification_mode": "all"});
    scene.bob.send("PUT", "/v1/me/preferences", settled).await;
    let own = scene.bob.say(&scene.room, text("hello")).await;
    let members = format!("/v1/rooms/{}/members", scene.room);
    let gone = async |scene: &Scene| {
        let members = scene.alice.desk.get(&members).await;
        let lines = members.as_array().unwrap().iter();
        let gone = lines.map(|line| line["participant"]["deactivated"].as_bool().unwrap());
        gone.collect::<Vec<_>>()
    };
    told(&mut scene.bob).await;
    assert_eq!(gone(&scene).await, [false, false]);
    let talk = async |scene: &Scene| {
        let answer = json!({"body": "hello bob, tea?", "mentions": [scene.bob.fqid, "@room"],
            "reply_to_event_id": own});
        let event = scene.alice.say(&scene.room, answer).await;
        scene.edit(&event, text("hello")).await;
        let event = scene.alice.say(&scene.room, text("hello")).await;
        scene
            .edit(&event, named("hello bob", &[&scene.bob.fqid]))
            .await;
    };
    root.post("/v1/admin/participants/@bob/deactivate").await;
    talk(&scene).await;
    assert_eq!(told(&mut scene.bob).await, []);
    assert_eq!(gone(&scene).await, [false, true]);
    let store = &scene.house.store;
    let lines = store
        .inbox(&scene.bob.fqid.parse().unwrap(), 9, 0)
        .await
        .unwrap();
    assert!(
        lines.iter().all(|line| line.reason == "invite"),
        "{lines:?}"
    );
    let members = scene.alice.desk.get(&members).await;
    assert_eq!(members[1]["membership"], "join");
    // Another process knows it too.
    let again = scene.restarted().await;
    let alice = Person::again(&scene.town, &again, "alice").await;
    alice
        .say(&scene.room, named("bob?", &[&scene.bob.fqid]))
        .await;
    let lines = scene
        .house
        .store
        .inbox(&scene.bob.fqid.parse().unwrap(), 9, 0)
        .await
        .unwrap();
    assert!(
        lines.iter().all(|line| line.reason == "invite"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn an_account_that_is_opened_again_hears_again() {
    let mut scene = Scene::new().await;
    let root = Desk::of(&scene.town, &scene.house, "root", Role::Admin).await;
    for what in ["deactivate", "reactivate"] {
        root.post(&format!("/v1/admin/participants/@bob/{what}"))
            .await;
    }
    scene
        .alice
        .say(&scene.room, named("bob?", &[&scene.bob.fqid]))
        .await;
    assert_eq!(told(&mut scene.bob).await, [mention("bob?")]);
}

/// Members have come in at a time, which a new name does not change.
#[tokio::test]
async fn members_say_since_when() {
    let scene = Scene::new().await;
    let path = format!("/v1/rooms/{}/members", scene.room);
    let since = async || {
        let members = scene.alice.desk.get(&path).await;
        let lines = members.as_array().unwrap().iter();
        lines
            .map(|line| line["joined_at"].clone())
            .collect::<Vec<_>>()
    };
    let before = since().await;
    assert!(before.iter().all(Value::is_string), "{before:?}");
    scene.town.clock.pass(60);
    scene
        .bob
        .send("PUT", "/v1/me", json!({"display_name": "Bobby"}))
        .await;
    assert_eq!(since().await, before);
    let carol = Person::of(&scene.town, &scene.house, "carol").await;
    let invite = json!({"participant_id": carol.fqid});
    scene
        .alice
        .send("POST", &format!("/v1/rooms/{}/invite", scene.room), invite)
        .await;
    assert_eq!(since().await[2], Value::Null, "invited only");
    carol
        .desk
        .post(&format!("/v1/rooms/{}/join", scene.room))
        .await;
    assert!(since().await[2].as_str() > before[1].as_str());
    carol
        .desk
        .post(&format!("/v1/rooms/{}/leave", scene.room))
        .await;
    assert_eq!(since().await[2], Value::Null);
    let (status, _) = carol.desk.ask("GET", &path, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}
