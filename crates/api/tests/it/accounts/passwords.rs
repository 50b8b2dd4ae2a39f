//! A password is changed by its owner, or set anew with what an admin hands over.

use http::StatusCode;
use serde_json::{Value, json};

use super::{PASSWORD, Scene};

const CHANGE: (&str, &str) = ("POST", "/v1/me/password");
const RESET: (&str, &str) = ("POST", "/v1/auth/reset");
const LINK: &str = "/v1/admin/participants/alice/password-reset";

fn change(current: &str, new: &str) -> Option<Value> {
    Some(json!({"current": current, "new": new}))
}

fn reset(token: &str, new: &str) -> Option<Value> {
    Some(json!({"token": token, "new_password": new}))
}

// The new password logs in, the old one does not, and of the sessions only the one that asked goes on.
#[tokio::test]
async fn a_password_is_changed() {
    let scene = Scene::new().await;
    let (other, asking) = (scene.login("alice").await, scene.login("alice").await);
    let bob = scene.login("bob").await;
    let alice = scene.bearing(&asking.access);
    assert!(scene.bearing(&other.access).is_in().await);
    alice
        .done(CHANGE.0, CHANGE.1, change(PASSWORD, "battery staple"))
        .await;
    assert!(alice.is_in().await);
    assert!(scene.nobody().can_refresh(&asking.refresh).await);
    assert!(!scene.bearing(&other.access).is_in().await);
    assert!(!scene.nobody().can_refresh(&other.refresh).await);
    assert!(scene.bearing(&bob.access).is_in().await);
    assert!(scene.nobody().login("alice", PASSWORD).await.is_err());
    assert!(
        scene
            .nobody()
            .login("alice", "battery staple")
            .await
            .is_ok()
    );
    assert!(scene.nobody().login("bob", PASSWORD).await.is_ok());
}

// Nothing happens, and nothing is echoed, when the old one is wrong or the new one cannot be one.
#[tokio::test]
async fn a_password_is_not_changed() {
    let scene = Scene::new().await;
    let tokens = scene.login("alice").await;
    let alice = scene.bearing(&tokens.access);
    let wrong = (403, "SW_AUTH_WRONG_PASSWORD");
    let json = alice
        .refused(CHANGE, change("wr0ng horse", "battery staple"), wrong)
        .await;
    assert_eq!(json["error"]["details"]["field"], "current", "{json}");
    let long = "x".repeat(1025);
    for new in ["", "       ", "seven77", &long] {
        let json = alice
            .refused(CHANGE, change(PASSWORD, new), (400, "SW_BAD_REQUEST"))
            .await;
        assert_eq!(json["error"]["details"]["field"], "new", "{json}");
        assert!(new.is_empty() || !json.to_string().contains(new), "{json}");
    }
    for (body, field) in [
        (json!({"current": PASSWORD}), "new"),
        (json!({"current": PASSWORD, "new": 7}), "new"),
        (
            json!({"current": PASSWORD, "new": "battery staple", "old": "x"}),
            "old",
        ),
    ] {
        let json = alice
            .refused(CHANGE, Some(body), (400, "SW_BAD_REQUEST"))
            .await;
        assert_eq!(json["error"]["details"]["field"], field, "{json}");
    }
    for nobody in [scene.nobody(), alice.at("globex.example")] {
        let body = change(PASSWORD, "battery staple");
        nobody
            .refused(CHANGE, body, (401, "SW_AUTH_INVALID_TOKEN"))
            .await;
    }
    assert!(scene.nobody().login("alice", PASSWORD).await.is_ok());
    // Both limits from their inner side.
    for (old, new) in [(PASSWORD, "eight888"), ("eight888", &"ä".repeat(512))] {
        alice.done(CHANGE.0, CHANGE.1, change(old, new)).await;
    }
}

