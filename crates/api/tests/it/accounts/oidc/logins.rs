//! Logins by the provider that go well, and whose account they lead to.

use http::StatusCode;
use scaiwave_engine::accounts::Mode;
use scaiwave_engine::store::record::Role;
use scaiwave_engine::world::Vouched;
use serde_json::{Value, json};

use super::{FAILED, FINISH, ISSUER, SESSION, START, scene, vouched};

// From the button to a session, and again: the second time it is the same account.
#[tokio::test]
async fn a_login_from_begin_to_end() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let config = scene.nobody().get("/v1/auth/config").await;
    assert_eq!(config["mode"], "hybrid");
    assert_eq!(config["grant_types"], json!(["password", "refresh_token"]));
    let expected = json!({"name": "Example Corp", "issuer": ISSUER, "start": START.1});
    assert_eq!(config["oidc"], expected);
    let config = scene
        .nobody()
        .at("globex.example")
        .get("/v1/auth/config")
        .await;
    assert_eq!(
        (&config["mode"], &config["oidc"]),
        (&json!("local"), &Value::Null)
    );

    let (parts, json) = scene
        .nobody()
        .answer(START.0, START.1, Some(json!({})))
        .await;
    assert_eq!(parts.status, StatusCode::OK);
    assert_eq!(json["data"]["expires_in"], 600);
    let cookie = parts.headers["set-cookie"].to_str().unwrap();
    let (secret, attributes) = cookie.split_once("; ").unwrap();
    assert!(secret.starts_with("__Host-scaiwave-login=swb_"), "{cookie}");
    assert_eq!(
        attributes,
        "Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure"
    );

    let tokens = scene
        .logs_in(&fake, vouched("s1", "Carol@corp.example"))
        .await;
    let carol = scene.bearing(&tokens.access);
    let me = carol.get("/v1/me").await;
    assert_eq!(me["fqid"], "@carol:acme.example", "{me}");
    assert_eq!(me["display_name"], "Carol@corp.example of Corp");
    let again = scene.logs_in(&fake, vouched("s1", "renamed")).await;
    assert_eq!(scene.bearing(&again.access).get("/v1/me").await, me);
    assert_eq!(
        scene.everybody().await.len(),
        4,
        "root, alice, bob and carol"
    );

    // A session like any other.
    let sessions = carol.get("/v1/me/sessions").await;
    assert_eq!(sessions.as_array().map(Vec::len), Some(2), "{sessions}");
    assert_eq!(sessions[0]["user_agent"], "Test/1.0");
    let identities = carol.get("/v1/me/identities").await;
    assert_eq!(identities.as_array().map(Vec::len), Some(1), "{identities}");
    assert_eq!(identities[0]["issuer"], ISSUER);
    assert_eq!(identities[0]["subject"], "s1");
    assert_eq!(
        identities[0]["email"], "renamed@corp.example",
        "as said last"
    );
    assert!(identities[0]["last_used_at"].is_string());
    assert!(carol.can_refresh(&tokens.refresh).await);
    let other = scene.bearing(&again.access);
    other.done("DELETE", "/v1/me/sessions", None).await;
    assert!(!carol.is_in().await && other.is_in().await);

    let root = scene.login("root").await;
    let root = scene.bearing(&root.access);
    let lines = root.get("/v1/admin/audit?action=account.made").await;
    assert_eq!(lines.as_array().map(Vec::len), Some(1), "{lines}");
    assert_eq!(lines[0]["actor"], "server");
}

// The cookie goes when it is used.
#[tokio::test]
async fn the_cookie_is_taken_back() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let (place, cookie) = scene.goes(&fake, Ok(vouched("s1", "carol"))).await;
    let code = place.rsplit('=').next().unwrap();
    let browser = scene.nobody();
    let browser = browser.with_cookie(&cookie);
    let (parts, _) = browser
        .answer(FINISH.0, FINISH.1, Some(json!({"code": code})))
        .await;
    let cookie = parts.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-scaiwave-login=; "), "{cookie}");
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
}

