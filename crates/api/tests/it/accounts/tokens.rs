//! Tokens for programs: what they may do, and how they end.

use serde_json::{Value, json};

use super::{Caller, NOBODYS_ID, PASSWORD, Scene};

const TOKENS: &str = "/v1/me/tokens";
const FORBIDDEN: (u16, &str) = (403, "SW_AUTH_INSUFFICIENT_PERMISSION");
const OUT: (u16, &str) = (401, "SW_AUTH_INVALID_TOKEN");

async fn make(owner: &Caller<'_>, scopes: &[&str]) -> (String, String) {
    let body = json!({"name": " The bot ", "scopes": scopes});
    let made = owner.done("POST", TOKENS, Some(body)).await;
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("token"), text("id"))
}

fn room() -> Option<Value> {
    Some(json!({"room_type": "group", "name": "Made by a program"}))
}

// The token itself is shown once; the list says what it may do and when it was used, to within five minutes.
#[tokio::test]
async fn tokens_are_made_and_listed() {
    let scene = Scene::new().await;
    let tokens = scene.login("alice").await;
    let alice = scene.bearing(&tokens.access);
    let body = json!({
        "name": " The bot ", "scopes": ["write", "read", "read"],
        "expires_at": "2026-02-01T00:00:00Z",
    });
    let made = alice.done("POST", TOKENS, Some(body)).await;
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("swp_") && token.len() > 40, "{made}");
    let mut expected = json!([{
        "id": made["id"], "name": "The bot", "scopes": ["read", "write"],
        "created_at": "2026-01-01T00:00:00.000Z", "expires_at": "2026-02-01T00:00:00.000Z",
        "last_used_at": null,
    }]);
    assert_eq!(alice.get(TOKENS).await, expected);
    let me = scene.bearing(token).get("/v1/me").await;
    assert_eq!(me["fqid"], "@alice:acme.example");
    expected[0]["last_used_at"] = json!("2026-01-01T00:00:00.000Z");
    assert_eq!(alice.get(TOKENS).await, expected);
    // Nobody is believed from before, so each use could be noted; the second is too early.
    for (pass, noted) in [(299, "00:00:00"), (1, "00:05:00")] {
        scene.town.clock.pass(pass);
        scene.believe_nothing("alice").await;
        scene.bearing(token).get("/v1/me").await;
        let list = alice.get(TOKENS).await;
        let expected = format!("2026-01-01T{noted}.000Z");
        assert_eq!(list[0]["last_used_at"], expected.as_str(), "{list}");
    }
    assert!(alice.get("/v1/me/sessions").await[0]["current"] == true);
}

// Each scope allows its own and nothing else.
#[tokio::test]
async fn scopes_are_kept() {
    let scene = Scene::new().await;
    let tokens = scene.login("root").await;
    let root = scene.bearing(&tokens.access);
    let reads = ("GET", "/v1/rooms");
    let ticket = ("POST", "/v1/stream/ticket");
    let search = ("POST", "/v1/search");
    let writes = ("POST", "/v1/rooms");
    let administers = ("GET", "/v1/admin/audit");
    for (scopes, may_read, may_write, may_administer) in [
        (&["read"][..], true, false, false),
        (&["write"], false, true, false),
        (&["read", "write"], true, true, false),
        (&["admin"], false, false, false),
        (&["read", "admin"], true, false, true),
        (&["read", "write", "admin"], true, true, true),
    ] {
        let (token, _) = make(&root, scopes).await;
        let program = scene.bearing(&token);
        for ((method, path), allowed) in [
            (reads, may_read),
            (ticket, may_read),
            (search, may_read),
            (writes, may_write),
            (administers, may_administer),
        ] {
            let body = match (method, path) {
                ("POST", "/v1/rooms") => room(),
                ("POST", "/v1/search") => Some(json!({"q": "harbour"})),
                _ => None,
            };
            if allowed {
                program.done(method, path, body).await;
            } else {
                program.refused((method, path), body, FORBIDDEN).await;
            }
        }
        let role = json!({"role": "admin"});
        let promote = ("PUT", "/v1/admin/participants/bob/role");
        if may_administer && may_write {
            program.done(promote.0, promote.1, Some(role)).await;
        } else {
            program.refused(promote, Some(role), FORBIDDEN).await;
        }
    }
}

