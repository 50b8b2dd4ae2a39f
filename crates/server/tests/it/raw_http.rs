//! What no honest HTTP client can send, as bytes over a socket: each request gets its status and code, changes
//! nothing, and nothing of it comes back. The rows are in `tests/bad_inputs/raw_http.toml`.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::{Client, PATIENCE, Process, free_port};

/// Stands in what is sent, and must not stand in what comes back.
const CANARY: &str = "zq7canaryzq7";

/// One row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Of the table that the rows come from, or `N` for a neighbour that it does not have.
    id: String,
    story: String,
    send: String,
    /// The client sends no more, and says so.
    #[serde(default)]
    hangs_up: bool,
    /// The connection can be used further.
    #[serde(default)]
    open: bool,
    /// Status and code.
    answer: (u16, String),
}

#[derive(Deserialize)]
struct Table {
    row: Vec<Row>,
}

struct Scene {
    server: Process,
    host: String,
    alice: Client,
    room: String,
}

/// What came back, to the end of the answer or of the connection.
struct Heard {
    status: u16,
    body: Value,
    whole: String,
    closed: bool,
}

impl Scene {
    /// What is sent, byte for byte.
    fn bytes(&self, text: &str) -> Vec<u8> {
        let mut text = text.replace('\n', "\r\n").replace("<lf>", "\n");
        for (name, value) in [
            ("<room>", self.room.as_str()),
            ("<host>", &self.host),
            ("<token>", self.alice.token()),
            ("<canary>", CANARY),
        ] {
            text = text.replace(name, value);
        }
        while let Some((before, rest)) = text.split_once('<')
            && let Some((what, after)) = rest.split_once('>')
            && let Some((piece, times)) = what.rsplit_once('*')
        {
            let times = times.parse().expect("a number");
            text = format!("{before}{}{after}", piece.repeat(times));
        }
        let mut bytes = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, escape)) = rest.split_once("<%") {
            bytes.extend(before.as_bytes());
            bytes.push(u8::from_str_radix(&escape[..2], 16).expect("two digits"));
            rest = &escape[3..];
        }
        bytes.extend(rest.as_bytes());
        bytes
    }

    async fn ask(&self, row: &Row) -> Heard {
        let mut socket = TcpStream::connect(self.server.address()).await.expect("up");
        // A server that has heard enough may have closed already.
        drop(socket.write_all(&self.bytes(&row.send)).await);
        if row.hangs_up {
            drop(socket.shutdown().await);
        }
        let mut bytes = Vec::new();
        let reading = async {
            loop {
                if row.open && is_whole(&bytes) {
                    return false;
                }
                match socket.read_buf(&mut bytes).await {
                    Ok(0) | Err(_) => return true,
                    Ok(_) => {}
                }
            }
        };
        let closed = tokio::time::timeout(PATIENCE, reading).await;
        let closed = closed.unwrap_or(false);
        let whole = String::from_utf8_lossy(&bytes).into_owned();
        let status = whole.split(' ').nth(1).unwrap_or("0");
        let body = whole.split("\r\n\r\n").nth(1).unwrap_or_default();
        let body = body.split("HTTP/1.1").next().unwrap_or_default();
        Heard {
            status: status.parse().unwrap_or_default(),
            body: serde_json::from_str(body).unwrap_or_default(),
            whole,
            closed,
        }
    }

    /// Everything that a refused request must leave alone.
    async fn state(&self) -> Vec<Value> {
        let at = format!("/v1/rooms/{}", self.room);
        vec![
            self.alice.room(&self.room).await,
            self.alice.get(&format!("{at}/members")).await,
            Value::Array(self.alice.timeline(&self.room).await),
            self.alice.get("/v1/rooms").await,
            self.alice.get("/v1/me").await,
            self.alice.get("/v1/me/tokens").await,
            self.alice.get("/v1/admin/audit").await,
        ]
    }

    async fn check(&self, row: &Row) -> Result<(), String> {
        let what = format!("{} {}", row.id, row.story);
        let before = self.state().await;
        let heard = self.ask(row).await;
        let code = heard.body["error"]["code"].as_str().unwrap_or_default();
        let shown: String = heard.whole.chars().take(400).collect();
        if (heard.status, code) != (row.answer.0, row.answer.1.as_str()) {
            return Err(format!("{what}: {shown}"));
        }
        if heard.closed == row.open {
            return Err(format!("{what}: closed: {}: {shown}", heard.closed));
        }
        if heard.whole.contains(CANARY) {
            return Err(format!("{what} comes back: {shown}"));
        }
        if self.state().await != before {
            return Err(format!("{what} changed something"));
        }
        Ok(())
    }
}

/// Whether there are headers, and as much of a body as they tell.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let wanted = name.eq_ignore_ascii_case("content-length");
        wanted.then(|| value.trim().parse().unwrap_or(0))
    });
    body.len() >= length.unwrap_or(0)
}

#[tokio::test]
async fn requests_that_are_none() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_inputs/raw_http.toml");
    let text = std::fs::read_to_string(path).expect("rows");
    let rows: Table = toml::from_str(&text).expect("well-formed rows");
    assert!(rows.row.len() >= 60, "{} rows", rows.row.len());
    let port = free_port();
    let mut server = Process::without_tenants(port);
    let host = format!("good.localhost:{port}");
    let other = format!("other.localhost:{port}");
    // With one tenant alone, every host would be its own.
    for (slug, name) in [("good", &host), ("other", &other)] {
        let args = ["admin", "create-tenant", "--json", "--name", "x"];
        let named = ["--slug", slug, "--server-name", name];
        server.admin(&[&args[..], &named].concat(), "").await;
    }
    server.run().await;
    let alice = server.person_at(&host, "good", "alice", "admin").await;
    let room = alice.create_room("Target").await;
    let scene = Scene {
        server,
        host,
        alice,
        room,
    };
    let mut wrong = Vec::new();
    for row in &rows.row {
        wrong.extend(scene.check(row).await.err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The honest go on.
    scene.alice.say(&scene.room, json!({"body": "hello"})).await;
}
