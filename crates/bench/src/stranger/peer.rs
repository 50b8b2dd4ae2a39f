//! A server of the generator's own: an honest descriptor, keys that sign anything, and the answers that a
//! follower would give.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use bytes::BytesMut;
use scaiwave_protocol::descriptor::KeyRecord;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::log::Snapshot;
use scaiwave_protocol::request::{Target, sign};
use scaiwave_protocol::wire::item::write_submit;
use scaiwave_protocol::{Authentic, RoomId, ServerName, Sign as _, SigningKey, json};
use scaiwave_testkit::{EventBuilder, KEY_LIFE_MS, SplitMix, TestServer};
use serde_json::{Value, json as value};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::people::Person;
use crate::wire::{Origin, Wire};

const FEDERATION: &str = "/_scaiwave/federation/v1";
/// Events that a batch may hold.
const BATCH_MAX: usize = 128;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A server that is none.
pub(crate) struct Stranger {
    pub(crate) origin: Origin,
    server: TestServer,
    target: Origin,
    seen: Option<LogPoint>,
    origin_seq: AtomicU64,
    nonce: AtomicU64,
    listening: JoinHandle<()>,
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a peer of a real process lives in real time"
)]
fn now_ms() -> anyhow::Result<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(u64::try_from(since.as_millis())?)
}

impl Stranger {
    /// Listens on this port, and is about to talk to that server.
    pub(crate) async fn open(host: &str, port: u16, target: &Origin) -> anyhow::Result<Self> {
        let origin = Origin {
            name: format!("{host}:{port}"),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        };
        let mut server = TestServer::new(&origin.name, u64::from(port));
        let from = now_ms()? - DAY_MS;
        let key = server.next_key();
        let record = KeyRecord::first(key.public_key(), from, from + KEY_LIFE_MS);
        server.add_key(key, record);
        let descriptor: Arc<[u8]> = server.descriptor().as_json().canonical().into();
        let listener = TcpListener::bind(origin.address).await?;
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let descriptor = descriptor.clone();
                // A connection ends when the other side hangs up; what it thinks of that is no matter.
                tokio::spawn(async move { serve(stream, &descriptor).await.ok() });
            }
        });
        Ok(Stranger {
            origin,
            server,
            target: target.clone(),
            seen: None,
            origin_seq: AtomicU64::new(0),
            nonce: AtomicU64::new(now_ms()?),
            listening,
        })
    }

    /// Somebody of ours.
    pub(super) fn fqid(&self, local_id: &str) -> String {
        format!("@{local_id}:{}", self.origin.name)
    }

    /// Has people of ours invited into a room of the owner's, and brings them in.
    pub(crate) async fn join(
        &mut self,
        owner: &Person,
        room: &str,
        people: &[impl AsRef<str>],
    ) -> anyhow::Result<()> {
        let path = format!("/v1/rooms/{room}/invitations");
        for person in people {
            let invite = value!({"fqid": self.fqid(person.as_ref())});
            owner.call("POST", &path, &invite).await?;
        }
        let snapshot = self.question(&format!("/rooms/{room}/snapshot"), "");
        let mut wire = self.connect().await?;
        let answer = wire.send(&snapshot).await?;
        let parsed = json::parse_body(&answer.body).and_then(Snapshot::parse);
        let parsed = parsed.map_err(|error| anyhow::anyhow!("no snapshot: {error}"))?;
        self.seen = Some(parsed.at);
        for people in people.chunks(BATCH_MAX) {
            let mut joins = Vec::with_capacity(people.len());
            for person in people {
                let join = self.server.own(person.as_ref(), Membership::Join);
                joins.push(submit(self.signed(join, room)?));
            }
            let results = self.send(&mut wire, &joins).await?;
            if let Some(bad) = results.iter().find(|result| result["status"] != "ok") {
                bail!("somebody of {} is not let in: {bad}", self.origin.name);
            }
        }
        Ok(())
    }

    pub(super) async fn connect(&self) -> anyhow::Result<Wire> {
        Wire::connect(&self.target).await
    }

    /// What mallory says in a room, as an item.
    pub(super) fn message(&self, room: &str) -> anyhow::Result<String> {
        let words = self.server.message("mallory", &"x".repeat(100));
        Ok(submit(self.signed(words, room)?))
    }

    fn signed(&self, event: EventBuilder, room: &str) -> anyhow::Result<Authentic> {
        let room = RoomId::parse(room).map_err(|error| anyhow::anyhow!("{error}"))?;
        let seen = self.seen.context("the snapshot comes first")?;
        let seq = self.origin_seq.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(event.room(room).seen(seen).origin_seq(seq).sign())
    }

    /// Sends a batch; gives the results.
    pub(super) async fn send(
        &self,
        wire: &mut Wire,
        items: &[String],
    ) -> anyhow::Result<Vec<Value>> {
        let answer = wire.send(&self.batch(items)).await?;
        if answer.status != 200 {
            let said = String::from_utf8_lossy(&answer.body);
            bail!("a batch was refused: {} {said}", answer.status);
        }
        let mut answer: Value = serde_json::from_slice(&answer.body)?;
        match answer["results"].take() {
            Value::Array(results) if results.len() == items.len() => Ok(results),
            _ => bail!("there is not a result for each item"),
        }
    }

    /// The bytes of a signed batch.
    pub(super) fn batch(&self, items: &[String]) -> Vec<u8> {
        let body = format!("{{\"items\":[{}]}}", items.join(","));
        self.post(body.as_bytes(), self.server.key())
    }

    /// The bytes of a `send` with any body, signed with any key.
    pub(super) fn post(&self, body: &[u8], key: &SigningKey) -> Vec<u8> {
        self.request("POST", "/send", "", body, key)
    }

    pub(super) fn key(&self) -> &SigningKey {
        self.server.key()
    }

    /// The bytes of a signed question.
    pub(super) fn question(&self, path: &str, query: &str) -> Vec<u8> {
        self.request("GET", path, query, b"", self.server.key())
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        query: &str,
        body: &[u8],
        key: &SigningKey,
    ) -> Vec<u8> {
        let path = format!("{FEDERATION}{path}");
        let target = Target {
            method,
            path: &path,
            query,
        };
        let nonce = SplitMix::new(self.nonce.fetch_add(1, Ordering::Relaxed)).bytes();
        let destination = ServerName::parse(&self.target.name);
        let (Ok(destination), Ok(now)) = (destination, now_ms()) else {
            return Vec::new();
        };
        let origin = self.server.name();
        let headers = sign(target, body, origin, &destination, now / 1000, nonce, key);
        let mut head = match query {
            "" => format!("{method} {path} HTTP/1.1\r\n"),
            query => format!("{method} {path}?{query} HTTP/1.1\r\n"),
        };
        head += &format!(
            "host: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            self.target.name,
            body.len()
        );
        for (name, value) in headers.0 {
            head += &format!("{name}: {value}\r\n");
        }
        [head.as_bytes(), b"\r\n", body].concat()
    }
}

