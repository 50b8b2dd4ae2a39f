//! Where somebody is logged in, and how that ends.

use serde_json::json;

use super::{NOBODYS_ID, Scene};

const SESSIONS: &str = "/v1/me/sessions";

// A session says when, with what and from where, and which one asks; it moves with its use.
#[tokio::test]
async fn sessions_are_listed() {
    let scene = Scene::new().await;
    let first = scene.login("alice").await;
    scene.town.clock.pass(60);
    let second = scene.nobody().from("2001:db8::7");
    let second = second.login("alice", super::PASSWORD).await.unwrap();
    let alice = scene.bearing(&second.access);
    let list = alice.get(SESSIONS).await;
    let shown = |n: usize| {
        let mut session = list[n].clone();
        assert!(session["id"].is_string(), "{list}");
        session.as_object_mut().unwrap().remove("id");
        session
    };
    assert_eq!(
        [shown(0), shown(1)],
        [
            json!({
                "created_at": "2026-01-01T00:01:00.000Z", "last_used_at": "2026-01-01T00:01:00.000Z",
                "user_agent": "Test/1.0", "address": "2001:db8::7", "current": true,
            }),
            json!({
                "created_at": "2026-01-01T00:00:00.000Z", "last_used_at": "2026-01-01T00:00:00.000Z",
                "user_agent": "Test/1.0", "address": "203.0.113.9", "current": false,
            }),
        ]
    );
    assert_eq!(list.as_array().map(Vec::len), Some(2), "{list}");
    // Used again after a while: that is noted to within five minutes.
    for (pass, noted) in [
        (239, "00:00:00"),
        (1, "00:05:00"),
        (299, "00:05:00"),
        (1, "00:10:00"),
    ] {
        scene.town.clock.pass(pass);
        scene.believe_nothing("alice").await;
        let list = scene.bearing(&first.access).get(SESSIONS).await;
        let expected = format!("2026-01-01T{noted}.000Z");
        assert_eq!(list[1]["last_used_at"], expected.as_str(), "{list}");
    }
    // A month later without a refresh, they are no sessions any more.
    scene.town.clock.pass(31 * 24 * 60 * 60);
    let third = scene.login("alice").await;
    let list = scene.bearing(&third.access).get(SESSIONS).await;
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(list[0]["current"], true, "{list}");
}

// What ends is ended at once: the access token although it was believed a moment ago, and the refresh
// token. The others go on.
#[tokio::test]
async fn a_session_ends() {
    let scene = Scene::new().await;
    let (lost, kept) = (scene.login("alice").await, scene.login("alice").await);
    let alice = scene.bearing(&kept.access);
    assert!(scene.bearing(&lost.access).is_in().await);
    let list = scene.bearing(&lost.access).get(SESSIONS).await;
    let of_lost = list
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["current"] == true);
    let path = format!("{SESSIONS}/{}", of_lost.unwrap()["id"].as_str().unwrap());
    alice.done("DELETE", &path, None).await;
    assert!(!scene.bearing(&lost.access).is_in().await);
    assert!(!scene.nobody().can_refresh(&lost.refresh).await);
    assert!(alice.is_in().await);
    assert!(scene.nobody().can_refresh(&kept.refresh).await);
}

#[tokio::test]
async fn all_others_end() {
    let scene = Scene::new().await;
    let (one, two, kept) = (
        scene.login("alice").await,
        scene.login("alice").await,
        scene.login("alice").await,
    );
    let bob = scene.login("bob").await;
    for tokens in [&one, &two, &bob] {
        assert!(scene.bearing(&tokens.access).is_in().await);
    }
    let alice = scene.bearing(&kept.access);
    alice.done("DELETE", SESSIONS, None).await;
    for tokens in [&one, &two] {
        assert!(!scene.bearing(&tokens.access).is_in().await);
        assert!(!scene.nobody().can_refresh(&tokens.refresh).await);
    }
    assert!(alice.is_in().await);
    assert!(scene.bearing(&bob.access).is_in().await);
    let list = alice.get(SESSIONS).await;
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
}

