use scaiwave_engine::live::FrameBody;
use scaiwave_engine::store::record::NotificationMode;
use serde_json::{Value, json};

use super::scene::Scene;
use super::{Person, text};
use crate::admin::Desk;
use crate::town::until;

/// The clock of a town stands at 2026-01-01T00:00:00Z: one o'clock at night in Berlin.
const NOON: &str = "2026-01-01T12:00:00.000Z";

impl Scene {
    /// Time passes, and everybody logs in again.
    async fn pass(&mut self, seconds: u64) {
        self.town.clock.pass(seconds);
        self.alice.desk = Desk::again(&self.town, &self.house, "alice").await;
        self.bob.desk = Desk::again(&self.town, &self.house, "bob").await;
    }

    fn mention(&self) -> Value {
        json!({"body": "bob?", "mentions": [self.bob.fqid]})
    }

    async fn choose(&self, mode: &str) {
        let path = format!("/v1/rooms/{}/notification-mode", self.room);
        self.bob.send("PUT", &path, json!({"mode": mode})).await;
    }

    async fn mute(&self, until: Value) {
        let path = format!("/v1/rooms/{}/mute", self.room);
        self.bob.send("PUT", &path, json!({"until": until})).await;
    }

    /// What bob's other device was told of messages: (reason, whether it was silent).
    async fn told(&mut self) -> Vec<(String, bool)> {
        let heard = self.bob.heard().await.into_iter();
        heard
            .filter_map(|body| match body {
                FrameBody::Notification { reason, silent, .. } => Some((reason, silent)),
                _ => None,
            })
            .collect()
    }
}

fn told(reasons: &[&str], silent: bool) -> Vec<(String, bool)> {
    let reasons = reasons.iter();
    reasons
        .map(|reason| (String::from(*reason), silent))
        .collect()
}

#[tokio::test]
async fn a_message_is_told_to_those_whom_it_concerns() {
    let mut scene = Scene::new().await;
    let settled = json!({"keywords": ["release train"]});
    scene.bob.send("PUT", "/v1/me/preferences", settled).await;
    let own = scene
        .bob
        .say(&scene.room, text("who has seen the release train?"))
        .await;
    scene.alice.say(&scene.room, text("nobody")).await;
    let answer = json!({"body": "gone", "reply_to_event_id": own});
    scene.alice.say(&scene.room, answer).await;
    scene
        .alice
        .say(&scene.room, text("The Release Train!"))
        .await;
    scene
        .alice
        .say(&scene.room, json!({"body": "all", "mentions": ["@room"]}))
        .await;
    scene.alice.say(&scene.room, scene.mention()).await;
    scene.town.clock.pass(1);
    let dm = json!({"participant_id": scene.bob.fqid});
    let dm = scene.alice.send("POST", "/v1/rooms/dm", dm).await;
    let dm = dm["id"].as_str().unwrap();
    scene.bob.desk.post(&format!("/v1/rooms/{dm}/join")).await;
    scene.alice.say(dm, text("psst")).await;
    let expected = [
        "reply",
        "keyword_alert",
        "room_mention",
        "direct_mention",
        "invite",
        "dm",
    ];
    assert_eq!(scene.told().await, told(&expected, false));
    let reasons = scene.bob.reasons().await;
    assert_eq!(
        reasons,
        [
            "dm",
            "direct_mention",
            "room_mention",
            "keyword_alert",
            "reply"
        ]
    );
    assert_eq!(scene.alice.reasons().await, [""; 0], "own messages never");
    let line = scene.bob.line(&scene.room).await;
    assert_eq!(
        (&line["unread_count"], &line["mention_count"]),
        (&json!(5), &json!(4))
    );
}

