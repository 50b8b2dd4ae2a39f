//! Bad-input row T127: more connections than anybody needs, and ways into a socket that nobody offers.

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::{PATIENCE, Process, eventually};

/// One source may have so many at once: a quarter of all.
const FROM_ONE_SOURCE: usize = 2_500;
const CROWD: usize = 10_000;

/// Ten thousand connections as fast as they come. Those above what one source may have are closed, the others are answered,
/// and when they have gone everything is as before.
#[tokio::test]
async fn ten_thousand_connections() {
    let server = Process::start("acme.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let room = alice.create_room("Plans").await;
    let ask = b"GET /v1/auth/config HTTP/1.1\r\nHost: acme.localhost\r\n\r\n";
    let mut crowd = Vec::new();
    for _ in 0..CROWD {
        let connection = TcpStream::connect(server.address()).await;
        let mut connection = connection.expect("the system takes it");
        // One above the limit may be gone already.
        drop(connection.write_all(ask).await);
        crowd.push(connection);
    }
    let mut answered = 0;
    for connection in &mut crowd {
        let first = tokio::time::timeout(PATIENCE, connection.read_u8()).await;
        answered += usize::from(first.expect("an answer, or the end").is_ok());
    }
    // Alice's own connection may have counted. Who says nothing for ten seconds makes room: how many of the others come
    // in is a matter of the machine.
    assert!(answered >= FROM_ONE_SOURCE - 2, "{answered}");
    drop(crowd);
    eventually("there is room again", async || {
        let path = format!("/v1/rooms/{room}/send");
        let message = json!({"content": {"body": "after the crowd"}});
        let said = alice.call(http::Method::POST, &path, Some(&message)).await;
        said.ok().filter(|(status, _)| status.is_success())
    })
    .await;
}

/// A header of HTTP/2 in its plainest form (RFC 7541 section 6.2.2).
fn literal(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![0];
    for text in [name, value] {
        bytes.push(u8::try_from(text.len()).expect("a short text"));
        bytes.extend(text.as_bytes());
    }
    bytes
}

/// A frame of HTTP/2 (RFC 9113 section 4.1).
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("a short frame");
    [&[0, 0, length, kind, flags, 0, 0, 0, stream], payload].concat()
}

/// A WebSocket over HTTP/2 (RFC 8441) is not offered. Who asks for it nevertheless is refused, and only that stream ends.
#[tokio::test]
async fn a_socket_within_http_2() {
    const SETTINGS: u8 = 4;
    const HEADERS: u8 = 1;
    const RST_STREAM: u8 = 3;
    const ENABLE_CONNECT_PROTOCOL: [u8; 2] = [0, 8];
    let server = Process::start("acme.localhost").await;
    let mut connection = TcpStream::connect(server.address()).await.expect("up");
    let name = server.name();
    let wanted = [
        literal(":method", "CONNECT"),
        literal(":protocol", "websocket"),
        literal(":scheme", "http"),
        literal(":path", "/v1/stream?token=x"),
        literal(":authority", name),
    ];
    let plain = [
        literal(":method", "GET"),
        literal(":scheme", "http"),
        literal(":path", "/v1/auth/config"),
        literal(":authority", name),
    ];
    let sent = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        frame(SETTINGS, 0, 0, &[]),
        // END_STREAM is not set in the first: a socket would go on.
        frame(HEADERS, 4, 1, &wanted.concat()),
        frame(HEADERS, 5, 3, &plain.concat()),
    ];
    connection
        .write_all(&sent.concat())
        .await
        .expect("it listens");
    let (mut refused, mut served) = (false, false);
    let heard = async {
        while !(refused && served) {
            let mut head = [0; 9];
            connection.read_exact(&mut head).await.expect("a frame");
            let length = usize::from(head[1]) << 8 | usize::from(head[2]);
            let mut payload = vec![0; length];
            connection
                .read_exact(&mut payload)
                .await
                .expect("all of it");
            match (head[3], head[8]) {
                (SETTINGS, _) => {
                    let (settings, _) = payload.as_chunks::<6>();
                    assert!(
                        settings
                            .iter()
                            .all(|one| one[..2] != ENABLE_CONNECT_PROTOCOL)
                    );
                }
                (RST_STREAM, 1) => refused = true,
                // 0x88 is `:status: 200` (RFC 7541 appendix A).
                (HEADERS, 1) => {
                    assert_ne!(payload[0], 0x88, "no socket");
                    refused = true;
                }
                (HEADERS, 3) => {
                    assert_eq!(payload[0], 0x88, "the others are served");
                    served = true;
                }
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, heard)
        .await
        .expect("both are answered");
}