// A member's token is no admin's, and one of somebody who is no admin any more is none either.
#[tokio::test]
async fn a_token_is_never_more_than_its_owner() {
    let scene = Scene::new().await;
    let (alice, root) = (scene.login("alice").await, scene.login("root").await);
    let (alice, root) = (scene.bearing(&alice.access), scene.bearing(&root.access));
    let body = json!({"name": "x", "scopes": ["admin"]});
    let json = alice.refused(("POST", TOKENS), Some(body), FORBIDDEN).await;
    assert_eq!(json["error"]["details"]["field"], "scopes", "{json}");
    let role = |role: &str| Some(json!({"role": role}));
    let path = "/v1/admin/participants/alice/role";
    root.done("PUT", path, role("admin")).await;
    let (token, _) = make(&alice, &["read", "admin"]).await;
    let program = scene.bearing(&token);
    program.get("/v1/admin/audit").await;
    root.done("PUT", path, role("member")).await;
    program
        .refused(("GET", "/v1/admin/audit"), None, FORBIDDEN)
        .await;
    program.get("/v1/rooms").await;
}

// What decides over logins is for logins: a token that leaked makes no others and locks nobody out.
#[tokio::test]
async fn a_token_does_not_touch_logins() {
    let scene = Scene::new().await;
    let tokens = scene.login("root").await;
    let root = scene.bearing(&tokens.access);
    let (token, id) = make(&root, &["read", "write", "admin"]).await;
    let program = scene.bearing(&token);
    let own = format!("{TOKENS}/{id}");
    for (method, path, body) in [
        ("GET", TOKENS, None),
        (
            "POST",
            TOKENS,
            Some(json!({"name": "x", "scopes": ["read"]})),
        ),
        ("DELETE", own.as_str(), None),
        ("GET", "/v1/me/sessions", None),
        ("DELETE", "/v1/me/sessions", None),
        ("POST", "/v1/auth/logout", None),
        (
            "POST",
            "/v1/me/password",
            Some(json!({"current": PASSWORD, "new": "battery staple"})),
        ),
    ] {
        program.refused((method, path), body, FORBIDDEN).await;
    }
    assert!(root.is_in().await && program.is_in().await);
    assert!(!scene.nobody().can_refresh(&token).await);
}

// Revoked, at its end, of a closed account, after a lost password: at once, although it was believed.
#[tokio::test]
async fn tokens_end() {
    let scene = Scene::new().await;
    let (tokens, root) = (scene.login("alice").await, scene.login("root").await);
    let (alice, root) = (scene.bearing(&tokens.access), scene.bearing(&root.access));
    let ((token, id), (kept, _)) = (make(&alice, &["read"]).await, make(&alice, &["read"]).await);
    assert!(scene.bearing(&token).is_in().await && scene.bearing(&kept).is_in().await);
    alice.done("DELETE", &format!("{TOKENS}/{id}"), None).await;
    scene
        .bearing(&token)
        .refused(("GET", "/v1/me"), None, OUT)
        .await;
    assert!(scene.bearing(&kept).is_in().await);
    alice
        .refused(
            ("DELETE", &format!("{TOKENS}/{id}")),
            None,
            (404, "SW_NOT_FOUND"),
        )
        .await;

    let body = json!({"name": "x", "scopes": ["read"], "expires_at": "2026-01-01T00:01:00Z"});
    let brief = alice.done("POST", TOKENS, Some(body)).await;
    let brief = scene.bearing(brief["token"].as_str().unwrap());
    scene.town.clock.pass(59);
    assert!(brief.is_in().await);
    scene.town.clock.pass(1);
    brief
        .refused(("GET", "/v1/me"), None, (401, "SW_AUTH_EXPIRED_TOKEN"))
        .await;

    // A change of the password leaves programs alone; a lost one does not.
    let body = json!({"current": PASSWORD, "new": "battery staple"});
    alice.done("POST", "/v1/me/password", Some(body)).await;
    assert!(scene.bearing(&kept).is_in().await);
    scene.reset_by_link(&root, "alice").await;
    assert!(!scene.bearing(&kept).is_in().await);

    let again = scene.login("alice").await;
    let (token, _) = make(&scene.bearing(&again.access), &["read"]).await;
    assert!(scene.bearing(&token).is_in().await);
    root.done("POST", "/v1/admin/participants/alice/deactivate", None)
        .await;
    scene
        .bearing(&token)
        .refused(("GET", "/v1/me"), None, OUT)
        .await;
    root.done("POST", "/v1/admin/participants/alice/reactivate", None)
        .await;
    scene
        .bearing(&token)
        .refused(("GET", "/v1/me"), None, OUT)
        .await;
}

