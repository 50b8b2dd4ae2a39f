//! The socket side, without a socket: axum's requests in, its responses out.

use std::time::Duration;

use axum::body::{Body, Bytes};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use scaiwave_federation::http::{Limits, router};
use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::json::parse_body;
use tower::ServiceExt as _;

use crate::peer::{Peer, Signed as _};
use crate::town::Town;

const DESCRIPTOR: &str = "/.well-known/scaiwave/server";

async fn ask(town: &Town, request: Request<Body>) -> (StatusCode, http::HeaderMap, Bytes) {
    let limits = Limits {
        body_read: Duration::from_millis(200),
        ..Limits::default()
    };
    let response = router(town.inbound.clone(), limits)
        .oneshot(request)
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    (
        parts.status,
        parts.headers,
        body.collect().await.unwrap().to_bytes(),
    )
}

fn get(path: &str, host: &str) -> Request<Body> {
    Request::get(path)
        .header("host", host)
        .body(Body::empty())
        .unwrap()
}

// With several tenants Host picks one; with one, it is always that one.
#[tokio::test]
async fn descriptors() {
    let town = Town::new();
    let _acme = town.tenant("acme", "acme.example").await;
    let whose = async |host: &str| {
        let (status, headers, body) = ask(&town, get(DESCRIPTOR, host)).await;
        if status != StatusCode::OK {
            return format!("{}", status.as_u16());
        }
        assert!(
            headers["cache-control"]
                .to_str()
                .unwrap()
                .contains("max-age=")
        );
        Descriptor::parse(parse_body(&body).unwrap())
            .unwrap()
            .server_name()
            .to_string()
    };
    assert_eq!(whose("127.0.0.1:8101").await, "acme.example");
    let _globex = town.tenant("globex", "globex.example:8443").await;
    assert_eq!(whose("acme.example").await, "acme.example");
    assert_eq!(whose("ACME.example:443").await, "acme.example");
    assert_eq!(whose("globex.example:8443").await, "globex.example:8443");
    assert_eq!(whose("globex.example").await, "404");
    assert_eq!(whose("127.0.0.1:8101").await, "404");
}

// A descriptor that has not changed is not sent again.
#[tokio::test]
async fn descriptor_unchanged() {
    let town = Town::new();
    let _acme = town.tenant("acme", "acme.example").await;
    let (_, headers, _) = ask(&town, get(DESCRIPTOR, "acme.example")).await;
    let mut again = get(DESCRIPTOR, "acme.example");
    again
        .headers_mut()
        .insert("if-none-match", headers["etag"].clone());
    let (status, _, body) = ask(&town, again).await;
    assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
}

// T005, T064: an unknown server and an unknown path answer the same bytes.
#[tokio::test]
async fn unknown_is_unknown() {
    let town = Town::new();
    let _tenants = (
        town.tenant("acme", "acme.example").await,
        town.tenant("globex", "globex.example").await,
    );
    let server = ask(&town, get(DESCRIPTOR, "nobody.example")).await;
    let path = ask(
        &town,
        get("/_scaiwave/federation/v1/nothing", "acme.example"),
    )
    .await;
    assert_eq!((server.0, server.2), (path.0, path.2));
}

// A signed request passes through axum as through the inbound function, in whatever pieces it comes.
#[tokio::test]
async fn signed_in_pieces() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let peer = Peer::new(&town, "peer.example", 5);
    for pieces in [1, 3] {
        let signed = peer
            .send(
                acme.tenant.server_name(),
                &[r#"{"kind":"heads","rooms":{}}"#.to_owned()],
            )
            .signed();
        let size = signed.body.len().div_ceil(pieces);
        let chunks: Vec<_> = signed
            .body
            .chunks(size)
            .map(|c| Ok::<_, std::io::Error>(c.to_vec()))
            .collect();
        let mut request = Request::post(&signed.path)
            .body(Body::from_stream(futures_util::stream::iter(chunks)))
            .unwrap();
        *request.headers_mut() = signed.headers;
        let (status, _, body) = ask(&town, request).await;
        assert_eq!(status, StatusCode::OK, "{body:?}");
    }
}

// Too large is too large whether it is announced or not, and a body that never ends is cut.
#[tokio::test]
async fn bodies_that_do_not_fit() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let peer = Peer::new(&town, "peer.example", 5);
    let post = |body: Body| {
        let signed = peer.send(acme.tenant.server_name(), &[]).signed();
        let mut request = Request::post(&signed.path).body(body).unwrap();
        *request.headers_mut() = signed.headers;
        request
    };
    let endless = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 65_536]));
    assert_eq!(
        ask(&town, post(Body::from_stream(endless))).await.0,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let mut announced = post(Body::from(vec![b' '; 2 << 20]));
    announced
        .headers_mut()
        .insert("content-length", (2u64 << 20).into());
    assert_eq!(ask(&town, announced).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let silent = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    assert_eq!(
        ask(&town, post(Body::from_stream(silent))).await.0,
        StatusCode::REQUEST_TIMEOUT
    );
}