#[tokio::test]
async fn a_mode_decides_what_is_heard_of_a_room() {
    let mut scene = Scene::new().await;
    let settled = json!({"keywords": ["tea"], "notification_mode": "none"});
    scene.bob.send("PUT", "/v1/me/preferences", settled).await;
    let cases: [(&str, &[&str]); 4] = [
        ("inherit", &["keyword_alert"]),
        ("all", &["message", "direct_mention", "keyword_alert"]),
        ("mentions", &["direct_mention", "keyword_alert"]),
        ("none", &["keyword_alert"]),
    ];
    for (mode, expected) in cases {
        scene.choose(mode).await;
        assert_eq!(scene.bob.line(&scene.room).await["notification_mode"], mode);
        scene.told().await;
        scene.alice.say(&scene.room, text("hello")).await;
        scene.alice.say(&scene.room, scene.mention()).await;
        scene.alice.say(&scene.room, text("tea?")).await;
        assert_eq!(scene.told().await, told(expected, false), "{mode}");
    }
    // What is heard as a sound only stands in no inbox.
    assert!(!scene.bob.reasons().await.contains(&"message".to_owned()));
    assert_eq!(
        scene.alice.line(&scene.room).await["notification_mode"],
        "inherit"
    );
}

#[tokio::test]
async fn a_mute_takes_the_sound_until_its_time() {
    let mut scene = Scene::new().await;
    scene.choose("all").await;
    scene.mute(json!(NOON)).await;
    scene.told().await;
    let talk = async |scene: &mut Scene| {
        scene.alice.say(&scene.room, text("hello")).await;
        scene.alice.say(&scene.room, scene.mention()).await;
        scene.told().await
    };
    assert_eq!(scene.bob.line(&scene.room).await["muted_until"], NOON);
    assert_eq!(talk(&mut scene).await, told(&["direct_mention"], true));
    assert_eq!(scene.bob.reasons().await, ["direct_mention"]);
    scene.pass(12 * 60 * 60 - 1).await;
    assert_eq!(scene.bob.line(&scene.room).await["muted_until"], NOON);
    scene.town.clock.pass(1);
    assert_eq!(
        scene.bob.line(&scene.room).await["muted_until"],
        Value::Null
    );
    assert_eq!(
        talk(&mut scene).await,
        told(&["message", "direct_mention"], false)
    );
    scene.mute(json!("2026-01-02T00:00:00Z")).await;
    assert_eq!(talk(&mut scene).await, told(&["direct_mention"], true));
    scene.mute(Value::Null).await;
    assert_eq!(
        talk(&mut scene).await,
        told(&["message", "direct_mention"], false)
    );
    let path = format!("/v1/rooms/{}/mute", scene.room);
    for wrong in [json!(NOON), json!("tomorrow"), json!(7)] {
        let told = scene
            .bob
            .refused("PUT", &path, json!({"until": wrong}))
            .await;
        let expected = (400, "SW_BAD_REQUEST".to_owned(), json!("until"));
        assert_eq!(told, expected, "{wrong}");
    }
    assert_eq!(
        scene.bob.line(&scene.room).await["muted_until"],
        Value::Null
    );
}

#[tokio::test]
async fn quiet_hours_are_those_of_their_owner() {
    let mut scene = Scene::new().await;
    let hours = json!({"from": "22:00", "to": "07:00", "time_zone": "Europe/Berlin"});
    let settled = json!({"quiet_hours": hours});
    scene.bob.send("PUT", "/v1/me/preferences", settled).await;
    scene.alice.say(&scene.room, scene.mention()).await;
    assert_eq!(
        scene.told().await,
        told(&["direct_mention"], true),
        "one at night"
    );
    scene.pass(6 * 60 * 60).await;
    scene.alice.say(&scene.room, scene.mention()).await;
    assert_eq!(
        scene.told().await,
        told(&["direct_mention"], false),
        "seven in the morning"
    );
    assert_eq!(scene.bob.reasons().await, ["direct_mention"; 2]);
}

