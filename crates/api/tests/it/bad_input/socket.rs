//! What a client does to the WebSocket: frames that break RFC 6455 or its limits end it, with a code;
//! those that only mean nothing are ignored, and nobody can have too many.

use scaiwave_api::limits::{SOCKET_CHECK, SOCKET_CHECKS_PER_PING, SYNC_WAIT_MAX};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::Scene;
use crate::live::{Socket, serve};

impl Scene {
    /// Of alice, by a ticket.
    async fn socket(&self) -> Socket {
        let alice = self.people.bearing(&self.alice);
        let ticket = alice.done("POST", "/v1/stream/ticket", None).await;
        let ticket = format!("ticket={}", ticket["ticket"].as_str().unwrap());
        Socket::open(&self.people.router, "acme.example", &ticket).await
    }
}

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
        "T123: a length of 1 MiB and a byte",
        &[0x81, 0xFF, 0, 0, 0, 0, 0, 16, 0, 1, 0, 0, 0, 0],
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
        let mut socket = scene.socket().await;
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

/// A frame of a client, its mask all zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    assert!(length < 126, "the short form");
    [&[first, 0x80 | length, 0, 0, 0, 0], payload].concat()
}

/// T124: a message in very many pieces, pings among them. It counts by its bytes, and the pings by their number.
#[tokio::test]
async fn pieces_without_end() {
    let ping = || frame(0x89, b"");
    let pieces = |count: usize, piece: &[u8], pings: usize| {
        let mut bytes = frame(0x01, b"");
        for n in 1..=count {
            bytes.extend(frame(0x00, piece));
            if n % (count / pings) == 0 {
                bytes.extend(ping());
            }
        }
        bytes
    };
    // Whatever is the matter with a message is not looked at before its end.
    let end = || frame(0x80, b"");
    let rows = [
        (
            "1e5 of nothing",
            [pieces(100_000, b"", 100), end()].concat(),
            None,
        ),
        ("64 KiB", [pieces(65_536, b" ", 100), end()].concat(), None),
        ("64 KiB and a byte", pieces(65_537, b" ", 100), Some(1002)),
        // The server counts anew every 5 s: one of two such spans has more than 200 of them.
        ("401 pings", ping().repeat(401), Some(1008)),
        // With two by which the test itself asks.
        ("198 pings", ping().repeat(198), None),
    ];
    let scene = Scene::set().await;
    for (story, bytes, close) in rows {
        let mut socket = scene.socket().await;
        assert!(socket.up_to(0).await.is_some(), "{story}");
        // One that knows better goes before it has heard all.
        socket.pour(&bytes).await;
        match close {
            Some(code) => assert_eq!(socket.end().await, Some(code), "{story}"),
            None => assert!(socket.up_to(0).await.is_some(), "{story}"),
        }
    }
}

/// T123: a length without what it tells of. Nobody waits for it: the client hears what happens, and who says nothing more
/// is gone after two pings.
#[tokio::test]
async fn a_length_and_nothing() {
    let scene = Scene::set().await;
    let bob = scene.people.bearing(&scene.bob);
    let mut socket = scene.socket().await;
    assert!(socket.up_to(0).await.is_some());
    socket
        .write(&[0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        .await;
    let path = format!("/v1/rooms/{}/send", scene.room);
    let body = Some(json!({"content": {"body": "meanwhile"}}));
    let said = bob.done("POST", &path, body).await;
    let heard = socket
        .until(|frame| frame["type"] == "swp.room.message")
        .await;
    assert_eq!(heard["id"], said["id"]);
    tokio::time::pause();
    tokio::time::sleep(SOCKET_CHECK * (2 * SOCKET_CHECKS_PER_PING + 1)).await;
    tokio::time::resume();
    assert_eq!(socket.end().await, Some(4003));
}

/// T129: a token, or a login, that nobody ends and whose time is over.
#[tokio::test]
async fn time_ends_what_lets_in() {
    for by_program in [true, false] {
        let scene = Scene::set().await;
        let alice = scene.people.bearing(&scene.alice);
        let credential = match by_program {
            true => {
                let new = json!({
                    "name": "a program", "scopes": ["read"], "expires_at": "2026-01-01T00:10:00Z",
                });
                let made = alice.done("POST", "/v1/me/tokens", Some(new)).await;
                format!("token={}", made["token"].as_str().unwrap())
            }
            false => format!("token={}", scene.alice),
        };
        let lasts_s = if by_program { 10 * 60 } else { LOGIN_LASTS_S };
        let mut socket = Socket::open(&scene.people.router, "acme.example", &credential).await;
        assert!(socket.up_to(0).await.is_some());
        scene.people.town.clock.pass(lasts_s - 1);
        assert!(
            socket.up_to(0).await.is_some(),
            "{by_program}: a second before"
        );
        tokio::time::pause();
        tokio::time::sleep(SOCKET_CHECK * 2).await;
        tokio::time::resume();
        assert!(
            socket.up_to(0).await.is_some(),
            "{by_program}: looked at and good"
        );
        scene.people.town.clock.pass(1);
        tokio::time::pause();
        tokio::time::sleep(SOCKET_CHECK).await;
        tokio::time::resume();
        assert_eq!(socket.end().await, Some(4001), "{by_program}");
    }
}

/// For how long somebody who does nothing stays logged in.
const LOGIN_LASTS_S: u64 = 30 * 24 * 60 * 60;

/// T127: twenty sockets, and no more, however many are wanted; one that is closed makes room.
#[tokio::test]
async fn sockets_are_counted() {
    let scene = Scene::set().await;
    let alice = scene.people.bearing(&scene.alice);
    let ticket = async || {
        let ticket = alice.done("POST", "/v1/stream/ticket", None).await;
        format!("ticket={}", ticket["ticket"].as_str().unwrap())
    };
    let address = serve(&scene.people.router).await;
    let mut open = Vec::new();
    for _ in 0..20 {
        let socket = Socket::try_open_at(address, "acme.example", &ticket().await).await;
        open.push(socket.unwrap());
    }
    for n in 20..2_000 {
        let refused = Socket::try_open_at(address, "acme.example", &ticket().await).await;
        assert_eq!(refused.err(), Some(429), "{n}");
    }
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

/// T130b: a hundred syncs of one person that wait. Twenty may; and when their connections are gone, so are they, long
/// before what they wait for.
#[tokio::test]
async fn waiting_syncs_are_counted() {
    let scene = Scene::set().await;
    let address = serve(&scene.people.router).await;
    let head = format!(
        "GET /v1/sync?since={}&timeout={} HTTP/1.1\r\nHost: acme.example\r\nAuthorization: Bearer {}\r\n\r\n",
        1_u64 << 52,
        SYNC_WAIT_MAX.as_millis(),
        scene.alice,
    );
    let state = &scene.people.state;
    let mut waiting = Vec::new();
    for n in 0..100 {
        let mut connection = BufReader::new(TcpStream::connect(address).await.unwrap());
        connection.write_all(head.as_bytes()).await.unwrap();
        if n < 20 {
            crate::town::until("one more waits", || async { state.long_polls() == n + 1 }).await;
            waiting.push(connection);
            continue;
        }
        let mut status = String::new();
        connection.read_line(&mut status).await.unwrap();
        assert_eq!(status, "HTTP/1.1 429 Too Many Requests\r\n", "{n}");
    }
    assert_eq!(state.long_polls(), 20);
    // Others are not concerned by it.
    let bob = scene.people.bearing(&scene.bob);
    bob.get("/v1/sync?timeout=1").await;
    drop(waiting);
    crate::town::until("nobody waits", || async { state.long_polls() == 0 }).await;
}
