//! What one peer may take of our memory at once (G14).

use std::sync::mpsc;

use futures_util::future::join_all;
use http::StatusCode;
use scaiwave_engine::live::Session;
use scaiwave_engine::messages;
use scaiwave_federation::limits::{
    PEER_ANSWER_BYTES_MAX, PEER_BODY_BYTES_MAX, PEER_VAIN_BYTES_BURST,
};
use scaiwave_protocol::limits::SEND_BYTES_MAX;
use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::{Json, json};

use super::scene::Scene;
use crate::peer::Signed as _;

/// A body of the largest size that says nothing, in a form that takes much more room when it is read.
fn large_body() -> String {
    let begin = r#"{"items":[{"kind":"unheard","x":["#;
    let members = r#"{"":0},"#.repeat((1_048_576 - 64) / 7);
    format!("{begin}{members}0]}}]}}")
}

// One of the largest bodies of a peer is worked on at once, others are told to come again, and when it is
// done there is room as before.
#[tokio::test]
async fn bodies_at_once() {
    let scene = Scene::set().await;
    let request = || {
        let body = large_body();
        let half = PEER_BODY_BYTES_MAX / 2;
        assert!(body.len() > half && body.len() <= SEND_BYTES_MAX);
        let unsigned = scene.evil.ask(
            &scene.acme_name(),
            http::Method::POST,
            crate::peer::SEND,
            body,
        );
        unsigned.signed()
    };
    let at_once = (0..5).map(|_| scene.town.inbound.handle(request()));
    let answers: Vec<StatusCode> = join_all(at_once)
        .await
        .into_iter()
        .map(|response| response.status)
        .collect();
    let of = |status| answers.iter().filter(|answer| **answer == status).count();
    assert_eq!(of(StatusCode::OK), 1, "{answers:?}");
    assert_eq!(of(StatusCode::TOO_MANY_REQUESTS), 4, "{answers:?}");
    let response = scene.town.inbound.handle(request()).await;
    assert_eq!(response.status, StatusCode::OK);
}

// Answers that a peer asks for and leaves lying are counted until they are gone.
#[tokio::test]
async fn answers_that_lie_about() {
    let scene = Scene::set().await;
    let (tenant, alice) = (&scene.acme.tenant, &scene.alice);
    for _ in 0..20 {
        let content = Json::object([
            ("msgtype", "swp.text".into()),
            ("body", "x".repeat(60_000).into()),
            ("mentions", Json::Arr(vec![])),
        ]);
        messages::post(tenant, alice, &scene.room_id, content, None)
            .await
            .unwrap();
    }
    let mut lying = Vec::new();
    let mut bytes = 0;
    let refused = loop {
        let response = scene.get("backfill", Some("after=0&limit=500")).await;
        if response.status != StatusCode::OK {
            break response;
        }
        bytes += response.body.len();
        assert!(bytes <= PEER_ANSWER_BYTES_MAX, "more lies about than may");
        lying.push(response);
    };
    assert!(bytes > PEER_ANSWER_BYTES_MAX / 2, "{bytes}");
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    // A slice keeps what it is a part of, as a socket does that has sent the rest.
    let slices: Vec<_> = lying.iter().map(|answer| answer.body.slice(..1)).collect();
    drop(lying);
    let still = scene.get("backfill", Some("after=0&limit=500")).await;
    assert_eq!(still.status, StatusCode::TOO_MANY_REQUESTS);
    drop(slices);
    let again = scene.get("backfill", Some("after=0&limit=500")).await;
    assert_eq!(again.status, StatusCode::OK);
}

// A peer that tells without end who is writing and who is there fills neither the ring, from which all
// sessions read, nor anybody's screen.
#[tokio::test]
async fn chatter_without_end() {
    let scene = Scene::set().await;
    let (tenant, alice) = (scene.acme.tenant.clone(), scene.alice.clone());
    let mut session = Session::open(tenant, alice, None).await.unwrap();
    let (room_id, mallory) = (&scene.room_id, scene.evil.person("mallory"));
    let typing = |typing: bool| {
        format!(
            r#"{{"kind":"ephemeral","type":"typing","room_id":"{room_id}","participant":"{mallory}","typing":{typing}}}"#
        )
    };
    let presence = |presence: &str| {
        format!(
            r#"{{"kind":"ephemeral","type":"presence","participant":"{mallory}","presence":"{presence}"}}"#
        )
    };
    let some = [
        typing(true),
        typing(false),
        presence("busy"),
        presence("idle"),
    ];
    for _ in 0..40 {
        let items: Vec<String> = some.iter().cycle().take(256).cloned().collect();
        let request = scene.evil.send(&scene.acme_name(), &items).signed();
        let response = scene.town.inbound.handle(request).await;
        let results = ItemResult::parse_answer(&response.body, items.len()).unwrap();
        let ok = |result: &ItemResult| matches!(result, ItemResult::Ok(_));
        assert!(results.iter().all(ok), "{}", json_of(&response.body));
    }
    let frames = session.next().await.unwrap();
    assert!((2..=50).contains(&frames.len()), "{} frames", frames.len());
}

fn json_of(bytes: &[u8]) -> String {
    format!("{:?}", json::parse_body(bytes))
}

/// Time stands still until this is dropped. Paused time jumps to the next timer when a runtime has nothing to do, and
/// between the end of work on another thread and the news of it there is such a moment.
fn time_stands_still() -> mpsc::Sender<()> {
    let (held, end) = mpsc::channel();
    tokio::task::spawn_blocking(move || end.recv());
    held
}

// What a peer sends in vain is counted, however it is in vain; above it nothing more of it is even read,
// and nobody else is concerned.
#[tokio::test(start_paused = true)]
async fn what_is_sent_in_vain() {
    let scene = Scene::set().await;
    let _still = time_stands_still();
    let unread = "x".repeat(SEND_BYTES_MAX - 1_000);
    let cases = [
        large_body(),
        format!(r#"{{"items":["{unread}"]}}"#),
        format!(r#"{{"items":[],"x":"{unread}"}}"#),
        format!("[{unread}"),
    ];
    let send = |peer: &crate::peer::Peer, body: &str| {
        let to = scene.acme_name();
        peer.ask(&to, http::Method::POST, crate::peer::SEND, body.to_owned())
            .signed()
    };
    let honest = scene.evil.submit(scene.message(2));
    for body in &cases {
        let taken = scene
            .evil
            .send(&scene.acme_name(), std::slice::from_ref(&honest));
        let response = scene.town.inbound.handle(taken.signed()).await;
        assert_eq!(response.status, StatusCode::OK, "within the burst");
        let request = send(&scene.evil, body);
        assert!(scene.town.inbound.has_room_for_body(&request, body.len()));
        scene.town.inbound.handle(request).await;
    }
    let bytes: usize = cases.iter().map(String::len).sum();
    assert!(bytes < PEER_VAIN_BYTES_BURST as usize);
    scene
        .town
        .inbound
        .handle(send(&scene.evil, &cases[0]))
        .await;
    let request = send(&scene.evil, "{}");
    assert!(!scene.town.inbound.has_room_for_body(&request, 2));
    let response = scene.town.inbound.handle(request).await;
    assert_eq!(response.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(response.headers.contains_key("retry-after"));
    let other = crate::peer::Peer::new(&scene.town, "other.example", 67);
    let response = scene
        .town
        .inbound
        .handle(send(&other, r#"{"items":[]}"#))
        .await;
    assert_eq!(response.status, StatusCode::OK);
}
