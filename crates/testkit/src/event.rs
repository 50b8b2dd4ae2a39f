use scaiwave_protocol::event::{Draft, LogPoint};
use scaiwave_protocol::{Authentic, EventId, EventType, Fqid, Json, RoomId, SigningKey};

use crate::{START_MS, TestServer};

/// An event in the making. A room fills in what the test leaves open: room, `seen`, `origin_seq`.
#[derive(Clone, Debug)]
pub struct EventBuilder {
    key: SigningKey,
    event_id: EventId,
    salt: [u8; 16],
    sender: Fqid,
    kind: EventType,
    content: Json,
    room_id: Option<RoomId>,
    seen: Option<LogPoint>,
    origin_seq: Option<u64>,
}

impl EventBuilder {
    pub(crate) fn new(server: &TestServer, sender: &Fqid, kind: &str, content: Json) -> Self {
        let (event_id, salt) = server.fresh();
        EventBuilder {
            key: server.key().clone(),
            event_id,
            salt,
            sender: sender.clone(),
            kind: EventType::parse(kind).expect("an event type"),
            content,
            room_id: None,
            seen: None,
            origin_seq: None,
        }
    }

    /// Whose words they are.
    pub fn sender(&self) -> &Fqid {
        &self.sender
    }

    /// Its id.
    pub fn event_id(&self) -> EventId {
        self.event_id
    }

    /// With this id instead of a fresh one.
    #[must_use]
    pub fn id(mut self, id: EventId) -> Self {
        self.event_id = id;
        self
    }

    /// For this room.
    #[must_use]
    pub fn room(mut self, room_id: RoomId) -> Self {
        self.room_id.get_or_insert(room_id);
        self
    }

    /// Made when this was the last entry stored.
    #[must_use]
    pub fn seen(mut self, seen: LogPoint) -> Self {
        self.seen.get_or_insert(seen);
        self
    }

    /// With this number.
    #[must_use]
    pub fn origin_seq(mut self, origin_seq: u64) -> Self {
        self.origin_seq = Some(origin_seq);
        self
    }

    /// The number, if the test has chosen one.
    pub(crate) fn chosen_origin_seq(&self) -> Option<u64> {
        self.origin_seq
    }

    /// Signed with this key instead of the server's current one.
    #[must_use]
    pub fn signed_by(mut self, key: &SigningKey) -> Self {
        self.key = key.clone();
        self
    }

    /// With one more member in its content, or another value of one.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        if let Json::Obj(object) = &mut self.content {
            object.insert(name.to_owned(), value.into());
        }
        self
    }

    /// Without a member of its content.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        if let Json::Obj(object) = &mut self.content {
            object.remove(name);
        }
        self
    }

    /// Signs it.
    pub fn sign(self) -> Authentic {
        let draft = Draft {
            event_id: self.event_id,
            room_id: self.room_id,
            kind: self.kind,
            sender: self.sender,
            origin_ts: i64::try_from(START_MS).unwrap_or(0),
            origin_seq: self.origin_seq.unwrap_or(1),
            seen: self.seen,
            content: self.content,
            salt: self.salt,
        };
        draft.sign(&self.key).expect("an event of the right shape")
    }
}
