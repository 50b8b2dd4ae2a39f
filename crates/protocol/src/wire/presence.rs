use std::fmt;

use crate::json::Malformed;

/// Whether somebody is there, as others see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// Not there, or not willing to say so.
    #[default]
    Offline,
    /// There.
    Online,
    /// There, but away from the keyboard.
    Idle,
    /// There, and not to be disturbed.
    Busy,
}

impl Presence {
    /// As it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Presence::Offline => "offline",
            Presence::Online => "online",
            Presence::Idle => "idle",
            Presence::Busy => "busy",
        }
    }

    /// One of the four.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        [Self::Offline, Self::Online, Self::Idle, Self::Busy]
            .into_iter()
            .find(|presence| presence.as_str() == text)
            .ok_or_else(|| Malformed::new("presence is one of online, idle, busy, offline"))
    }
}

impl fmt::Display for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
