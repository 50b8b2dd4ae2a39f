use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use scaiwave_protocol::descriptor::{Descriptor, DescriptorDraft, KeyRecord};
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::event::content::{self as kind, RoomLife};
use scaiwave_protocol::{EventId, Fqid, Json, ServerName, Sign, SigningKey};

use crate::{EventBuilder, START_MS, SplitMix, json};

/// How long a key of a test server lives.
pub const KEY_LIFE_MS: u64 = 365 * 24 * 60 * 60 * 1000;

/// A server with its keys. It makes events; rooms order them.
#[derive(Clone, Debug)]
pub struct TestServer {
    name: ServerName,
    seed: u64,
    keys: Vec<SigningKey>,
    records: Vec<KeyRecord>,
    recovery: Option<SigningKey>,
    updated_at: u64,
    made: Arc<AtomicU64>,
}

impl TestServer {
    /// A server whose first key follows from the seed and is valid from a day before [`START_MS`].
    pub fn new(name: &str, seed: u64) -> Self {
        let mut server = TestServer {
            name: ServerName::parse(name).expect("a server name"),
            seed,
            keys: Vec::new(),
            records: Vec::new(),
            recovery: None,
            updated_at: START_MS,
            made: Arc::default(),
        };
        let key = server.next_key();
        let from = START_MS - 24 * 60 * 60 * 1000;
        let record = KeyRecord::first(key.public_key(), from, from + KEY_LIFE_MS);
        server.add_key(key, record);
        server
    }

    /// The key that this server would make next.
    pub fn next_key(&self) -> SigningKey {
        let mut random = SplitMix::new(self.seed.wrapping_mul(31) + self.keys.len() as u64);
        SigningKey::from_seed(&random.bytes())
    }

    /// Lists a key, from now on the current one.
    pub fn add_key(&mut self, key: SigningKey, record: KeyRecord) {
        self.keys.push(key);
        self.records.push(record);
        self.updated_at += 1;
    }

    /// Makes a successor, valid from then on and endorsed by the current key.
    pub fn rotate(&mut self, valid_from: u64) {
        let key = self.next_key();
        let record = KeyRecord::first(key.public_key(), valid_from, valid_from + KEY_LIFE_MS)
            .endorsed(&self.name, self.key());
        self.add_key(key, record);
    }

    /// Revokes the `n`th key.
    pub fn revoke(&mut self, n: usize, at: u64) {
        self.records[n].revoked_at = Some(at);
        self.updated_at += 1;
    }

    /// Publishes the public half of a key that is kept offline.
    pub fn set_recovery(&mut self, key: SigningKey) {
        self.recovery = Some(key);
        self.updated_at += 1;
    }

    /// Makes a new key from then on, endorsed by the recovery key.
    pub fn recover(&mut self, valid_from: u64) {
        let (key, recovery) = (
            self.next_key(),
            self.recovery.clone().expect("a recovery key"),
        );
        let record = KeyRecord::first(key.public_key(), valid_from, valid_from + KEY_LIFE_MS)
            .endorsed(&self.name, &recovery);
        self.add_key(key, record);
    }

    /// No longer lists the `n`th key, which a server must never do.
    pub fn unlist(&mut self, n: usize) {
        self.keys.remove(n);
        self.records.remove(n);
        self.updated_at += 1;
    }

    /// Its name.
    pub fn name(&self) -> &ServerName {
        &self.name
    }

    /// The current key.
    pub fn key(&self) -> &SigningKey {
        self.keys.last().expect("a key")
    }

    /// The `n`th key.
    pub fn key_at(&self, n: usize) -> &SigningKey {
        &self.keys[n]
    }

    /// What it publishes about itself.
    pub fn descriptor(&self) -> Descriptor {
        let draft = DescriptorDraft {
            server_name: self.name.clone(),
            endpoints: [(
                "send".to_owned(),
                "/_scaiwave/federation/v1/send".to_owned(),
            )]
            .into(),
            keys: self.records.clone(),
            recovery_key: self.recovery.as_ref().map(Sign::public_key),
            software_version: "test".to_owned(),
            updated_at: self.updated_at,
        };
        let public = self.key().public_key();
        draft.sign(&public, self.key()).expect("a sound descriptor")
    }

    /// One of its people, or itself as `_server`.
    pub fn user(&self, local: &str) -> Fqid {
        Fqid::parse(&format!("@{local}:{}", self.name)).expect("a participant")
    }