fn submit(event: Authentic) -> String {
    let mut item = Vec::new();
    write_submit(&mut item, &event.into_event().canonical());
    String::from_utf8_lossy(&item).into_owned()
}

/// Answers what the server asks of us.
async fn serve(mut stream: TcpStream, descriptor: &[u8]) -> anyhow::Result<()> {
    let mut received = BytesMut::new();
    loop {
        let (head, length) = loop {
            if let Some(end) = memchr::memmem::find(&received, b"\r\n\r\n") {
                let head = received.split_to(end + 4);
                let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
                let length = head.lines().find_map(|line| {
                    let value = line.strip_prefix("content-length:")?;
                    value.trim().parse::<usize>().ok()
                });
                break (head, length.unwrap_or(0));
            }
            more(&mut stream, &mut received).await?;
        };
        while received.len() < length {
            more(&mut stream, &mut received).await?;
        }
        let body = received.split_to(length);
        let answer = match head.starts_with("get /.well-known/") {
            true => descriptor.to_vec(),
            false => accept_all(&body)?,
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        stream
            .write_all(&[head.as_bytes(), &answer].concat())
            .await?;
    }
}

async fn more(stream: &mut TcpStream, received: &mut BytesMut) -> anyhow::Result<()> {
    received.reserve(64 * 1024);
    if stream.read_buf(received).await? == 0 {
        bail!("the server hung up");
    }
    Ok(())
}

/// Whatever comes is fine.
fn accept_all(body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let body: Value = serde_json::from_slice(body)?;
    let answer = |item: &Value| match item["kind"].as_str() {
        Some("invite") => value!({"status": "ok", "decision": "pending"}),
        Some("entries") => value!({"status": "ok", "have_seq": item["checkpoint"]["seq"]}),
        Some("heads") => value!({"status": "ok", "rooms": {}}),
        _ => value!({"status": "ok"}),
    };
    let items = body["items"].as_array().context("no items")?;
    let results: Vec<Value> = items.iter().map(answer).collect();
    Ok(serde_json::to_vec(&value!({"results": results}))?)
}
