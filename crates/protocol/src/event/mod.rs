//! Events: made and signed by their origin, never changed (protocol section 3).

pub mod content;
mod draft;
mod header;
mod received;

use crate::binary::Hash;
use crate::ids::{EventId, EventType, Fqid, RoomId, ServerName};
use crate::json::{Json, Malformed};
use crate::keys::Sig;

pub use content::Content;
pub use draft::Draft;
pub use header::{Header, LogPoint};
pub use received::{Authentic, Proof, Received};

/// The domain tag of event signatures.
const DOMAIN: &str = "swp-event-v1\n";

/// An event, full or erased. Immutable but for its erasure, which leaves header, signature and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    header: Header,
    body: Body,
    sig: Sig,
    hash: Hash,
}

/// What erasure takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Body {
    Full { content: Json, salt: [u8; 16] },
    Erased,
}

impl Event {
    fn assemble(header: Header, body: Body, sig: Sig) -> Self {
        let hash = header.event_hash(&sig);
        Event {
            header,
            body,
            sig,
            hash,
        }
    }

    /// Reads an event that our own store kept. It was authenticated before it was stored.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, Malformed> {
        Received::parse(crate::json::parse(bytes)?).map(Received::into_event)
    }

    /// The signed part.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The event's id, unique within its room.
    pub fn id(&self) -> EventId {
        self.header.event_id
    }

    /// The type.
    pub fn kind(&self) -> &EventType {
        &self.header.kind
    }

    /// Who made it.
    pub fn sender(&self) -> &Fqid {
        &self.header.sender
    }

    /// The server that signed it: the one in the sender's name.
    pub fn origin(&self) -> &ServerName {
        self.header.sender.server()
    }

    /// The room. A genesis event names none: it begins the room that bears its hash.
    pub fn room_id(&self) -> RoomId {
        self.header
            .room_id
            .clone()
            .unwrap_or_else(|| RoomId::of_genesis(&self.hash))
    }

    /// `event_hash` (protocol section 3).
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The signature.
    pub fn sig(&self) -> &Sig {
        &self.sig
    }

    /// The content, unless it has been erased.
    pub fn content(&self) -> Option<&Json> {
        match &self.body {
            Body::Full { content, .. } => Some(content),
            Body::Erased => None,
        }
    }

    /// Whether content and salt are gone.
    pub fn is_erased(&self) -> bool {
        matches!(self.body, Body::Erased)
    }

    /// The same event without content and salt; its signature and hash stay verifiable.
    pub fn erased(&self) -> Event {
        Event {
            header: self.header.clone(),
            body: Body::Erased,
            sig: self.sig,
            hash: self.hash,
        }
    }

    /// As it stands on the wire.
    pub fn to_json(&self) -> Json {
        let Json::Obj(mut object) = self.header.to_json() else {
            return Json::Null;
        };
        object.insert("sig".to_owned(), self.sig.to_json());
        if let Body::Full { content, salt } = &self.body {
            object.remove("content_hash");
            object.insert("content".to_owned(), content.clone());
            object.insert("salt".to_owned(), crate::binary::encode(salt).into());
        }
        Json::Obj(object)
    }

    /// The canonical bytes of the whole event: what is stored and sent.
    pub fn canonical(&self) -> Vec<u8> {
        match &self.body {
            Body::Full { content, salt } => self.header.full_bytes(content, salt, &self.sig),
            Body::Erased => self.header.bytes_with_sig(&self.sig),
        }
    }
}