#[tokio::test]
async fn choices_are_one_persons_own_and_outlive_the_process() {
    let mut scene = Scene::new().await;
    scene.choose("all").await;
    scene.mute(json!(NOON)).await;
    scene.mute(json!(NOON)).await;
    let frames = scene.bob.heard().await;
    let choice = |muted_until| FrameBody::RoomChoice {
        mode: Some(NotificationMode::All),
        muted_until,
    };
    let noon = 1_767_268_800_000;
    assert_eq!(
        frames,
        [choice(None), choice(Some(noon))],
        "what is so is not told again"
    );
    let path = format!("/v1/rooms/{}/members", scene.room);
    let members = scene.bob.desk.get(&path).await;
    for member in members.as_array().unwrap() {
        let own = member["participant_id"] == scene.bob.fqid;
        let mode = if own { json!("all") } else { Value::Null };
        assert_eq!(member["notification_mode"], mode, "{member}");
        assert_eq!(member["muted_until"].is_string(), own, "{member}");
    }
    let members = scene.alice.desk.get(&path).await;
    assert!(!members.to_string().contains("\"all\""), "{members}");
    let told = scene
        .bob
        .refused(
            "PUT",
            &format!("/v1/rooms/{}/notification-mode", scene.room),
            json!({"mode": "some"}),
        )
        .await;
    assert_eq!(told, (400, "SW_BAD_REQUEST".to_owned(), json!("mode")));
    let carol = Person::of(&scene.town, &scene.house, "carol").await;
    for (verb, body) in [
        ("notification-mode", json!({"mode": "all"})),
        ("mute", json!({"until": NOON})),
    ] {
        let path = format!("/v1/rooms/{}/{verb}", scene.room);
        let told = carol.refused("PUT", &path, body).await;
        assert_eq!(told, (404, "SW_ROOM_NOT_FOUND".to_owned(), Value::Null));
    }
    let kept = scene.house.store.room_choices().await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(
        (kept[0].mode, kept[0].muted_until),
        (Some(NotificationMode::All), Some(noon))
    );
    // Another process reads the same.
    let again = scene.restarted().await;
    let mut bob = Person::again(&scene.town, &again, "bob").await;
    let alice = Person::again(&scene.town, &again, "alice").await;
    alice.say(&scene.room, scene.mention()).await;
    let heard = bob.heard().await;
    let silent = |body: &FrameBody| matches!(body, FrameBody::Notification { silent: true, .. });
    assert!(heard.iter().all(silent) && heard.len() == 1, "{heard:?}");
}

/// Somebody of another server is mentioned: their own server decides, by what they have settled there.
#[tokio::test]
async fn a_mention_is_decided_at_home() {
    let mut scene = Scene::new().await;
    let globex = scene.town.tenant("globex", "globex.example").await;
    let mut carol = Person::of(&scene.town, &globex, "carol").await;
    let invite = json!({"participant_id": carol.fqid});
    scene
        .alice
        .send("POST", &format!("/v1/rooms/{}/invite", scene.room), invite)
        .await;
    until("the invitation", || async {
        carol.desk.get("/v1/me/invitations").await != json!([])
    })
    .await;
    let accept = format!("/v1/me/invitations/{}/accept", scene.room);
    carol.desk.post(&accept).await;
    let settled = json!({"keywords": ["train"]});
    carol.send("PUT", "/v1/me/preferences", settled).await;
    let path = format!("/v1/rooms/{}/notification-mode", scene.room);
    carol.send("PUT", &path, json!({"mode": "none"})).await;
    carol.heard().await;
    let mention = json!({"body": "carol?", "mentions": [carol.fqid]});
    scene.alice.say(&scene.room, mention).await;
    let last = scene.alice.say(&scene.room, text("the train leaves")).await;
    until("the last message", || async {
        carol.line(&scene.room).await["last_event"]["id"] == last
    })
    .await;
    let reasons = carol.reasons().await;
    assert_eq!(
        reasons,
        ["keyword_alert"],
        "a mention is not heard in this mode"
    );
    let rows = scene
        .house
        .store
        .inbox(&carol.fqid.parse().unwrap(), 9, 0)
        .await;
    assert_eq!(
        rows.unwrap(),
        [],
        "nothing of it is known at the other server"
    );
    assert_eq!(scene.told().await, []);
}
