//! Bad-input row T097b: a peer whose clock is another one. Over a real socket.

use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_engine::Remote as _;
use scaiwave_federation::Reach;
use scaiwave_protocol::descriptor::{DescriptorDraft, KeyRecord};
use scaiwave_protocol::wire::path;
use scaiwave_protocol::{ServerName, Sign as _, SigningKey};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::sockets::{client, http, in_words};
use crate::town::name;
use crate::world::START as NOW;

/// The heads of requests that were not for the descriptor.
type Heads = Arc<Mutex<Vec<String>>>;

/// A server with a descriptor that answers everything else with this.
async fn serve(answer: Vec<u8>) -> (ServerName, Heads) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = name(&format!(
        "late.localhost:{}",
        listener.local_addr().unwrap().port()
    ));
    let descriptor = http("200 OK", &descriptor(&server));
    let heads = Heads::default();
    tokio::spawn({
        let heads = heads.clone();
        async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let head = read(&mut stream).await;
                let for_descriptor = head.starts_with("GET /.well-known/");
                let answer = if for_descriptor { &descriptor } else { &answer };
                if !for_descriptor {
                    heads.lock().push(head);
                }
                drop(stream.write_all(answer).await);
            }
        }
    });
    (server, heads)
}

/// A request's head; its body is read too, or closing would break the answer off.
async fn read(stream: &mut TcpStream) -> String {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).await.unwrap(), 0, "{head}");
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    stream.read_exact(&mut vec![0; length]).await.unwrap();
    head
}

fn descriptor(server: &ServerName) -> Vec<u8> {
    let key = SigningKey::from_seed(&[9; 32]);
    let draft = DescriptorDraft {
        server_name: server.clone(),
        endpoints: path::endpoints(),
        keys: vec![KeyRecord::first(key.public_key(), NOW - 1000, NOW + 1000)],
        recovery_key: None,
        software_version: "0".to_owned(),
        updated_at: NOW,
    };
    let descriptor = draft.sign(&key.public_key(), &key).unwrap();
    descriptor.as_json().canonical()
}

// A peer that finds our clock wrong is asked once more with a fresh signature and then left alone; the
// admin reads by how much the clocks differ, and which way, from its Date.
#[tokio::test]
async fn the_difference_in_words() {
    let http_date = |ms: u64| httpdate_of(ms);
    let refusal = br#"{"error":{"code":"SW_FED_CLOCK_SKEW","message":"your clock is wrong"}}"#;
    let cases = [
        (
            Some(NOW + 95_000),
            "the clock differs by 95 s: ours is behind",
        ),
        (
            Some(NOW - 3_600_000),
            "the clock differs by 3600 s: ours is ahead",
        ),
        (None, "the clock differs by more than 60 s"),
    ];
    for (date, expected) in cases {
        let head = match date {
            Some(ms) => format!("401 Unauthorized\r\ndate: {}", http_date(ms)),
            None => "401 Unauthorized".to_owned(),
        };
        let (server, heads) = serve(http(&head, refusal)).await;
        let reach = Reach {
            allow_loopback: true,
            ..Reach::default()
        };
        let (client, _inbound) = client(reach).await;
        let body = br#"{"items":[]}"#.to_vec();
        let sentence = in_words(client.send(&server, body, 0).await.unwrap_err());
        assert_eq!(sentence, format!("refused: SW_FED_CLOCK_SKEW: {expected}"));
        let heads = heads.lock();
        let inputs: Vec<&str> = heads
            .iter()
            .filter_map(|head| {
                head.lines()
                    .find(|line| line.starts_with("signature-input: "))
            })
            .collect();
        assert_eq!(inputs.len(), 2, "one fresh signature");
        assert_ne!(inputs[0], inputs[1], "the second was fresh");
    }
}

fn httpdate_of(ms: u64) -> String {
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_millis(ms))
}
