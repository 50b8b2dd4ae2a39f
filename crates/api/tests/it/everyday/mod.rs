//! What people do every day, over HTTP: their own settings, what they are told of, pins, coming back.

mod around;
mod clock;
mod notifications;
mod paging;
mod pins;
mod preferences;
mod profile;
mod reactions;
mod rooms;
mod scene;
mod told_later;
mod unread;

use http::StatusCode;
use scaiwave_engine::Viewer;
use scaiwave_engine::live::{FrameBody, Session};
use scaiwave_engine::store::record::Role;
use scaiwave_protocol::{EventId, Fqid, LocalId};
use serde_json::{Value, json};

use crate::admin::Desk;
use crate::town::{House, Town};

/// Somebody with two devices: one asks, the other listens.
pub(crate) struct Person {
    pub(crate) desk: Desk,
    pub(crate) fqid: String,
    other_device: Session,
}

impl Person {
    pub(crate) async fn of(town: &Town, house: &House, local_id: &str) -> Self {
        let desk = Desk::of(town, house, local_id, Role::Member).await;
        Person::at(desk, house, local_id).await
    }

    /// The same person at a process that came after.
    async fn again(town: &Town, house: &House, local_id: &str) -> Self {
        let desk = Desk::again(town, house, local_id).await;
        Person::at(desk, house, local_id).await
    }

    pub(crate) async fn at(desk: Desk, house: &House, local_id: &str) -> Self {
        let viewer = viewer(house, local_id);
        let fqid = viewer.fqid.to_string();
        let other_device = Session::open(house.tenant.clone(), viewer, None).await;
        Person {
            desk,
            fqid,
            other_device: other_device.unwrap(),
        }
    }

    /// Sends a body, and answers the data.
    pub(crate) async fn send(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, mut json) = self.desk.ask(method, path, Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{method} {path}: {json}");
        json["data"].take()
    }

    /// What must be refused: status, code and field.
    pub(crate) async fn refused(
        &self,
        method: &str,
        path: &str,
        body: Value,
    ) -> (u16, String, Value) {
        let (status, json) = self.desk.ask(method, path, Some(body)).await;
        let error = &json["error"];
        let code = error["code"].as_str().unwrap_or_default().to_owned();
        (status.as_u16(), code, error["details"]["field"].clone())
    }

    pub(crate) async fn room(&self, new: Value) -> String {
        let room = self.send("POST", "/v1/rooms", new).await;
        room["id"].as_str().unwrap().to_owned()
    }

    /// Invites somebody of the same tenant, who accepts.
    pub(crate) async fn bring_in(&self, room_id: &str, guest: &Person) {
        let body = json!({"participant_id": guest.fqid});
        self.send("POST", &format!("/v1/rooms/{room_id}/invite"), body)
            .await;
        guest.desk.post(&format!("/v1/rooms/{room_id}/join")).await;
    }

    pub(crate) async fn say(&self, room_id: &str, content: Value) -> String {
        let path = format!("/v1/rooms/{room_id}/send");
        let event = self.send("POST", &path, json!({"content": content})).await;
        event["id"].as_str().unwrap().to_owned()
    }

    /// This room's line in the list.
    pub(crate) async fn line(&self, room_id: &str) -> Value {
        let rooms = self.desk.get("/v1/rooms").await;
        let mut rooms = rooms.as_array().unwrap().iter();
        rooms.find(|room| room["id"] == room_id).unwrap().clone()
    }

    /// The reasons for which messages stand in the inbox, newest first.
    async fn reasons(&self) -> Vec<String> {
        let inbox = self.desk.get("/v1/inbox/priority").await;
        let lines = inbox.as_array().unwrap().iter();
        lines
            .map(|line| line["reason"].as_str().unwrap().to_owned())
            .filter(|reason| reason != "invite")
            .collect()
    }

    /// What the other device was told up to now, of what is for this person alone.
    pub(crate) async fn heard(&mut self) -> Vec<FrameBody> {
        let mut heard = Vec::new();
        let patience = std::time::Duration::from_millis(20);
        while let Ok(frames) = tokio::time::timeout(patience, self.other_device.next()).await {
            let frames = frames.unwrap();
            let own = frames.iter().filter(|frame| frame.only.is_some());
            heard.extend(own.map(|frame| frame.body.clone()));
        }
        heard
    }
}

fn viewer(house: &House, local_id: &str) -> Viewer {
    let local_id = LocalId::parse(local_id).unwrap();
    Viewer {
        fqid: Fqid::new(&local_id, house.tenant.server_name()).unwrap(),
        local_id,
        role: Role::Member,
        session: EventId::from_bytes([0; 16]),
    }
}

fn text(body: &str) -> Value {
    json!({"body": body})
}
