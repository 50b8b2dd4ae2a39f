//! What a client does to the WebSocket: frames that break RFC 6455 or its limits end it, with a code;
//! those that only mean nothing are ignored, and nobody can have too many.

use serde_json::json;

use super::Scene;
use crate::live::Socket;

/// Bytes on the wire after the handshake, and the close code; none: the socket goes on.
const CASES: &[(&str, &[u8], Option<u16>)] = &[
    (
        "T124: a frame without a mask",
        &[0x81, 0x02, b'h', b'i'],
        Some(1002),
    ),
    (
        "T124: a reserved bit",
        &[0xC1, 0x80, 0, 0, 0, 0],
        Some(1002),
    ),
    (
        "T124: a reserved opcode",
        &[0x83, 0x80, 0, 0, 0, 0],
        Some(1002),
    ),
    (
        "T124: a ping in pieces",
        &[0x09, 0x80, 0, 0, 0, 0],
        Some(1002),
    ),
    (
        "T124: a continuation of nothing",
        &[0x80, 0x80, 0, 0, 0, 0],
        Some(1002),
    ),
    (
        "T123: a length of 2^63 - 1",
        &[
            0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0,
        ],
        Some(1002),
    ),
    (
        "T123: a length of 64 KiB and a byte",
        &[0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0],
        Some(1002),
    ),
    (
        "T126: text that is not UTF-8",
        &[0x81, 0x81, 0, 0, 0, 0, 0xFF],
        Some(1002),
    ),
    ("T126: a binary frame", &[0x82, 0x81, 0, 0, 0, 0, 1], None),
    ("T126: no JSON", &[0x81, 0x82, 0, 0, 0, 0, b'h', b'i'], None),
    ("T126: a list", &[0x81, 0x82, 0, 0, 0, 0, b'[', b']'], None),
    ("N: an empty text", &[0x81, 0x80, 0, 0, 0, 0], None),
    (
        "N: a pong that nobody asked for",
        &[0x8A, 0x80, 0, 0, 0, 0],
        None,
    ),
];

#[tokio::test]
async fn frames_that_break_the_rules() {
    let scene = Scene::set().await;
    let alice = scene.people.bearing(&scene.alice);
    for (story, bytes, close) in CASES {
        let ticket = alice.done("POST", "/v1/stream/ticket", None).await;
        let ticket = format!("ticket={}", ticket["ticket"].as_str().unwrap());
        let mut socket = Socket::open(&scene.people.router, "acme.example", &ticket).await;
        assert!(socket.up_to(0).await.is_some(), "{story}");
        socket.write(bytes).await;
        match close {
            Some(code) => assert_eq!(socket.end().await, Some(*code), "{story}"),
            None => assert!(socket.up_to(0).await.is_some(), "{story}"),
        }
    }
    // Whatever one of them did, the next is as good as new, and so is everything else.
    let path = format!("/v1/rooms/{}/send", scene.room);
    let body = Some(json!({"content": {"body": "still here"}}));
    alice.done("POST", &path, body).await;
}

/// T127: twenty sockets, and no more; one that is closed makes room.
#[tokio::test]
async fn sockets_are_counted() {
    let scene = Scene::set().await;
    let alice = scene.people.bearing(&scene.alice);
    let ticket = async || {
        let ticket = alice.done("POST", "/v1/stream/ticket", None).await;
        format!("ticket={}", ticket["ticket"].as_str().unwrap())
    };
    let mut open = Vec::new();
    for _ in 0..20 {
        let socket = Socket::open(&scene.people.router, "acme.example", &ticket().await).await;
        open.push(socket);
    }
    let refused = Socket::try_open(&scene.people.router, "acme.example", &ticket().await).await;
    assert_eq!(refused.err(), Some(429));
    let bob = scene.people.bearing(&scene.bob);
    let theirs = bob.done("POST", "/v1/stream/ticket", None).await;
    let theirs = format!("ticket={}", theirs["ticket"].as_str().unwrap());
    Socket::open(&scene.people.router, "acme.example", &theirs).await;
    drop(open.pop());
    crate::town::until("there is room again", || async {
        let again = Socket::try_open(&scene.people.router, "acme.example", &ticket().await).await;
        again.is_ok()
    })
    .await;
}