// Another person's session, one of another tenant and none at all are answered alike, and go on.
#[tokio::test]
async fn sessions_of_others_do_not_exist() {
    let scene = Scene::new().await;
    let (alice, bob) = (scene.login("alice").await, scene.login("bob").await);
    let next_door = scene.nobody().at("globex.example");
    let next_door = next_door.login("root", super::PASSWORD).await.unwrap();
    let list = scene.bearing(&bob.access).get(SESSIONS).await;
    let of_bob = list[0]["id"].as_str().unwrap().to_owned();
    let at_globex = scene.bearing(&next_door.access).at("globex.example");
    let of_globex = at_globex.get(SESSIONS).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut answers = Vec::new();
    for id in [
        of_bob.as_str(),
        &of_globex,
        NOBODYS_ID,
        "x",
        "%00",
        "NOT%20AN%20ID",
    ] {
        let path = format!("{SESSIONS}/{id}");
        let caller = scene.bearing(&alice.access);
        answers.push(
            caller
                .refused(("DELETE", &path), None, (404, "SW_NOT_FOUND"))
                .await,
        );
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(scene.bearing(&bob.access).is_in().await);
    assert!(at_globex.is_in().await);
}

// Without a token of this tenant there is nothing to see and nothing to end.
#[tokio::test]
async fn only_the_owner() {
    let scene = Scene::new().await;
    let alice = scene.login("alice").await;
    let path = format!("{SESSIONS}/{NOBODYS_ID}");
    for caller in [
        scene.nobody(),
        scene.bearing("swt_nonsense"),
        scene.bearing(&alice.refresh),
        scene.bearing(&alice.access).at("globex.example"),
    ] {
        for request in [
            ("GET", SESSIONS),
            ("DELETE", SESSIONS),
            ("DELETE", path.as_str()),
        ] {
            caller
                .refused(request, None, (401, "SW_AUTH_INVALID_TOKEN"))
                .await;
        }
    }
    assert!(scene.bearing(&alice.access).is_in().await);
}

// A refresh token that comes a second time ends the session, whoever was first; one that comes twice at
// the same moment gives one pair at most.
#[tokio::test]
async fn a_refresh_token_works_once() {
    let scene = Scene::new().await;
    let nobody = scene.nobody();
    let tokens = scene.login("alice").await;
    assert!(nobody.can_refresh(&tokens.refresh).await);
    assert!(
        !scene.bearing(&tokens.access).is_in().await,
        "it was replaced"
    );
    assert!(!nobody.can_refresh(&tokens.refresh).await);
    let fresh = scene.login("alice").await;
    let list = scene.bearing(&fresh.access).get(SESSIONS).await;
    assert_eq!(
        list.as_array().map(Vec::len),
        Some(1),
        "the first is gone: {list}"
    );
    let (one, two) = tokio::join!(
        nobody.can_refresh(&fresh.refresh),
        nobody.can_refresh(&fresh.refresh)
    );
    assert!(!(one && two));
}

// Fifty devices at most: the one that rested longest makes room.
#[tokio::test]
async fn too_many_sessions_make_room() {
    let scene = Scene::unheard().await;
    let mut all = Vec::new();
    for _ in 0..50 {
        scene.town.clock.pass(1);
        all.push(scene.login("alice").await);
    }
    assert!(scene.bearing(&all[0].access).is_in().await);
    scene.town.clock.pass(1);
    all.push(scene.login("alice").await);
    assert!(!scene.bearing(&all[0].access).is_in().await);
    assert!(scene.bearing(&all[1].access).is_in().await);
    let list = scene.bearing(&all[50].access).get(SESSIONS).await;
    assert_eq!(list.as_array().map(Vec::len), Some(50));
}

// Bad-input row T145: whatever a token was while the clock showed something else, it is judged by what it shows now.
#[tokio::test]
async fn tokens_are_judged_by_the_clock_as_it_is() {
    const HOUR_S: u64 = 60 * 60;
    let scene = Scene::new().await;
    let before = scene.login("alice").await;
    assert!(scene.bearing(&before.access).is_in().await);
    scene.town.clock.pass(HOUR_S);
    assert!(!scene.bearing(&before.access).is_in().await);
    let ahead = scene.login("alice").await;
    assert!(scene.bearing(&ahead.access).is_in().await);
    for _ in 0..2 {
        scene.town.clock.turn_back(HOUR_S);
        assert!(scene.bearing(&before.access).is_in().await);
        assert!(scene.bearing(&ahead.access).is_in().await);
    }
    let behind = scene.login("alice").await;
    scene.town.clock.pass(HOUR_S);
    assert!(!scene.bearing(&behind.access).is_in().await);
    assert!(scene.bearing(&before.access).is_in().await);
    for tokens in [before, ahead, behind] {
        assert!(scene.nobody().can_refresh(&tokens.refresh).await);
    }
}
