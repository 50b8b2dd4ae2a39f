//! Requests that end before a tenant is asked.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, Response, StatusCode, header};
use scaiwave_api::{ApiState, TenantDirectory, router};
use scaiwave_engine::{Clock, Random, Tenant, World};
use serde_json::Value;
use tower::ServiceExt as _;

struct Nobody;

impl TenantDirectory for Nobody {
    fn by_host(&self, _host: &str) -> Option<Arc<Tenant>> {
        None
    }
}

struct Still;

impl Clock for Still {
    fn now_ms(&self) -> u64 {
        1_795_355_012_000
    }
}

impl Random for Still {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn api() -> Router {
    let world = World {
        clock: Arc::new(Still),
        random: Arc::new(Still),
    };
    router(ApiState::new(
        Arc::new(Nobody),
        world,
        tokio_util::sync::CancellationToken::new(),
    ))
}

async fn send(request: Request<Body>) -> (Response<()>, Value) {
    let response = api()
        .oneshot(request)
        .await
        .expect("the router always answers");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.expect("a short body");
    let json = serde_json::from_slice(&bytes).unwrap_or_default();
    (Response::from_parts(parts, ()), json)
}

fn request(method: &str, path: &str) -> Request<Body> {
    let builder = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "nowhere.example");
    builder.body(Body::empty()).expect("a request")
}

#[tokio::test]
async fn every_failure_has_the_one_form() {
    let cases = [
        (
            "GET",
            "/v1/me",
            StatusCode::NOT_FOUND,
            "SW_TENANT_NOT_FOUND",
        ),
        (
            "GET",
            "/v1/rooms/x/messages",
            StatusCode::NOT_FOUND,
            "SW_TENANT_NOT_FOUND",
        ),
        (
            "GET",
            "/v1/stream",
            StatusCode::NOT_FOUND,
            "SW_TENANT_NOT_FOUND",
        ),
        (
            "GET",
            "/v1/sync",
            StatusCode::NOT_FOUND,
            "SW_TENANT_NOT_FOUND",
        ),
        (
            "POST",
            "/v1/auth/token",
            StatusCode::NOT_FOUND,
            "SW_TENANT_NOT_FOUND",
        ),
        ("GET", "/v1", StatusCode::NOT_FOUND, "SW_NOT_FOUND"),
        ("GET", "/v1/", StatusCode::NOT_FOUND, "SW_NOT_FOUND"),
        ("GET", "/v1/nothing", StatusCode::NOT_FOUND, "SW_NOT_FOUND"),
        (
            "POST",
            "/v1/rooms/x/dance",
            StatusCode::NOT_FOUND,
            "SW_NOT_FOUND",
        ),
        ("GET", "/v1/me/", StatusCode::NOT_FOUND, "SW_NOT_FOUND"),
        (
            "DELETE",
            "/v1/me",
            StatusCode::METHOD_NOT_ALLOWED,
            "SW_BAD_REQUEST",
        ),
        (
            "GET",
            "/v1/rooms/x/send",
            StatusCode::METHOD_NOT_ALLOWED,
            "SW_BAD_REQUEST",
        ),
        (
            "POST",
            "/openapi.json",
            StatusCode::METHOD_NOT_ALLOWED,
            "SW_BAD_REQUEST",
        ),
    ];
    for (method, path, status, code) in cases {
        let (response, json) = send(request(method, path)).await;
        let what = format!("{method} {path}: {json}");
        assert_eq!(response.status(), status, "{what}");
        assert_eq!(json["error"]["code"], code, "{what}");
        assert!(json["error"]["message"].is_string(), "{what}");
        let id = response.headers()["x-request-id"].to_str().expect("ASCII");
        assert_eq!(json["error"]["request_id"], id, "{what}");
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/json",
            "{what}"
        );
        assert_eq!(
            response.headers()[header::X_CONTENT_TYPE_OPTIONS],
            "nosniff",
            "{what}"
        );
        assert_eq!(
            response.headers()[header::CACHE_CONTROL],
            "no-store",
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    for hosts in [&[][..], &["a.example", "b.example"]] {
        let mut builder = Request::get("/v1/me");
        for host in hosts {
            builder = builder.header(header::HOST, *host);
        }
        let (response, json) = send(builder.body(Body::empty()).expect("a request")).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{hosts:?}");
        assert_eq!(json["error"]["code"], "SW_BAD_REQUEST", "{hosts:?}");
    }
}

/// A proxy's request id is kept, unless it could break a log line.
#[tokio::test]
async fn request_ids_of_proxies_are_kept_when_they_are_plain() {
    let long = "x".repeat(65);
    let cases = [
        ("abc-1.2_Z", true),
        ("", false),
        ("a b", false),
        ("a\"b", false),
        (&long, false),
    ];
    for (given, kept) in cases {
        let mut request = request("GET", "/v1/nothing");
        request
            .headers_mut()
            .insert("x-request-id", given.parse().expect("a header"));
        let (response, _) = send(request).await;
        assert_eq!(response.headers()["x-request-id"] == given, kept, "{given}");
    }
}

/// The socket's page is looked at before anything else is told, the tenant included.
#[tokio::test]
async fn foreign_pages_learn_nothing_on_the_stream() {
    let mut request = request("GET", "/v1/stream");
    request.headers_mut().insert(
        header::ORIGIN,
        "https://evil.example".parse().expect("a header"),
    );
    let (response, json) = send(request).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(json["error"]["code"], "SW_AUTH_INSUFFICIENT_PERMISSION");
}

#[tokio::test]
async fn the_documents_are_served() {
    let (response, json) = send(request("GET", "/openapi.json")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(json["info"]["title"], "ScaiWave client API");
    let (response, _) = send(request("GET", "/docs")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "text/html; charset=utf-8"
    );
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .expect("ASCII");
    assert!(!policy.contains("script"), "{policy}");
}
