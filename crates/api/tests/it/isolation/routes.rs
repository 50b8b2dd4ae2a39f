//! Which routes there are. What runs and what is written down are one list, so a test that goes through
//! the document goes through everything.

use std::collections::BTreeSet;

use axum::body::Body;
use http::{Request, StatusCode, header};
use scaiwave_api::{ApiState, router};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::accounts::Both;
use crate::town::Town;

/// Served, and no endpoint: the two documents, and what answers for paths that are none.
const BESIDE: &[&str] = &["/openapi.json", "/docs", "/v1", "/v1/", "/v1/{*rest}"];
/// Every method that HTTP has (RFC 9110 section 9.3, RFC 5789).
const METHODS: &[&str] = &[
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

/// One operation of the document.
pub(super) struct Route {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) operation: Value,
}

impl Route {
    /// What messages of failures call it.
    pub(super) fn name(&self) -> &str {
        self.operation["operationId"].as_str().unwrap()
    }

    /// The names of its parameters in the path or in the query.
    pub(super) fn parameters(&self, place: &str) -> Vec<&str> {
        let all = self.operation["parameters"].as_array();
        let of_place = all.into_iter().flatten().filter(|it| it["in"] == place);
        of_place.map(|it| it["name"].as_str().unwrap()).collect()
    }

    /// Whether it is for whoever runs the server.
    pub(super) fn is_operators(&self) -> bool {
        self.operation["tags"][0] == "operator"
    }

    pub(super) fn takes_body(&self) -> bool {
        self.operation["requestBody"].is_object()
    }
}

pub(super) fn document() -> Value {
    serde_json::to_value(scaiwave_api::openapi::document()).unwrap()
}

/// Every operation that there is.
pub(super) fn routes() -> Vec<Route> {
    let document = document();
    let mut routes = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            routes.push(Route {
                method: method.to_uppercase(),
                path: path.clone(),
                operation: operation.clone(),
            });
        }
    }
    routes
}

/// The paths that a router has, read from what it prints of itself; there is no other way to ask it.
fn paths_of(router: &axum::Router) -> BTreeSet<String> {
    let printed = format!("{router:?}");
    let own = printed.split("fallback_router").next().unwrap();
    let texts = own.split('"').filter(|text| text.starts_with('/'));
    texts.map(str::to_owned).collect()
}

async fn edge() -> (Town, axum::Router) {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let state = ApiState::new(
        std::sync::Arc::new(Both(vec![acme.tenant])),
        town.world.clone(),
        CancellationToken::new(),
    );
    (town, router(state))
}

/// No path is served that the document does not have, and none is missing.
#[tokio::test]
async fn what_is_served_is_what_is_written_down() {
    let (_town, router) = edge().await;
    let mut expected: BTreeSet<String> = routes().into_iter().map(|route| route.path).collect();
    assert!(expected.len() > 80, "{expected:?}");
    expected.extend(BESIDE.iter().map(|path| (*path).to_owned()));
    assert_eq!(
        paths_of(&router),
        expected,
        "a route that `routes!` did not register is in no document and in no test of all routes"
    );
}

/// No path takes a method that the document does not have.
#[tokio::test]
async fn no_method_is_served_unwritten() {
    let (_town, router) = edge().await;
    let written: BTreeSet<(String, String)> = routes()
        .into_iter()
        .map(|route| (route.path, route.method))
        .collect();
    let paths: BTreeSet<&String> = written.iter().map(|(path, _)| path).collect();
    for path in paths {
        for method in METHODS {
            // Where something is read, its headers are.
            let meant = if *method == "HEAD" { "GET" } else { *method };
            let is_written = written.contains(&(path.clone(), meant.to_owned()));
            let request = Request::builder()
                .method(*method)
                .uri(path.replace(['{', '}'], ""))
                .header(header::HOST, "acme.example")
                .body(Body::empty());
            let response = router.clone().oneshot(request.unwrap()).await.unwrap();
            let refused = response.status() == StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(
                !refused,
                is_written,
                "{method} {path}: {}",
                response.status()
            );
        }
    }
}
