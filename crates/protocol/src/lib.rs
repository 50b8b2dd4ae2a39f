//! What servers say to each other, and how it is proven.
//!
//! Everything here is a pure function of its arguments: no async, no clock, no randomness, no storage.
//! The normative text is `docs/protocol.md`; each module names the section that it implements.
//!
//! Progress is a type. Bytes become a [`event::Received`] when they have the shape of an event, and an
//! [`event::Authentic`] only through a signature check (or by our own signing). What the room's rules
//! accept is a type of the `room` crate, and storage takes nothing less.

pub mod binary;
pub mod code;
pub mod descriptor;
pub mod event;
pub mod ids;
pub mod json;
pub mod keys;
pub mod limits;
pub mod log;
pub mod request;
pub mod wire;

pub use binary::Hash;
pub use code::{Code, Refusal};
pub use event::{Authentic, Content, Event, Received};
pub use ids::{EventId, EventType, Fqid, LocalId, RoomId, ServerName};
pub use json::{Json, Malformed, Object};
pub use keys::{KeyId, PublicKey, Sig, Sign, SigningKey};
