use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::rest::{self, Origin};
use super::{Stream, eventually};

/// A person who has logged in.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    origin: Origin,
    token: String,
    pub(crate) fqid: String,
}

impl Client {
    pub(super) fn bearing(origin: Origin, token: &str) -> Self {
        Client {
            origin,
            token: token.to_owned(),
            fqid: String::new(),
        }
    }

    pub(super) async fn log_in(origin: Origin, local_id: &str, password: &str) -> Self {
        let fqid = format!("@{local_id}:{}", origin.name);
        let mut client = Client {
            origin,
            token: String::new(),
            fqid,
        };
        let form = json!({"grant_type": "password", "username": local_id, "password": password});
        let tokens = client.post("/v1/auth/token", form).await;
        client.token = text(&tokens["access_token"]);
        client
    }

    pub(super) fn nobody(origin: Origin) -> Self {
        let fqid = format!("nobody at {}", origin.name);
        Client {
            origin,
            token: String::new(),
            fqid,
        }
    }

    /// The same with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Client {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    /// Whatever the server answers; an error when it cannot be reached.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<(StatusCode, Value)> {
        let token = Some(self.token.as_str()).filter(|token| !token.is_empty());
        rest::request(&self.origin, method, path, token, body).await
    }

    /// Must go well; gives `data`.
    async fn must(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let what = format!("{method} {path} by {}", self.fqid);
        let answer = self.call(method, path, body).await;
        let (status, mut answer) = answer.unwrap_or_else(|error| panic!("{what}: {error:#}"));
        assert_eq!(status, StatusCode::OK, "{what}: {answer}");
        answer["data"].take()
    }

    /// Must be refused; gives status and code.
    pub(crate) async fn refused(&self, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self
            .call(Method::POST, path, Some(&body))
            .await
            .expect("an answer");
        assert_ne!(status, StatusCode::OK, "{path} was allowed: {answer}");
        (status.as_u16(), text(&answer["error"]["code"]))
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.must(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.must(Method::POST, path, Some(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Value {
        self.must(Method::PUT, path, Some(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Value {
        self.must(Method::DELETE, path, None).await
    }

    /// Lets these servers in, and no others.
    pub(crate) async fn allow(&self, peers: &[&str]) {
        self.put(
            "/v1/admin/federation/policy",
            json!({"allowed_peers": peers}),
        )
        .await;
    }

    pub(crate) async fn stream(&self) -> Stream {
        Stream::open(&self.origin, &self.token).await
    }

    /// The status with which a stream is refused.
    pub(crate) async fn stream_refused(&self) -> u16 {
        Stream::refused(&self.origin, &self.token).await
    }

    /// The same person, as a program with a token of these scopes; and the token's id.
    pub(crate) async fn program(&self, scopes: &[&str]) -> (Client, String) {
        let new = json!({"name": "a program", "scopes": scopes});
        let made = self.post("/v1/me/tokens", new).await;
        let program = Client {
            token: text(&made["token"]),
            ..self.clone()
        };
        (program, text(&made["id"]))
    }

    pub(crate) async fn create_room(&self, name: &str) -> String {
        let room = self
            .post("/v1/rooms", json!({"room_type": "group", "name": name}))
            .await;
        text(&room["id"])
    }

    pub(crate) async fn invite(&self, room: &str, whom: &Client) {
        self.post(
            &format!("/v1/rooms/{room}/invitations"),
            json!({"fqid": whom.fqid}),
        )
        .await;
    }

    /// The invitation into a room, as soon as it has arrived.
    pub(crate) async fn invitation(&self, room: &str) -> Value {
        eventually("the invitation arrives", async || {
            let waiting = self.get("/v1/me/invitations").await;
            let mut waiting = waiting.as_array().expect("a list").iter();
            waiting
                .find(|invitation| invitation["room_id"] == room)
                .cloned()
        })
        .await
    }

    /// Accepts an invitation when it has arrived, and waits to be in the room.
    pub(crate) async fn accept(&self, room: &str) {
        self.invitation(room).await;
        let path = format!("/v1/me/invitations/{room}/accept");
        let joined = self.must(Method::POST, &path, None).await;
        assert_eq!(joined["membership"], "join", "{joined}");
    }

    pub(crate) async fn decline(&self, room: &str) {
        self.must(
            Method::POST,
            &format!("/v1/me/invitations/{room}/decline"),
            None,
        )
        .await;
    }

    /// Says something; gives the event.
    pub(crate) async fn say(&self, room: &str, content: Value) -> Value {
        self.post(
            &format!("/v1/rooms/{room}/send"),
            json!({"content": content}),
        )
        .await
    }

    /// Does something to an event: `edit`, `redact`.
    pub(crate) async fn change(&self, room: &str, event: &str, how: &str, body: Value) {
        self.post(&format!("/v1/rooms/{room}/events/{event}/{how}"), body)
            .await;
    }

    pub(crate) async fn react(&self, room: &str, event: &str, emoji: &str, method: Method) {
        let emoji: String = emoji.bytes().map(|b| format!("%{b:02X}")).collect();
        let path = format!("/v1/rooms/{room}/events/{event}/reactions/{emoji}");
        self.must(method, &path, None).await;
    }

    pub(crate) async fn room(&self, room: &str) -> Value {
        self.get(&format!("/v1/rooms/{room}")).await
    }

    /// What somebody is to a room, as this person's server has it.
    pub(crate) async fn membership(&self, room: &str, whom: &Client) -> Option<String> {
        let members = self.get(&format!("/v1/rooms/{room}/members")).await;
        let mut members = members.as_array().expect("a list").iter();
        let found = members.find(|member| member["participant_id"] == whom.fqid.as_str())?;
        Some(text(&found["membership"]))
    }

    /// All that this person can read in a room, oldest first.
    pub(crate) async fn timeline(&self, room: &str) -> Vec<Value> {
        let mut events = Vec::new();
        let mut from = String::from("0");
        loop {
            let path = format!("/v1/rooms/{room}/messages?direction=forward&limit=200&from={from}");
            let (status, mut answer) = self
                .call(Method::GET, &path, None)
                .await
                .expect("an answer");
            assert_eq!(status, StatusCode::OK, "{answer}");
            let Value::Array(page) = answer["data"].take() else {
                panic!("no page")
            };
            events.extend(page);
            if answer["meta"]["has_more"] != true {
                return events;
            }
            from = text(&answer["meta"]["next_cursor"]);
        }
    }
}

fn text(value: &Value) -> String {
    let text = value.as_str();
    text.unwrap_or_else(|| panic!("not a text: {value}"))
        .to_owned()
}
