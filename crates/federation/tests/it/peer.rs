//! A server that signs anything.

use bytes::Bytes;
use http::Method;
use scaiwave_engine::World;
use scaiwave_federation::Request;
use scaiwave_protocol::descriptor::{DescriptorDraft, KeyRecord};
use scaiwave_protocol::event::{Draft, LogPoint};
use scaiwave_protocol::wire::path;
use scaiwave_protocol::{EventType, Fqid, Json, RoomId, ServerName, Sign as _, SigningKey};
use scaiwave_testkit::hostile::Raw;
pub(crate) use scaiwave_testkit::hostile::Unsigned;

use crate::town::{Town, name};

pub(crate) const SEND: &str = "/_scaiwave/federation/v1/send";

#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) name: ServerName,
    pub(crate) key: SigningKey,
    pub(crate) world: World,
}

impl Peer {
    /// A server whose descriptor everybody in town can have.
    pub(crate) fn new(town: &Town, server_name: &str, seed: u8) -> Self {
        let key = SigningKey::from_seed(&[seed; 32]);
        let now = town.world.now();
        let year = 365 * 24 * 3_600_000;
        let record = KeyRecord::first(key.public_key(), now - 1000, now + year);
        let draft = DescriptorDraft {
            server_name: name(server_name),
            endpoints: path::endpoints(),
            keys: vec![record],
            recovery_key: None,
            software_version: "0".to_owned(),
            updated_at: now,
        };
        let descriptor = draft.sign(&key.public_key(), &key).unwrap();
        let canonical = descriptor.as_json().canonical();
        town.street
            .descriptors
            .lock()
            .insert(name(server_name), canonical);
        Peer {
            name: name(server_name),
            key,
            world: town.world.clone(),
        }
    }

    pub(crate) fn ask(
        &self,
        destination: &ServerName,
        method: Method,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Unsigned {
        Unsigned {
            method,
            path: path.to_owned(),
            query: None,
            origin: self.name.clone(),
            destination: destination.clone(),
            created: self.world.now() / 1000,
            nonce: self.world.random(),
            body: body.into(),
            key: self.key.clone(),
        }
    }

    /// A `send` with these items, each in JSON.
    pub(crate) fn send(&self, destination: &ServerName, items: &[String]) -> Unsigned {
        self.ask(
            destination,
            Method::POST,
            SEND,
            format!(r#"{{"items":[{}]}}"#, items.join(",")),
        )
    }

    /// An event of one of its people.
    pub(crate) fn draft(
        &self,
        room_id: &RoomId,
        seen: LogPoint,
        kind: &str,
        origin_seq: u64,
        content: Json,
    ) -> Draft {
        Draft {
            event_id: self.world.event_id(),
            room_id: Some(room_id.clone()),
            kind: EventType::parse(kind).unwrap(),
            sender: self.person("mallory"),
            origin_ts: 0,
            origin_seq,
            seen: Some(seen),
            content,
            salt: self.world.random(),
        }
    }

    pub(crate) fn person(&self, local_id: &str) -> Fqid {
        Fqid::parse(&format!("@{local_id}:{}", self.name)).unwrap()
    }

    pub(crate) fn submit(&self, draft: Draft) -> String {
        let event = draft.sign(&self.key).unwrap().into_event();
        format!(
            r#"{{"kind":"submit","event":{}}}"#,
            String::from_utf8(event.canonical()).unwrap()
        )
    }
}

/// Signed, as it reaches the inbound function.
pub(crate) trait Signed {
    fn signed(&self) -> Request;
}

impl Signed for Unsigned {
    fn signed(&self) -> Request {
        inbound(self.sign())
    }
}

/// A signed request, spoilt or not, as it reaches the inbound function.
pub(crate) fn inbound(raw: Raw) -> Request {
    Request {
        method: raw.method,
        path: raw.path,
        query: raw.query,
        headers: raw.headers,
        body: raw.body,
        remote: Some([203, 0, 113, 9].into()),
    }
}
