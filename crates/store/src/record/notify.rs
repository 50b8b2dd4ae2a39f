use std::str::FromStr;

use scaiwave_protocol::{Fqid, Malformed, RoomId};

/// What somebody wants to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationMode {
    /// Every message.
    All,
    /// What is said to them.
    Mentions,
    /// Nothing but their keywords.
    None,
}

impl NotificationMode {
    /// As clients spell it, and as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            NotificationMode::All => "all",
            NotificationMode::Mentions => "mentions",
            NotificationMode::None => "none",
        }
    }
}

impl FromStr for NotificationMode {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        [Self::All, Self::Mentions, Self::None]
            .into_iter()
            .find(|mode| mode.as_str() == text)
            .ok_or_else(|| Malformed::new("a mode is one of all, mentions, none"))
    }
}

/// What a participant has settled for themselves, on all their devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreferencesRow {
    /// Whose.
    pub participant: Fqid,
    /// What the engine acts upon, in canonical JSON.
    pub notify: Vec<u8>,
    /// What clients keep for themselves: an object, in canonical JSON.
    pub client: Vec<u8>,
}

/// What a participant wants to hear of one room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomChoiceRow {
    /// Whose.
    pub participant: Fqid,
    /// Of which room.
    pub room_id: RoomId,
    /// None: what they want to hear of rooms in general.
    pub mode: Option<NotificationMode>,
    /// Until then (ms) the room makes no sound; none when it is not muted.
    pub muted_until: Option<u64>,
}
