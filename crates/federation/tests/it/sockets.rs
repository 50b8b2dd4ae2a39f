//! The client over real sockets, on this machine: what a peer answers, and what is made of it.

use std::sync::Arc;

use scaiwave_engine::keyring::Keyring;
use scaiwave_engine::store::ServerStore as _;
use scaiwave_engine::store::record::TenantRow;
use scaiwave_engine::{Remote as _, RemoteError};
use scaiwave_federation::{Client, Inbound, Network, Reach};
use scaiwave_protocol::ServerName;
use scaiwave_store_sqlite::SqliteServerStore;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::town::name;
use crate::world;

/// A client of its own process, which is in the second part.
pub(crate) async fn client(reach: Reach) -> (Arc<Client>, Arc<Inbound>) {
    let (_, world) = world::world();
    let inbound = Inbound::new(world);
    let network = Network::new(&inbound, reach);
    (client_over(network).await, inbound)
}

/// The same over a network that is there already.
pub(crate) async fn client_over(network: Arc<Network>) -> Arc<Client> {
    let (_, world) = world::world();
    let store = SqliteServerStore::in_memory().unwrap();
    let server_name = name("acme.example");
    let row = TenantRow {
        slug: "acme".to_owned(),
        name: "acme".to_owned(),
        server_name: server_name.clone(),
        created_at: 0,
    };
    store.create_tenant(row).await.unwrap();
    let tenant = store.open("acme").await.unwrap();
    let keyring = Keyring::load(tenant, world.clone(), server_name)
        .await
        .unwrap();
    Client::new(keyring, world, network)
}

/// A server that answers every request with these bytes, and says under which name.
async fn answering(bytes: Vec<u8>) -> ServerName {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 4096];
            drop(stream.read(&mut head).await);
            drop(stream.write_all(&bytes).await);
        }
    });
    name(&format!("peer.localhost:{port}"))
}

pub(crate) fn http(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

async fn failure(server: &ServerName, allow_loopback: bool) -> String {
    let reach = Reach {
        allow_loopback,
        ..Reach::default()
    };
    let (client, _inbound) = client(reach).await;
    in_words(client.descriptor(server).await.unwrap_err())
}

/// What an admin reads, with its sort before it.
pub(crate) fn in_words(error: RemoteError) -> String {
    match error {
        RemoteError::Unreachable(sentence) => format!("unreachable: {sentence}"),
        RemoteError::Nonsense(sentence) => format!("nonsense: {sentence}"),
        RemoteError::Refused(refusal) => format!("refused: {refusal}"),
    }
}

// Whatever a peer answers, the admin reads which step failed.
#[tokio::test]
async fn failures_in_words() {
    let large = vec![b' '; 65_537];
    let refusal = br#"{"error":{"code":"SW_FED_RATE_LIMITED","message":"slower"}}"#;
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (
            http("200 OK", b"{}"),
            "nonsense: descriptor: the answer is not of this protocol",
        ),
        (
            http("200 OK", b"\xff"),
            "nonsense: descriptor: the answer is not of this protocol",
        ),
        (
            http("200 OK", &large),
            "nonsense: descriptor: the answer is larger than 65536 bytes",
        ),
        (
            http("200 OK\r\ncontent-length: 99999999999", b""),
            "nonsense: descriptor: the answer is larger than",
        ),
        (
            http("200 OK\r\ncontent-length: 50", b"{"),
            "unreachable: descriptor: the answer broke off",
        ),
        (
            http("200 OK\r\ncontent-encoding: gzip", b"{}"),
            "nonsense: descriptor: the answer is compressed",
        ),
        (
            http("302 Found\r\nlocation: http://127.0.0.1/", b""),
            "nonsense: descriptor: answered HTTP 302",
        ),
        (
            http("502 Bad Gateway", b"<html>"),
            "unreachable: descriptor: answered HTTP 502",
        ),
        (
            http("429 Too Many Requests", refusal),
            "refused: SW_FED_RATE_LIMITED: slower",
        ),
        (
            b"hello".to_vec(),
            "unreachable: descriptor: the connection broke",
        ),
        (Vec::new(), "unreachable: descriptor: the connection broke"),
    ];
    for (answer, expected) in cases {
        let server = answering(answer).await;
        let sentence = failure(&server, true).await;
        assert!(
            sentence.starts_with(expected),
            "{sentence} instead of {expected}"
        );
    }
}

// A closed port is said to be one; .localhost is not tried when the configuration does not allow it.
#[tokio::test]
async fn no_connection() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let server = name(&format!("peer.localhost:{closed}"));
    let refused = failure(&server, true).await;
    assert!(
        refused.starts_with("unreachable: descriptor: no connection: "),
        "{refused}"
    );
    let forbidden = failure(&server, false).await;
    assert!(
        forbidden.starts_with("unreachable: descriptor: address refused"),
        "{forbidden}"
    );
}
