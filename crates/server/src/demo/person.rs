//! Somebody with a login: what they do, as their client would ask for it.

use anyhow::{Context as _, bail};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::rest::{self, Origin};

/// A person who has logged in.
#[derive(Clone, Debug)]
pub(super) struct Person {
    origin: Origin,
    /// Full name.
    pub(super) fqid: String,
    token: String,
}

/// The end of a room's log, as one server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) chain: String,
}

impl Person {
    /// Logs in with name and password.
    pub(super) async fn log_in(
        origin: &Origin,
        local_id: &str,
        password: &str,
    ) -> anyhow::Result<Self> {
        let body = json!({"grant_type": "password", "username": local_id, "password": password});
        let (status, answer) =
            rest::request(origin, Method::POST, "/v1/auth/token", None, Some(&body)).await?;
        let answer = data(status, answer)
            .with_context(|| format!("{local_id} cannot log in at {}", origin.name))?;
        Ok(Person {
            origin: origin.clone(),
            fqid: format!("@{local_id}:{}", origin.name),
            token: text(&answer, "access_token")?,
        })
    }

    /// Where they are.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What proves who they are.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call(Method::GET, path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(super) async fn put(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// Says something; gives the event.
    pub(super) async fn say(&self, room: &str, content: Value) -> anyhow::Result<Value> {
        let body = json!({"content": content});
        self.post(&format!("/v1/rooms/{room}/send"), body).await
    }

    /// Puts an emoji on a message.
    pub(super) async fn react(&self, room: &str, event: &str, emoji: &str) -> anyhow::Result<()> {
        let emoji: String = emoji.bytes().map(|b| format!("%{b:02X}")).collect();
        let path = format!("/v1/rooms/{room}/events/{event}/reactions/{emoji}");
        self.call(Method::PUT, &path, None).await?;
        Ok(())
    }

    /// Invites somebody by full name.
    pub(super) async fn invite(&self, room: &str, whom: &str) -> anyhow::Result<()> {
        let path = format!("/v1/rooms/{room}/invitations");
        self.post(&path, json!({"fqid": whom})).await?;
        Ok(())
    }

    /// Accepts an invitation; the caller is in when this returns.
    pub(super) async fn accept(&self, room: &str) -> anyhow::Result<()> {
        let path = format!("/v1/me/invitations/{room}/accept");
        let room = self.call(Method::POST, &path, None).await?;
        if room["membership"] != "join" {
            bail!(
                "{} accepted but is not in the room: {}",
                self.fqid,
                room["membership"]
            );
        }
        Ok(())
    }

    pub(super) async fn room(&self, room: &str) -> anyhow::Result<Value> {
        self.get(&format!("/v1/rooms/{room}")).await
    }

    /// How far their server has come in this room.
    pub(super) async fn head(&self, room: &str) -> anyhow::Result<Head> {
        let room = self.room(room).await?;
        let head = &room["head"];
        Ok(Head {
            seq: head["seq"].as_u64().context("a room without a head")?,
            chain: text(head, "chain")?,
        })
    }

    /// Everything they can read in this room, oldest first.
    pub(super) async fn timeline(&self, room: &str) -> anyhow::Result<Vec<Value>> {
        let mut events = Vec::new();
        let mut from = String::from("0");
        loop {
            let path = format!("/v1/rooms/{room}/messages?direction=forward&limit=200&from={from}");
            let (status, mut answer) =
                rest::request(&self.origin, Method::GET, &path, Some(&self.token), None).await?;
            let meta = answer["meta"].take();
            let Value::Array(page) = data(status, answer)? else {
                bail!("a page of messages is not a list");
            };
            events.extend(page);
            match meta["next_cursor"].as_str() {
                Some(next) if meta["has_more"] == true => from = next.to_owned(),
                _ => return Ok(events),
            }
        }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let what = format!("{method} {path} by {}", self.fqid);
        let answer =
            rest::request(&self.origin, method, path, Some(&self.token), body.as_ref()).await;
        let (status, answer) = answer.with_context(|| what.clone())?;
        data(status, answer).context(what)
    }
}

/// A member that must be text.
pub(super) fn text(json: &Value, name: &str) -> anyhow::Result<String> {
    let text = json[name].as_str();
    text.map(str::to_owned)
        .with_context(|| format!("`{name}` is missing in {json}"))
}

fn data(status: StatusCode, mut answer: Value) -> anyhow::Result<Value> {
    if status == StatusCode::OK {
        return Ok(answer["data"].take());
    }
    let error = &answer["error"];
    let part = |name| error[name].as_str().unwrap_or("?");
    bail!("{status} {}: {}", part("code"), part("message"))
}
