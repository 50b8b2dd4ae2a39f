//! What the content of each known type must hold (protocol section 3, the table).
//!
//! Unknown members are kept in the event and ignored here.

mod message;
mod room;

pub use message::{Edit, Media, Mention, Message, Reaction, Redaction};
pub use room::{
    Call, Create, History, Member, Membership, Pin, Power, RoomLife, RoomType, ServerPresence,
    Settings, State, Transfer,
};

use crate::ids::EventType;
use crate::json::{Json, Malformed};

/// The first event of a room.
pub const CREATE: &str = "swp.room.create";
/// A server comes, changes its keys, or goes.
pub const SERVER: &str = "swp.room.server";
/// A participant's membership.
pub const MEMBER: &str = "swp.room.member";
/// The room's name.
pub const NAME: &str = "swp.room.name";
/// The room's topic.
pub const TOPIC: &str = "swp.room.topic";
/// A participant's power level.
pub const POWER: &str = "swp.room.power";
/// The room's settings.
pub const SETTINGS: &str = "swp.room.settings";
/// Open, archived or closed.
pub const STATE: &str = "swp.room.state";
/// A message.
pub const MESSAGE: &str = "swp.room.message";
/// A new content for an own message.
pub const EDIT: &str = "swp.room.edit";
/// An emoji on a message, put or taken.
pub const REACTION: &str = "swp.room.reaction";
/// Takes a message, edit or reaction away.
pub const REDACTION: &str = "swp.room.redaction";
/// Pins or unpins a message.
pub const PIN: &str = "swp.room.pin";
/// A call begins.
pub const CALL_START: &str = "swp.call.start";
/// A call ends.
pub const CALL_END: &str = "swp.call.end";
/// The room gets another host.
pub const TRANSFER: &str = "swp.room.transfer";

/// Only these can lose their content (protocol section 3).
pub fn is_erasable(kind: &str) -> bool {
    matches!(kind, MESSAGE | EDIT | REACTION)
}

/// Content that fits its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// `swp.room.create`
    Create(Create),
    /// `swp.room.server`
    Server(Box<ServerPresence>),
    /// `swp.room.member`
    Member(Member),
    /// `swp.room.name`
    Name(String),
    /// `swp.room.topic`
    Topic(String),
    /// `swp.room.power`
    Power(Power),
    /// `swp.room.settings`
    Settings(Settings),
    /// `swp.room.state`
    State(State),
    /// `swp.room.message`
    Message(Message),
    /// `swp.room.edit`
    Edit(Edit),
    /// `swp.room.reaction`
    Reaction(Reaction),
    /// `swp.room.redaction`
    Redaction(Redaction),
    /// `swp.room.pin`
    Pin(Pin),
    /// `swp.call.start`
    CallStart(Call),
    /// `swp.call.end`
    CallEnd(Call),
    /// `swp.room.transfer`
    Transfer(Transfer),
    /// A type that this version does not know: carried, shown as unsupported.
    Unknown,
}

impl Content {
    /// Reads content as its type demands.
    pub fn parse(kind: &EventType, content: &Json) -> Result<Self, Malformed> {
        let json = content.clone();
        Ok(match kind.as_str() {
            CREATE => Content::Create(Create::parse(json)?),
            SERVER => Content::Server(Box::new(ServerPresence::parse(json)?)),
            MEMBER => Content::Member(Member::parse(json)?),
            NAME => Content::Name(room::text("name", json)?),
            TOPIC => Content::Topic(room::text("topic", json)?),
            POWER => Content::Power(Power::parse(json)?),
            SETTINGS => Content::Settings(Settings::parse(json)?),
            STATE => Content::State(State::parse(json)?),
            MESSAGE => Content::Message(Message::parse(json)?),
            EDIT => Content::Edit(Edit::parse(json)?),
            REACTION => Content::Reaction(Reaction::parse(json)?),
            REDACTION => Content::Redaction(Redaction::parse(json)?),
            PIN => Content::Pin(Pin::parse(json)?),
            CALL_START => Content::CallStart(Call::parse(json)?),
            CALL_END => Content::CallEnd(Call::parse(json)?),
            TRANSFER => Content::Transfer(Transfer::parse(json)?),
            _ => Content::Unknown,
        })
    }
}