// Where the provider alone says who is who, no password lets in, and sessions go on.
#[tokio::test]
async fn without_passwords() {
    let (scene, fake) = scene(Mode::Oidc, |_| {}).await;
    let config = scene.nobody().get("/v1/auth/config").await;
    assert_eq!(config["mode"], "oidc");
    assert_eq!(config["grant_types"], json!(["refresh_token"]));
    let off = (403, "SW_AUTH_PASSWORDS_OFF");
    for (path, body) in [
        (
            "/v1/auth/login",
            json!({"username": "alice", "password": super::super::PASSWORD}),
        ),
        (
            "/v1/auth/login",
            json!({"username": "nobody", "password": "x"}),
        ),
        (
            "/v1/auth/token",
            json!({"grant_type": "password", "username": "alice",
            "password": super::super::PASSWORD}),
        ),
    ] {
        // More than a name has tries: what says nothing about a password does not count.
        for _ in 0..12 {
            scene
                .nobody()
                .refused(("POST", path), Some(body.clone()), off)
                .await;
        }
    }
    let tokens = scene.logs_in(&fake, vouched("s1", "carol")).await;
    assert!(scene.nobody().can_refresh(&tokens.refresh).await);
}

// Where the provider says what somebody may do, each login follows it; one admin is left whatever it says.
#[tokio::test]
async fn the_role_follows_the_provider() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let says = |role| Vouched {
        role,
        ..vouched("s1", "carol")
    };
    let role = async |role| {
        let tokens = scene.logs_in(&fake, says(role)).await;
        let caller = scene.bearing(&tokens.access);
        let (status, _) = caller.ask("GET", "/v1/admin/audit", None).await;
        (tokens, status == StatusCode::OK)
    };
    assert!(role(Some(Role::Admin)).await.1, "made as one");
    let (as_admin, is_admin) = role(None).await;
    assert!(is_admin, "nothing is said, nothing changes");
    assert!(!role(Some(Role::Member)).await.1);
    let first = scene.bearing(&as_admin.access);
    let (status, _) = first.ask("GET", "/v1/admin/audit", None).await;
    assert_eq!(
        status,
        StatusCode::FORBIDDEN,
        "a token from before is believed no more"
    );
    assert!(role(Some(Role::Admin)).await.1);
    let admins = [("root", "member"), ("carol", "member")];
    let carol = role(Some(Role::Admin)).await.0;
    let carol = scene.bearing(&carol.access);
    let (name, to) = admins[0];
    carol
        .done(
            "PUT",
            &format!("/v1/admin/participants/{name}/role"),
            Some(json!({"role": to})),
        )
        .await;
    assert!(role(Some(Role::Member)).await.1, "the only one stays one");
    let lines = carol.get("/v1/admin/audit?action=account.role").await;
    let by_server = lines.as_array().unwrap().iter();
    let by_server = by_server.filter(|line| line["actor"] == "server");
    assert_eq!(by_server.count(), 2, "{lines}");
}

// A page finishes with a cookie that no script reads; the code works once for either end.
#[tokio::test]
async fn a_page_gets_the_session_of_a_browser() {
    let (scene, fake) = scene(Mode::Oidc, |_| {}).await;
    let (place, cookie) = scene.goes(&fake, Ok(vouched("s1", "carol"))).await;
    let code = place.strip_prefix("/rooms#login_code=").expect(&place);
    let body = || Some(json!({"code": code}));
    let browser = scene.nobody();
    let browser = browser.with_cookie(&cookie);
    let (parts, json) = browser.answer(SESSION.0, SESSION.1, body()).await;
    assert_eq!(parts.status, StatusCode::OK, "{json}");
    let names: Vec<_> = json["data"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "expires_in", "token_type"]);
    let access = json["data"]["access_token"].as_str().unwrap();
    assert!(scene.bearing(access).is_in().await);

    let cookies = parts.headers.get_all("set-cookie").iter();
    let cookies: Vec<_> = cookies.map(|line| line.to_str().unwrap()).collect();
    let [used, kept] = &cookies[..] else {
        panic!("{cookies:?}")
    };
    assert!(used.starts_with("__Host-scaiwave-login=;"), "{used}");
    assert!(kept.starts_with("__Host-scaiwave_refresh=swt_"), "{kept}");
    let (kept, _) = kept.split_once(';').unwrap();
    let browser = scene.nobody();
    let renewing = browser.with_cookie(kept);
    renewing
        .done("POST", "/v1/auth/session/refresh", None)
        .await;

    let browser = scene.nobody();
    let again = browser.with_cookie(&cookie);
    again.refused(SESSION, body(), FAILED).await;
    again.refused(FINISH, body(), FAILED).await;
}
