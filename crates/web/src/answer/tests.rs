use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::body::to_bytes;

use super::*;

/// A client of a few files.
#[derive(Default)]
struct Few(BTreeMap<&'static str, &'static str>);

impl Files for Few {
    fn get(&self, path: &str) -> Option<Found> {
        let text = *self.0.get(path)?;
        let mut sha256 = [0; 32];
        sha256[0] = text.len() as u8;
        Some(Found {
            bytes: Cow::Borrowed(text.as_bytes()),
            sha256,
            content_type: "text/plain".to_owned(),
        })
    }
}

fn built() -> Few {
    Few(BTreeMap::from([
        ("index.html", "the page"),
        ("favicon.svg", "a picture"),
        ("sw.js", "a worker"),
        ("assets/app-1a2b.js", "a script that is long"),
        ("assets/app-1a2b.js.br", "packed"),
    ]))
}

fn ask(files: &Few, path: &str, headers: &[(HeaderName, &'static str)]) -> Response {
    let headers = headers.iter().cloned();
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    to(&Method::GET, path, &headers.collect(), files)
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 10_000)
        .await
        .expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn header<'a>(response: &'a Response, name: &HeaderName) -> &'a str {
    let value = response.headers().get(name).expect("it is there");
    value.to_str().expect("text")
}

// The page stands at every address of the client, and is asked about each time.
#[tokio::test]
async fn the_page_is_everywhere_within_the_client() {
    for path in [
        "/",
        "/rooms/room-abc",
        "/preferences",
        "/setup",
        "/index.html",
    ] {
        let response = ask(&built(), path, &[]);
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&response, &CACHE_CONTROL), "no-cache", "{path}");
        let policy = header(&response, &CONTENT_SECURITY_POLICY);
        assert!(policy.contains("script-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(text(response).await, "the page", "{path}");
    }
}

// Whoever reloads the page anywhere gets it again: a route that the server does not know would be lost.
#[tokio::test]
async fn every_route_of_the_client_is_an_address() {
    let routes = include_str!("../../../../web/src/app/routes.tsx");
    let places: Vec<&str> = routes
        .split("<Route path=\"/")
        .skip(1)
        .filter_map(|rest| rest.split(['/', '"']).next())
        .filter(|place| !place.is_empty())
        .collect();
    assert!(places.len() > 5, "{places:?}");
    for place in places {
        let response = ask(&built(), &format!("/{place}"), &[]);
        assert_eq!(response.status(), StatusCode::OK, "/{place}");
    }
}

// What carries a hash in its name is kept for ever; a name that is gone gets no page in its place.
#[tokio::test]
async fn files_are_found_by_name() {
    let script = ask(&built(), "/assets/app-1a2b.js", &[]);
    assert_eq!(header(&script, &CACHE_CONTROL), FOR_EVER);
    assert_eq!(text(script).await, "a script that is long");
    let picture = ask(&built(), "/favicon.svg", &[]);
    assert_eq!(header(&picture, &CACHE_CONTROL), "no-cache");
    for gone in [
        "/assets/app-old.js",
        "/assets/x",
        "/robots.txt",
        "/metrics",
        "/roomsx",
        "/.env",
        "/assets/app-1a2b.js.br",
    ] {
        let response = ask(&built(), gone, &[]);
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{gone}");
    }
}

// A worker that a browser did not ask about would keep an old page alive after the server has a new one.
#[tokio::test]
async fn the_worker_is_asked_about_each_time() {
    let worker = ask(&built(), "/sw.js", &[]);
    assert_eq!(header(&worker, &CACHE_CONTROL), "no-cache");
    assert_eq!(text(worker).await, "a worker");
}

// What the page makes a policy of is what it may make one of: a name too few breaks it, one too many opens it.
#[test]
fn each_policy_of_the_page_is_named() {
    let made = [
        include_str!("../../../../web/src/app/templates.ts"),
        include_str!("../../../../web/src/app/kept-page.ts"),
    ];
    let names: Vec<&str> = made
        .iter()
        .flat_map(|source| source.split("createPolicy('").skip(1))
        .filter_map(|rest| rest.split('\'').next())
        .collect();
    let allowed = policy::OF_THE_CLIENT
        .split("; ")
        .find_map(|part| part.strip_prefix("trusted-types "))
        .expect("the policy names them");
    assert_eq!(names, allowed.split(' ').collect::<Vec<_>>());
}

#[tokio::test]
async fn who_takes_packed_files_gets_them() {
    let packed = ask(
        &built(),
        "/assets/app-1a2b.js",
        &[(http::header::ACCEPT_ENCODING, "gzip, br")],
    );
    assert_eq!(header(&packed, &CONTENT_ENCODING), "br");
    assert_eq!(header(&packed, &CONTENT_TYPE), "text/plain");
    assert_eq!(header(&packed, &VARY), "accept-encoding");
    assert_eq!(text(packed).await, "packed");
    let plain = ask(
        &built(),
        "/assets/app-1a2b.js",
        &[(http::header::ACCEPT_ENCODING, "gzip")],
    );
    assert!(!plain.headers().contains_key(CONTENT_ENCODING));
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let first = ask(&built(), "/", &[]);
    assert_eq!(
        header(&first, &ETAG),
        "W/\"08000000000000000000000000000000\""
    );
    let again = [(
        IF_NONE_MATCH,
        "\"x\", W/\"08000000000000000000000000000000\"",
    )];
    let again = ask(&built(), "/", &again);
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(text(again).await, "");
}

// Without a built client there is a page that says how to build it.
#[tokio::test]
async fn without_files_there_is_a_note() {
    let response = ask(&Few::default(), "/", &[]);
    assert_eq!(response.status(), StatusCode::OK);
    assert!(text(response).await.contains("cargo xtask web"));
}

#[test]
fn nothing_can_be_sent_here() {
    let response = to(&Method::POST, "/", &HeaderMap::new(), &built());
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&response, &X_CONTENT_TYPE_OPTIONS), "nosniff");
}
