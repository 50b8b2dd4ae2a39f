//! Sessions of browsers: the refresh token lies in a cookie that no script can read.

use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{PASSWORD, Scene};

const SIGN_IN: &str = "/v1/auth/session";
const RENEW: &str = "/v1/auth/session/refresh";
const PAGE: &str = "https://acme.example";

/// What a browser gets: the status, the body, and what it is to keep.
struct Answer {
    status: StatusCode,
    body: Value,
    cookies: Vec<String>,
}

impl Answer {
    fn access(&self) -> &str {
        self.body["data"]["access_token"].as_str().unwrap()
    }

    /// What the browser sends the next time.
    fn kept(&self) -> String {
        self.cookies[0].split(';').next().unwrap().to_owned()
    }
}

/// A page of `origin` asks, with what the browser has kept.
async fn ask(scene: &Scene, path: &str, origin: &str, cookie: &str, body: Option<Value>) -> Answer {
    let request = Request::post(path)
        .header(header::HOST, "acme.example")
        .header(header::ORIGIN, origin)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/json");
    let body = body.map_or_else(Body::empty, |json| Body::from(json.to_string()));
    let response = scene.router.clone().oneshot(request.body(body).unwrap());
    let (parts, body) = response.await.unwrap().into_parts();
    let bytes = to_bytes(body, 1 << 20).await.unwrap();
    let cookies = parts.headers.get_all(header::SET_COOKIE).iter();
    Answer {
        status: parts.status,
        body: serde_json::from_slice(&bytes).unwrap(),
        cookies: cookies
            .map(|value| value.to_str().unwrap().to_owned())
            .collect(),
    }
}

async fn sign_in(scene: &Scene, origin: &str) -> Answer {
    let login = json!({"username": "alice", "password": PASSWORD});
    ask(scene, SIGN_IN, origin, "", Some(login)).await
}

// Signed in, a browser renews its access token again and again, and no script sees the refresh token.
#[tokio::test]
async fn a_browser_stays_signed_in() {
    let scene = Scene::new().await;
    let first = sign_in(&scene, PAGE).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    assert!(scene.bearing(first.access()).is_in().await);
    let names: Vec<_> = first.body["data"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "expires_in", "token_type"]);
    let [cookie] = &first.cookies[..] else {
        panic!("{:?}", first.cookies)
    };
    assert!(
        cookie.starts_with("__Host-scaiwave_refresh=swt_"),
        "{cookie}"
    );
    let attributes = "; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000; Secure";
    assert!(cookie.ends_with(attributes), "{cookie}");

    let second = ask(&scene, RENEW, PAGE, &first.kept(), None).await;
    assert_eq!(second.status, StatusCode::OK, "{}", second.body);
    assert!(scene.bearing(second.access()).is_in().await);
    let third = ask(&scene, RENEW, PAGE, &second.kept(), None).await;
    assert_eq!(third.status, StatusCode::OK, "{}", third.body);
    // The first one a second time: somebody has stolen it. Everything ends, the cookie too.
    let stolen = ask(&scene, RENEW, PAGE, &second.kept(), None).await;
    assert_eq!(stolen.status, StatusCode::UNAUTHORIZED);
    assert_eq!(stolen.cookies.len(), 2);
    assert!(
        stolen
            .cookies
            .iter()
            .all(|cookie| cookie.contains("Max-Age=0"))
    );
    let over = ask(&scene, RENEW, PAGE, &third.kept(), None).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
}

// On one's own machine there may be no TLS: the cookie is another one, and counts there only.
#[tokio::test]
async fn without_tls_the_cookie_is_another() {
    let scene = Scene::new().await;
    let plain = sign_in(&scene, "http://acme.example").await;
    let cookie = &plain.cookies[0];
    assert!(cookie.starts_with("scaiwave_refresh="), "{cookie}");
    assert!(!cookie.contains("Secure"), "{cookie}");
    let elsewhere = ask(&scene, RENEW, PAGE, &plain.kept(), None).await;
    assert_eq!(elsewhere.status, StatusCode::UNAUTHORIZED);
    let here = ask(&scene, RENEW, "http://acme.example", &plain.kept(), None).await;
    assert_eq!(here.status, StatusCode::OK);
}

// A page of another host can neither sign anybody in nor use the cookie.
#[tokio::test]
async fn other_pages_get_nothing() {
    let scene = Scene::new().await;
    let first = sign_in(&scene, PAGE).await;
    for origin in ["https://evil.example", "https://evil.acme.example", "null"] {
        let refused = ask(&scene, RENEW, origin, &first.kept(), None).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{origin}");
        assert_eq!(refused.cookies.len(), 0, "{origin}");
        assert_eq!(
            sign_in(&scene, origin).await.status,
            StatusCode::FORBIDDEN,
            "{origin}"
        );
    }
    let mine = ask(&scene, RENEW, PAGE, &first.kept(), None).await;
    assert_eq!(mine.status, StatusCode::OK, "nothing of it counted");
}

#[tokio::test]
async fn signing_out_takes_the_cookie_away() {
    let scene = Scene::new().await;
    let first = sign_in(&scene, PAGE).await;
    let request = Request::post("/v1/auth/logout")
        .header(header::HOST, "acme.example")
        .header(header::AUTHORIZATION, format!("Bearer {}", first.access()));
    let response = scene
        .router
        .clone()
        .oneshot(request.body(Body::empty()).unwrap());
    let cleared = response
        .await
        .unwrap()
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .count();
    assert_eq!(cleared, 2);
    let over = ask(&scene, RENEW, PAGE, &first.kept(), None).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
}
