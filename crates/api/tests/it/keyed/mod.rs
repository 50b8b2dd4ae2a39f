//! Writes with an `Idempotency-Key`: each is done once, and whoever asks again gets the first answer again.

mod crashes;
mod every_write;
mod forgotten;
mod limits;
mod secrets;
mod separate;

use axum::body::{Body, to_bytes};
use http::{Request, header};
use scaiwave_engine::store::record::Role;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::admin::Desk;
use crate::town::{House, Town};

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";

/// What came back.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    status: u16,
    /// With the id of the request, where there is one.
    json: Value,
    again: bool,
}

impl Said {
    fn code(&self) -> (u16, &str) {
        let code = self.json["error"]["code"].as_str();
        (self.status, code.unwrap_or_default())
    }

    /// The same answer, said again.
    fn repeated(&self) -> Self {
        Said {
            again: true,
            ..self.clone()
        }
    }
}

/// One write.
#[derive(Clone, Debug)]
struct Write {
    method: &'static str,
    path: String,
    body: Value,
}

impl Write {
    fn of(method: &'static str, path: impl Into<String>, body: Value) -> Self {
        Write {
            method,
            path: path.into(),
            body,
        }
    }

    fn room() -> Self {
        Write::of("POST", "/v1/rooms", json!({"name": "tea"}))
    }
}

async fn ask_with(desk: &Desk, keys: &[&[u8]], write: &Write) -> Said {
    let mut request = Request::builder()
        .method(write.method)
        .uri(&write.path)
        .header(header::HOST, &desk.host)
        .header(header::AUTHORIZATION, format!("Bearer {}", desk.token))
        .header(header::CONTENT_TYPE, "application/json");
    for key in keys {
        request = request.header("Idempotency-Key", *key);
    }
    let body = match &write.body {
        Value::Null => Body::empty(),
        body => Body::from(body.to_string()),
    };
    let response = desk.router.clone().oneshot(request.body(body).unwrap());
    let (parts, body) = response.await.unwrap().into_parts();
    let bytes = to_bytes(body, 1 << 20).await.unwrap();
    Said {
        status: parts.status.as_u16(),
        json: serde_json::from_slice(&bytes).unwrap_or_default(),
        again: parts.headers.contains_key("idempotency-replayed"),
    }
}

async fn ask(desk: &Desk, key: &str, write: &Write) -> Said {
    ask_with(desk, &[key.as_bytes()], write).await
}

/// The same, and it must be done now for the first time.
async fn done(desk: &Desk, key: &str, write: &Write) -> Said {
    let said = ask(desk, key, write).await;
    assert_eq!(
        (said.status, said.again),
        (200, false),
        "{write:?}: {said:?}"
    );
    said
}

/// Somebody with an edge, of whom nothing is asked but what the test asks.
async fn person(town: &Town, house: &House, local_id: &str, role: Role) -> Desk {
    let desk = Desk::of(town, house, local_id, role).await;
    desk.bearing(desk.token.clone())
}

/// A process with one tenant, and alice in it.
async fn alone() -> (Town, House, Desk) {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let alice = person(&town, &house, "alice", Role::Member).await;
    (town, house, alice)
}

/// A token for programs, which does not end when a day has passed.
async fn program(desk: &Desk, scopes: &[&str]) -> Desk {
    let new = Write::of(
        "POST",
        "/v1/me/tokens",
        json!({"name": "bot", "scopes": scopes}),
    );
    let made = ask_with(desk, &[], &new).await;
    desk.bearing(made.json["data"]["token"].as_str().unwrap().to_owned())
}

async fn rooms(house: &House) -> usize {
    house.store.rooms().await.unwrap().len()
}
