//! Trying passwords: what waits, for how long, and what the answers do not tell.

use http::StatusCode;
use scaiwave_api::limits::{LOGIN_DELAY_FIRST, LOGIN_FREE_FAILURES, LOGIN_FREE_FAILURES_OF_SOURCE};
use serde_json::{Value, json};

use super::{PASSWORD, Scene};

const WRONG: &str = "wr0ng horse";

// A name waits after a few failures, with the right password too; then the right one forgives.
#[tokio::test]
async fn a_name_waits() {
    let scene = Scene::new().await;
    let nobody = scene.nobody();
    for _ in 0..LOGIN_FREE_FAILURES {
        let (status, _) = nobody.login("alice", WRONG).await.err().unwrap();
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let (status, json) = nobody.login("@Alice", PASSWORD).await.err().unwrap();
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{json}");
    assert_eq!(json["error"]["code"], "SW_RATE_LIMIT_EXCEEDED");
    assert_eq!(
        json["error"]["details"]["retry_after_s"],
        LOGIN_DELAY_FIRST.as_secs()
    );
    assert!(nobody.login("bob", PASSWORD).await.is_ok(), "another name");
    let next_door = nobody.at("globex.example");
    assert_eq!(next_door.login("alice", WRONG).await.err().unwrap().0, 401);
    scene.town.clock.pass(LOGIN_DELAY_FIRST.as_secs());
    assert!(nobody.login("alice", PASSWORD).await.is_ok());
    for _ in 0..LOGIN_FREE_FAILURES {
        assert_eq!(nobody.login("alice", WRONG).await.err().unwrap().0, 401);
    }
}

// A name that nobody has, one of another server, a closed account and one without a password are answered
// like a wrong password, and wait alike.
#[tokio::test]
async fn unknown_names_are_like_known_ones() {
    let scene = Scene::new().await;
    let root = scene.login("root").await;
    let path = "/v1/admin/participants/bob/deactivate";
    scene.bearing(&root.access).done("POST", path, None).await;
    scene.acme.person("without").await;
    let nobody = scene.nobody();
    let mut told: Vec<Vec<(StatusCode, Value)>> = Vec::new();
    for (name, password) in [
        ("alice", WRONG),
        ("ghost", PASSWORD),
        ("bob", PASSWORD),
        ("without", PASSWORD),
        ("@root:globex.example", PASSWORD),
        ("NOT A NAME", PASSWORD),
        ("", PASSWORD),
    ] {
        let mut answers = Vec::new();
        for _ in 0..=LOGIN_FREE_FAILURES {
            answers.push(nobody.login(name, password).await.err().unwrap());
        }
        told.push(answers);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0].first().unwrap().0, 401);
    assert_eq!(told[0].last().unwrap().0, 429);
}

// One network that tries many names waits, and others do not; loopback is our own proxy.
#[tokio::test]
async fn a_network_waits() {
    let scene = Scene::new().await;
    let nobody = scene.nobody();
    for n in 0..LOGIN_FREE_FAILURES_OF_SOURCE {
        let failed = nobody.login(&format!("ghost{n}"), WRONG).await.err();
        assert_eq!(failed.unwrap().0, 401);
    }
    let refused = nobody.login("alice", PASSWORD).await.err().unwrap();
    assert_eq!(refused.0, 429, "{}", refused.1);
    let body = json!({"token": "swr_x", "new_password": "battery staple"});
    let request = ("POST", "/v1/auth/reset");
    let too_fast = (429, "SW_RATE_LIMIT_EXCEEDED");
    nobody.refused(request, Some(body), too_fast).await;
    for elsewhere in ["203.0.113.10", "127.0.0.1"] {
        assert!(
            nobody
                .from(elsewhere)
                .login("alice", PASSWORD)
                .await
                .is_ok()
        );
    }
    scene.town.clock.pass(LOGIN_DELAY_FIRST.as_secs());
    assert!(nobody.login("alice", PASSWORD).await.is_ok());
}

// Whoever has a session and not the password cannot try passwords without end either.
#[tokio::test]
async fn a_session_does_not_try_passwords() {
    let scene = Scene::new().await;
    let tokens = scene.login("alice").await;
    let alice = scene.bearing(&tokens.access);
    let request = ("POST", "/v1/me/password");
    let body = |current: &str| Some(json!({"current": current, "new": "battery staple"}));
    for _ in 0..LOGIN_FREE_FAILURES {
        alice
            .refused(request, body(WRONG), (403, "SW_AUTH_WRONG_PASSWORD"))
            .await;
    }
    alice
        .refused(request, body(PASSWORD), (429, "SW_RATE_LIMIT_EXCEEDED"))
        .await;
    scene.town.clock.pass(LOGIN_DELAY_FIRST.as_secs());
    alice.done(request.0, request.1, body(PASSWORD)).await;
}
