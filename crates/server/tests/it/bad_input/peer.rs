use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::routing::{get, post};
use axum::{Json, Router};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use scaiwave_protocol::descriptor::KeyRecord;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::request::{Target, sign};
use scaiwave_protocol::wire::item::write_submit;
use scaiwave_protocol::{Authentic, RoomId, ServerName, Sign as _, SigningKey};
use scaiwave_testkit::{EventBuilder, KEY_LIFE_MS, SplitMix, TestServer};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::harness::{Process, free_port};

const SEND: &str = "/_scaiwave/federation/v1/send";
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A server with keys of its own that publishes an honest descriptor, and sends what a test makes.
pub(super) struct Peer {
    server: TestServer,
    target: ServerName,
    seen: Option<LogPoint>,
    origin_seq: Arc<AtomicU64>,
    nonces: SplitMix,
    listening: JoinHandle<()>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a peer of a real process lives in real time"
)]
fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a time after 1970")
}

impl Peer {
    /// Listens under this name, and answers what an honest follower would.
    pub(super) async fn serve(host: &str, target: &str) -> Self {
        let port = free_port();
        let mut server = TestServer::new(&format!("{host}:{port}"), 1);
        let from = u64::try_from(now().as_millis()).expect("a time") - DAY_MS;
        let key = server.next_key();
        let record = KeyRecord::first(key.public_key(), from, from + KEY_LIFE_MS);
        server.add_key(key, record);
        let descriptor = server.descriptor().as_json().canonical();
        let router = Router::new()
            .route(
                "/.well-known/scaiwave/server",
                get(async move || ([("content-type", "application/json")], descriptor.clone())),
            )
            .route(SEND, post(accept_all));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let listener = listener.expect("a free port");
        let listening = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Peer {
            server,
            target: ServerName::parse(target).expect("a name"),
            seen: None,
            origin_seq: Arc::default(),
            nonces: SplitMix::new(7),
            listening,
        }
    }

    pub(super) fn name(&self) -> &str {
        self.server.name().as_str()
    }

    /// What the peer starts from.
    pub(super) fn has_seen(&mut self, snapshot: &Value) {
        let snapshot = serde_json::to_vec(snapshot).expect("JSON");
        let snapshot = scaiwave_protocol::json::parse_body(&snapshot).expect("strict JSON");
        let snapshot = scaiwave_protocol::log::Snapshot::parse(snapshot).expect("a snapshot");
        self.seen = Some(snapshot.at);
    }

    fn sign(&self, event: EventBuilder, room: &str) -> Authentic {
        let seq = self.origin_seq.fetch_add(1, Ordering::Relaxed) + 1;
        let room = RoomId::parse(room).expect("a room");
        event
            .room(room)
            .seen(self.seen.expect("the snapshot"))
            .origin_seq(seq)
            .sign()
    }

    pub(super) fn join(&self, room: &str) -> Authentic {
        self.sign(self.server.own("mallory", Membership::Join), room)
    }

    /// Mallory asks one more of the peer's people in.
    pub(super) fn invite(&self, local: &str, room: &str) -> Authentic {
        let whom = self.server.user(local);
        self.sign(
            self.server.member("mallory", &whom, Membership::Invite),
            room,
        )
    }

    pub(super) fn message(&self, room: &str) -> Authentic {
        self.sign(self.server.message("mallory", "hello"), room)
    }

    /// The text of an item.
    pub(super) fn submit(&self, event: Authentic) -> String {
        let mut item = Vec::new();
        write_submit(&mut item, &event.into_event().canonical());
        String::from_utf8(item).expect("JSON is text")
    }

    /// A batch of items.
    pub(super) fn items(&mut self, items: &[String]) -> Request {
        self.signed(
            "POST",
            SEND,
            &format!("{{\"items\":[{}]}}", items.join(",")),
        )
    }

    /// A request as it should be.
    pub(super) fn signed(&mut self, method: &'static str, path: &str, body: &str) -> Request {
        Request {
            method,
            path: path.to_owned(),
            signed_body: body.to_owned(),
            body: body.to_owned(),
            origin: self.server.name().clone(),
            destination: self.target.clone(),
            created: now().as_secs(),
            nonce: self.nonces.bytes(),
            key: self.server.key().clone(),
            claimed: None,
        }
    }
}

/// Whatever comes is fine.
async fn accept_all(Json(body): Json<Value>) -> Json<Value> {
    let items = body["items"].as_array().expect("items");
    let answer = |item: &Value| match item["kind"].as_str() {
        Some("invite") => json!({"status": "ok", "decision": "pending"}),
        Some("entries") => json!({"status": "ok", "have_seq": item["checkpoint"]["seq"]}),
        Some("heads") => json!({"status": "ok", "rooms": {}}),
        _ => json!({"status": "ok"}),
    };
    Json(json!({"results": items.iter().map(answer).collect::<Vec<_>>()}))
}

/// A request that is about to be made; each method spoils one thing.
pub(super) struct Request {
    method: &'static str,
    path: String,
    signed_body: String,
    pub(super) body: String,
    origin: ServerName,
    destination: ServerName,
    created: u64,
    nonce: [u8; 16],
    key: SigningKey,
    /// Says that it was signed with this key.
    claimed: Option<String>,
}

impl Request {
    pub(super) fn signed_by_somebody_else(mut self) -> Self {
        self.claimed = Some(self.key.public_key().id().to_string());
        self.with_an_unknown_key()
    }

    pub(super) fn with_an_unknown_key(mut self) -> Self {
        self.key = SigningKey::from_seed(&[9; 32]);
        self
    }

    pub(super) fn to(mut self, name: &str) -> Self {
        self.destination = ServerName::parse(name).expect("a name");
        self
    }

    pub(super) fn from(mut self, name: &str) -> Self {
        self.origin = ServerName::parse(name).expect("a name");
        self
    }

    pub(super) fn made_before(mut self, time: Duration) -> Self {
        self.created -= time.as_secs();
        self
    }

    /// Signs and sends it; gives status and body.
    pub(super) async fn send(&self, server: &Process) -> (u16, Value) {
        let target = Target {
            method: self.method,
            path: &self.path,
            query: "",
        };
        let body = self.signed_body.as_bytes();
        let (origin, destination) = (&self.origin, &self.destination);
        let headers = sign(
            target,
            body,
            origin,
            destination,
            self.created,
            self.nonce,
            &self.key,
        );
        let honest = self.key.public_key().id().to_string();
        let claimed = self.claimed.as_deref().unwrap_or(&honest);
        let headers = headers
            .0
            .map(|(name, value)| (name, value.replace(&honest, claimed)));
        let stream = TcpStream::connect(server.address())
            .await
            .expect("the server is there");
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .expect("HTTP");
        let driver = tokio::spawn(connection);
        let mut request = http::Request::builder()
            .method(self.method)
            .uri(&self.path)
            .header("host", server.name())
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request
            .body(Full::new(Bytes::from(self.body.clone())))
            .expect("a request");
        let response = sender.send_request(request).await.expect("an answer");
        let status = response.status().as_u16();
        let body = response
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        driver.abort();
        (status, serde_json::from_slice(&body).expect("JSON"))
    }
}