// A token that an admin made works once; all sessions end, and the old password with them.
#[tokio::test]
async fn a_lost_password_is_set_anew() {
    let scene = Scene::new().await;
    let (before, root) = (scene.login("alice").await, scene.login("root").await);
    let root = scene.bearing(&root.access);
    let link = root.done("POST", LINK, None).await;
    assert_eq!(link["expires_at"], "2026-01-02T00:00:00.000Z", "{link}");
    let token = link["token"].as_str().unwrap();
    assert!(token.starts_with("swr_"), "{token}");
    assert!(
        scene.bearing(&before.access).is_in().await,
        "until it is used"
    );
    assert!(scene.nobody().login("alice", PASSWORD).await.is_ok());
    // A password that cannot be one does not use it up.
    let nobody = scene.nobody();
    let body = reset(token, "short");
    let short = nobody.refused(RESET, body, (400, "SW_BAD_REQUEST")).await;
    assert_eq!(short["error"]["details"]["field"], "new_password");
    scene
        .nobody()
        .done(RESET.0, RESET.1, reset(token, "battery staple"))
        .await;
    assert!(!scene.bearing(&before.access).is_in().await);
    assert!(!scene.nobody().can_refresh(&before.refresh).await);
    assert!(scene.nobody().login("alice", PASSWORD).await.is_err());
    assert!(
        scene
            .nobody()
            .login("alice", "battery staple")
            .await
            .is_ok()
    );
    let again = reset(token, "another one");
    scene
        .nobody()
        .refused(RESET, again, (401, "SW_AUTH_INVALID_TOKEN"))
        .await;
    let lines = root.get("/v1/admin/audit").await;
    let actions: Vec<_> = (0..2)
        .map(|n| (&lines[n]["action"], &lines[n]["actor"]))
        .collect();
    let (link, set) = (json!("account.reset_link"), json!("account.password_reset"));
    let (by, itself) = (json!("@root:acme.example"), json!("server"));
    assert_eq!(actions, [(&set, &itself), (&link, &by)], "{lines}");
    assert!(!lines.to_string().contains(token));
}

// A token that was used, replaced, is too old, of another tenant, of a closed account or invented: one answer.
#[tokio::test]
async fn tokens_that_set_nothing() {
    let scene = Scene::new().await;
    let root = scene.login("root").await;
    let root = scene.bearing(&root.access);
    let make = async || {
        let link = root.done("POST", LINK, None).await;
        link["token"].as_str().unwrap().to_owned()
    };
    let mut answers = Vec::new();
    let mut refuse = async |caller: super::Caller<'_>, token: &str| {
        let body = reset(token, "battery staple");
        answers.push(
            caller
                .refused(RESET, body, (401, "SW_AUTH_INVALID_TOKEN"))
                .await,
        );
    };
    let (replaced, newest) = (make().await, make().await);
    refuse(scene.nobody(), &replaced).await;
    refuse(scene.nobody().at("globex.example"), &newest).await;
    for invented in ["", "swr_", "x", &scene.login("alice").await.access] {
        refuse(scene.nobody(), invented).await;
    }
    scene.town.clock.pass(24 * 60 * 60);
    refuse(scene.nobody(), &newest).await;
    let root = scene.login("root").await;
    let root = scene.bearing(&root.access);
    let link = root.done("POST", LINK, None).await;
    let of_closed = link["token"].as_str().unwrap().to_owned();
    root.done("POST", "/v1/admin/participants/alice/deactivate", None)
        .await;
    refuse(scene.nobody(), &of_closed).await;
    root.refused(("POST", LINK), None, (409, "SW_ACCOUNT_CLOSED"))
        .await;
    // Open again, the old link stays ended.
    root.done("POST", "/v1/admin/participants/alice/reactivate", None)
        .await;
    refuse(scene.nobody(), &of_closed).await;
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(scene.nobody().login("alice", PASSWORD).await.is_ok());
    // A moment before its end it works.
    let link = root.done("POST", LINK, None).await;
    scene.town.clock.pass(24 * 60 * 60 - 1);
    let token = link["token"].as_str().unwrap();
    scene
        .nobody()
        .done(RESET.0, RESET.1, reset(token, "battery staple"))
        .await;
}

// Whoever changes their password by themselves makes an admin's link end.
#[tokio::test]
async fn a_change_ends_the_link() {
    let scene = Scene::new().await;
    let (alice, root) = (scene.login("alice").await, scene.login("root").await);
    let link = scene.bearing(&root.access).done("POST", LINK, None).await;
    let alice = scene.bearing(&alice.access);
    alice
        .done(CHANGE.0, CHANGE.1, change(PASSWORD, "battery staple"))
        .await;
    let body = reset(link["token"].as_str().unwrap(), "another one");
    scene
        .nobody()
        .refused(RESET, body, (401, "SW_AUTH_INVALID_TOKEN"))
        .await;
}

// Of two who use one link at the same moment, one wins.
#[tokio::test]
async fn two_use_one_link() {
    let scene = Scene::new().await;
    let root = scene.login("root").await;
    let link = scene.bearing(&root.access).done("POST", LINK, None).await;
    let token = link["token"].as_str().unwrap();
    let nobody = scene.nobody();
    let (one, two) = tokio::join!(
        nobody.ask(RESET.0, RESET.1, reset(token, "battery staple")),
        nobody.ask(RESET.0, RESET.1, reset(token, "another one")),
    );
    let mut statuses = [one.0, two.0];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED]);
}