// Somebody else's token, one of another tenant and none at all are answered alike, and go on.
#[tokio::test]
async fn tokens_of_others_do_not_exist() {
    let scene = Scene::new().await;
    let (alice, bob) = (scene.login("alice").await, scene.login("bob").await);
    let at_globex = scene.nobody().at("globex.example");
    let next_door = at_globex.login("root", PASSWORD).await.unwrap();
    let (of_bob, bobs_id) = make(&scene.bearing(&bob.access), &["read"]).await;
    let root_there = scene.bearing(&next_door.access).at("globex.example");
    let (of_globex, globex_id) = make(&root_there, &["read"]).await;
    let mut answers = Vec::new();
    for id in [&bobs_id, &globex_id, NOBODYS_ID, "x"] {
        let path = format!("{TOKENS}/{id}");
        let alice = scene.bearing(&alice.access);
        answers.push(
            alice
                .refused(("DELETE", &path), None, (404, "SW_NOT_FOUND"))
                .await,
        );
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(scene.bearing(&of_bob).is_in().await);
    assert!(scene.bearing(&of_globex).at("globex.example").is_in().await);
    for nobody in [
        scene.bearing(&of_globex),
        scene.bearing("swp_nonsense"),
        scene.bearing("swp_"),
        scene.nobody(),
    ] {
        nobody.refused(("GET", "/v1/me"), None, OUT).await;
        nobody.refused(("GET", TOKENS), None, OUT).await;
    }
}

#[tokio::test]
async fn tokens_that_are_not_made() {
    let scene = Scene::new().await;
    let tokens = scene.login("alice").await;
    let alice = scene.bearing(&tokens.access);
    let long = "x".repeat(65);
    for (body, field) in [
        (json!({"name": "", "scopes": ["read"]}), "name"),
        (json!({"name": "   ", "scopes": ["read"]}), "name"),
        (json!({"name": long, "scopes": ["read"]}), "name"),
        (json!({"name": "a\u{7}b", "scopes": ["read"]}), "name"),
        (json!({"scopes": ["read"]}), "name"),
        (json!({"name": "x", "scopes": []}), "scopes"),
        (json!({"name": "x", "scopes": ["all"]}), "scopes"),
        (json!({"name": "x", "scopes": "read"}), "scopes"),
        (
            json!({"name": "x", "scopes": ["read"], "expires_at": "tomorrow"}),
            "expires_at",
        ),
        (
            json!({"name": "x", "scopes": ["read"], "expires_at": "2026-01-01T00:00:00Z"}),
            "expires_at",
        ),
        (
            json!({"name": "x", "scopes": ["read"], "owner": "root"}),
            "owner",
        ),
    ] {
        let what = body.to_string();
        let json = alice
            .refused(("POST", TOKENS), Some(body), (400, "SW_BAD_REQUEST"))
            .await;
        assert_eq!(json["error"]["details"]["field"], field, "{what}: {json}");
    }
    assert_eq!(alice.get(TOKENS).await, json!([]));
    let longest = json!({"name": "ä".repeat(64), "scopes": ["read"]});
    alice.done("POST", TOKENS, Some(longest)).await;
    for _ in 1..50 {
        make(&alice, &["read"]).await;
    }
    let body = json!({"name": "x", "scopes": ["read"]});
    alice
        .refused(
            ("POST", TOKENS),
            Some(body),
            (429, "SW_RATE_LIMIT_EXCEEDED"),
        )
        .await;
}
