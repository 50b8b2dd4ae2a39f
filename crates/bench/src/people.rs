//! Logins and rooms, set up before anything is measured.

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use crate::process::Server;
use crate::wire::{self, Origin, Wire};

const PASSWORD: &str = "only for the benchmark";

/// Somebody with a login.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) origin: Origin,
    pub(crate) token: String,
    fqid: String,
}

impl Person {
    /// Makes the account and logs in.
    pub(crate) async fn create(server: &Server, local_id: &str) -> anyhow::Result<Self> {
        server.create_user(local_id, PASSWORD).await?;
        Person::log_in(server, local_id).await
    }

    /// Logs in to an account that was made before.
    pub(crate) async fn log_in(server: &Server, local_id: &str) -> anyhow::Result<Self> {
        let mut person = Person {
            origin: server.origin.clone(),
            token: String::new(),
            fqid: format!("@{local_id}:{}", server.origin.name),
        };
        let body = json!({"grant_type": "password", "username": local_id, "password": PASSWORD});
        let tokens = person.call("POST", "/v1/auth/token", &body).await?;
        let token = tokens["access_token"].as_str();
        token.context("no token")?.clone_into(&mut person.token);
        Ok(person)
    }

    /// Asks for something; gives the `data` of the answer.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> anyhow::Result<Value> {
        let token = Some(self.token.as_str()).filter(|token| !token.is_empty());
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = wire::request(method, path, &self.origin, token, body.as_bytes());
        let answer = Wire::connect(&self.origin).await?.send(&request).await?;
        if answer.status != 200 {
            let said = String::from_utf8_lossy(&answer.body);
            bail!("{method} {path}: {} {said}", answer.status);
        }
        let mut json: Value = serde_json::from_slice(&answer.body)?;
        Ok(json["data"].take())
    }

    /// Lets other servers in.
    pub(crate) async fn trust(&self, others: &[&Origin]) -> anyhow::Result<()> {
        let names: Vec<&str> = others.iter().map(|other| other.name.as_str()).collect();
        let policy = json!({"allowed_peers": names});
        self.call("PUT", "/v1/admin/federation/policy", &policy)
            .await?;
        Ok(())
    }

    /// Makes a room and brings everybody in.
    pub(crate) async fn room_with(&self, others: &[&Person]) -> anyhow::Result<String> {
        let room = self
            .call("POST", "/v1/rooms", &json!({"room_type": "group"}))
            .await?;
        let room = room["id"]
            .as_str()
            .context("a room without an id")?
            .to_owned();
        for other in others {
            other.be_invited(self, &room).await?;
            other.accept(&room).await?;
        }
        Ok(room)
    }

    /// Is invited by somebody, and waits until the invitation is there.
    pub(crate) async fn be_invited(&self, by: &Person, room: &str) -> anyhow::Result<()> {
        let path = format!("/v1/rooms/{room}/invitations");
        by.call("POST", &path, &json!({"fqid": self.fqid})).await?;
        let begun = std::time::Instant::now();
        loop {
            let waiting = self.call("GET", "/v1/me/invitations", &Value::Null).await?;
            let mut waiting = waiting.as_array().into_iter().flatten();
            if waiting.any(|invitation| invitation["room_id"] == room) {
                return Ok(());
            }
            if begun.elapsed().as_secs() > 10 {
                bail!("the invitation of {} into {room} did not arrive", self.fqid);
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    async fn accept(&self, room: &str) -> anyhow::Result<()> {
        let path = format!("/v1/me/invitations/{room}/accept");
        let joined = self.call("POST", &path, &Value::Null).await?;
        if joined["membership"] != "join" {
            bail!("{} accepted and is not in {room}", self.fqid);
        }
        Ok(())
    }

    /// Up to where there is something to be told of.
    pub(crate) async fn position(&self) -> anyhow::Result<u64> {
        // A position that was not given out yet is read as the newest.
        let path = format!("/v1/sync?since={}&limit=1", (1_u64 << 53) - 1);
        let page = self.call("GET", &path, &Value::Null).await?;
        page["next_cursor"].as_u64().context("no next_cursor")
    }

    /// The bytes that say something of 100 characters in a room.
    pub(crate) fn message(&self, room: &str) -> Vec<u8> {
        let body = json!({"content": {"body": "x".repeat(100)}}).to_string();
        let path = format!("/v1/rooms/{room}/send");
        wire::request(
            "POST",
            &path,
            &self.origin,
            Some(&self.token),
            body.as_bytes(),
        )
    }
}
