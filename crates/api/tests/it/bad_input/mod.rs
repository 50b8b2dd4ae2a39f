//! What clients send that is wrong, as tables: each request gets its status and code, and after a refusal
//! nothing is stored and nothing of it comes back. A row costs no code.
//!
//! `messages.toml` and its neighbours hold the rows; `row` says what may stand in one. What needs a socket
//! is in `socket`.

mod at_once;
mod row;
mod socket;

use axum::body::{Body, to_bytes};
use http::{HeaderValue, Request, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use self::row::{Row, rows};
use crate::accounts;
use crate::landlord::OPERATOR;
use crate::seen::STATE;

/// Stands in what is sent, and must not stand in what comes back.
const CANARY: &str = "zq7canaryzq7";

/// Alice has a room in which bob is; each of them has said something.
struct Scene {
    people: accounts::Scene,
    alice: String,
    bob: String,
    /// An admin.
    root: String,
    room: String,
    /// Alice's message, and bob's.
    said: String,
    heard: String,
}

impl Scene {
    async fn set() -> Self {
        let people = accounts::Scene::unheard().await;
        let alice = people.login("alice").await.access;
        let bob = people.login("bob").await.access;
        let root = people.login("root").await.access;
        let (room, said, heard) = {
            let (alice, bob) = (people.bearing(&alice), people.bearing(&bob));
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let body = Some(json!({"name": "Bad input"}));
            let room = text(&alice.done("POST", "/v1/rooms", body).await["id"]);
            let at = format!("/v1/rooms/{room}");
            let body = Some(json!({"participant_id": "bob"}));
            alice.done("POST", &format!("{at}/invite"), body).await;
            bob.done("POST", &format!("{at}/join"), None).await;
            let send = format!("{at}/send");
            let hello = Some(json!({"content": {"body": "hello"}}));
            let said = text(&alice.done("POST", &send, hello.clone()).await["id"]);
            let heard = text(&bob.done("POST", &send, hello).await["id"]);
            (room, said, heard)
        };
        Scene {
            people,
            alice,
            bob,
            root,
            room,
            said,
            heard,
        }
    }

    /// A text with what stands in angle brackets written out: names, and `<x*100>` for a hundred.
    fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in [
            ("<room>", self.room.as_str()),
            ("<said>", &self.said),
            ("<heard>", &self.heard),
            ("<canary>", CANARY),
            ("<operator>", OPERATOR),
            ("<setup code>", &self.people.setup_code),
            ("<nobody>", "01890a5d-ac96-774b-bcce-b302099a8057"),
            ("<no room>", "room-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ] {
            text = text.replace(name, value);
        }
        while let Some((begin, many, end)) = repetition(&text) {
            text.replace_range(begin..end, &many);
        }
        text
    }

    async fn ask(&self, row: &Row) -> (u16, Value, String) {
        let (method, path) = row.ask.split_once(' ').unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(self.fill(path))
            .header(header::HOST, "acme.example");
        let headers = request.headers_mut().unwrap();
        let by = match row.by.as_str() {
            "bob" => &self.bob,
            "root" => &self.root,
            _ => &self.alice,
        };
        let authorization = match &row.authorization {
            Some(text) => self.fill(text),
            None => format!("Bearer {by}"),
        };
        if !authorization.is_empty() {
            let value = HeaderValue::from_bytes(authorization.as_bytes()).unwrap();
            headers.insert(header::AUTHORIZATION, value);
        }
        let content_type = row.content_type.as_deref().unwrap_or("application/json");
        if !content_type.is_empty() {
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        }
        for (name, value) in &row.header {
            let name: http::HeaderName = name.parse().unwrap();
            headers.append(name, self.fill(value).parse().unwrap());
        }
        let body = match (&row.body, &row.bytes) {
            (Some(text), None) => Body::from(self.fill(text)),
            (None, Some(bytes)) => Body::from(bytes.clone()),
            (None, None) => Body::empty(),
            (Some(_), Some(_)) => panic!("{}: one body", row.story),
        };
        let response = self
            .people
            .router
            .clone()
            .oneshot(request.body(body).unwrap());
        let (parts, body) = response.await.unwrap().into_parts();
        let bytes = to_bytes(body, 1 << 22).await.unwrap();
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        let whole = format!("{:?} {}", parts.headers, String::from_utf8_lossy(&bytes));
        (parts.status.as_u16(), json, whole)
    }

    async fn state(&self) -> Vec<Value> {
        let alice = self.people.bearing(&self.alice);
        let mut state = Vec::new();
        for path in STATE {
            state.push(alice.get(&self.fill(path)).await);
        }
        state.push(self.tenants().await);
        state
    }
}

impl Scene {
    /// As the operator sees them, without how many bytes there are: logins take some.
    async fn tenants(&self) -> Value {
        let mut tenants = self.people.bearing(OPERATOR).get("/v1/admin/tenants").await;
        for tenant in tenants.as_array_mut().unwrap() {
            tenant["usage"]["storage_bytes"].take();
        }
        tenants
    }
}

/// The first `<x*n>` of a text: where it begins, what it stands for, where it ends.
fn repetition(text: &str) -> Option<(usize, String, usize)> {
    for (begin, _) in text.match_indices('<') {
        let Some(length) = text[begin..].find('>') else {
            continue;
        };
        let end = begin + length + 1;
        let Some((what, count)) = text[begin + 1..end - 1].rsplit_once('*') else {
            continue;
        };
        if let Ok(count) = count.parse() {
            return Some((begin, what.repeat(count), end));
        }
    }
    None
}

async fn check(scene: &Scene, row: &Row) -> Result<(), String> {
    let before = if row.answer.0 == 200 {
        Vec::new()
    } else {
        scene.state().await
    };
    let (status, json, whole) = scene.ask(row).await;
    let code = json["error"]["code"].as_str().unwrap_or_default();
    let shown: String = whole.chars().take(600).collect();
    if (status, code) != (row.answer.0, row.answer.1.as_str()) {
        return Err(format!("{} {}: {status} {shown}", row.id, row.story));
    }
    if status == 200 {
        return Ok(());
    }
    let field = json["error"]["details"]["field"].as_str();
    if row.field.is_some() && field != row.field.as_deref() {
        return Err(format!("{} {}: the field: {shown}", row.id, row.story));
    }
    if whole.contains(CANARY) {
        return Err(format!("{} {} comes back: {shown}", row.id, row.story));
    }
    if json["error"]["message"].as_str().is_none_or(str::is_empty) {
        return Err(format!("{} {}: no sentence: {shown}", row.id, row.story));
    }
    if scene.state().await != before {
        return Err(format!("{} {} changed something", row.id, row.story));
    }
    Ok(())
}

async fn check_all(file: &str, at_least: usize) {
    let scene = Scene::set().await;
    let rows = rows(file);
    assert!(rows.len() >= at_least, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        wrong.extend(check(&scene, row).await.err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn messages() {
    check_all("messages", 50).await;
}

#[tokio::test]
async fn rooms() {
    check_all("rooms", 40).await;
}

#[tokio::test]
async fn oneself() {
    check_all("oneself", 40).await;
}

#[tokio::test]
async fn questions() {
    check_all("questions", 25).await;
}

#[tokio::test]
async fn tenants() {
    check_all("tenants", 30).await;
}

#[tokio::test]
async fn setting_up() {
    check_all("setup", 25).await;
}

#[tokio::test]
async fn what_admins_ask() {
    check_all("admins", 9).await;
}

#[tokio::test]
async fn kinds_of_bodies_and_tokens() {
    check_all("requests", 30).await;
}