    /// The next event id and salt.
    pub(crate) fn fresh(&self) -> (EventId, [u8; 16]) {
        let n = self.made.fetch_add(1, Ordering::SeqCst);
        let mut random = SplitMix::new(self.seed.wrapping_add(n.wrapping_mul(0x0001_0000_0001)));
        (EventId::v7(START_MS + n, random.bytes()), random.bytes())
    }

    /// Any event of one of its people.
    pub fn event(&self, local: &str, kind: &str, content: Json) -> EventBuilder {
        EventBuilder::new(self, &self.user(local), kind, content)
    }

    /// `swp.room.message`
    pub fn message(&self, local: &str, body: &str) -> EventBuilder {
        self.event(local, kind::MESSAGE, text(body, vec![]))
    }

    /// `swp.room.message` that mentions these.
    pub fn mentioning(&self, local: &str, mentions: Vec<&str>) -> EventBuilder {
        self.event(local, kind::MESSAGE, text("hello", mentions))
    }

    /// `swp.room.edit`
    pub fn edit(&self, local: &str, target: EventId, body: &str) -> EventBuilder {
        let content = [
            ("event_id", (&target).into()),
            ("content", text(body, vec![])),
        ];
        self.event(local, kind::EDIT, Json::object(content))
    }

    /// `swp.room.reaction`
    pub fn reaction(&self, local: &str, target: EventId, emoji: &str, add: bool) -> EventBuilder {
        let content = Json::object([
            ("event_id", (&target).into()),
            ("emoji", emoji.into()),
            ("action", if add { "add" } else { "remove" }.into()),
        ]);
        self.event(local, kind::REACTION, content)
    }

    /// `swp.room.redaction`
    pub fn redaction(&self, local: &str, target: EventId) -> EventBuilder {
        self.event(
            local,
            kind::REDACTION,
            Json::object([("event_id", (&target).into())]),
        )
    }

    /// `swp.room.pin`
    pub fn pin(&self, local: &str, target: EventId, pinned: bool) -> EventBuilder {
        let content = [("event_id", (&target).into()), ("pinned", pinned.into())];
        self.event(local, kind::PIN, Json::object(content))
    }

    /// `swp.room.member`
    pub fn member(&self, local: &str, participant: &Fqid, to: Membership) -> EventBuilder {
        let content = [
            ("participant", participant.into()),
            ("membership", to.as_str().into()),
        ];
        self.event(local, kind::MEMBER, Json::object(content))
    }

    /// `swp.room.member` of oneself.
    pub fn own(&self, local: &str, to: Membership) -> EventBuilder {
        self.member(local, &self.user(local), to)
    }

    /// `swp.room.power`
    pub fn power(&self, local: &str, participant: &Fqid, level: u8) -> EventBuilder {
        let content = [("participant", participant.into()), ("level", level.into())];
        self.event(local, kind::POWER, Json::object(content))
    }

    /// `swp.room.settings`, from JSON text.
    pub fn settings(&self, local: &str, settings: &str) -> EventBuilder {
        self.event(local, kind::SETTINGS, json(settings))
    }

    /// `swp.room.state`
    pub fn state(&self, local: &str, life: RoomLife) -> EventBuilder {
        self.event(
            local,
            kind::STATE,
            Json::object([("state", life.as_str().into())]),
        )
    }

    /// `swp.call.start` or `swp.call.end`
    pub fn call(&self, local: &str, start: bool, call_id: &str) -> EventBuilder {
        let kind = if start {
            kind::CALL_START
        } else {
            kind::CALL_END
        };
        let content = [("call_id", call_id.into()), ("kind", "audio".into())];
        self.event(local, kind, Json::object(content))
    }

    /// `swp.room.server`: what this server, as a host, says of that one.
    pub fn record(&self, descriptor: &Descriptor, present: bool) -> EventBuilder {
        let content = Json::object([
            ("server", descriptor.server_name().into()),
            ("descriptor", descriptor.as_json().clone()),
            ("present", present.into()),
        ]);
        self.event("_server", kind::SERVER, content)
    }
}

fn text(body: &str, mentions: Vec<&str>) -> Json {
    Json::object([
        ("msgtype", "swp.text".into()),
        ("body", body.into()),
        ("mentions", mentions.into()),
    ])
}
