use std::fmt;

use uuid::Uuid;

use crate::ids::text_form;
use crate::json::Malformed;

/// A UUID, lower-case and hyphenated. We make version 7; any version is accepted from peers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(Uuid);

text_form!(EventId);

impl EventId {
    /// Parses the one accepted spelling.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let canonical = text.len() == 36 && !text.bytes().any(|b| b.is_ascii_uppercase());
        match Uuid::try_parse(text) {
            Ok(uuid) if canonical => Ok(EventId(uuid)),
            _ => Err(Malformed::new(
                "an event id must be a UUID, lower-case and hyphenated",
            )),
        }
    }

    /// A version 7 UUID (RFC 9562 section 5.7) from a time in ms and randomness.
    pub fn v7(unix_ms: u64, random: [u8; 10]) -> Self {
        EventId(uuid::Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid())
    }

    /// The text, without an allocation.
    pub(crate) fn hyphenated(self, buffer: &mut [u8; 36]) -> &str {
        self.0.as_hyphenated().encode_lower(buffer)
    }

    /// The 16 bytes.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }

    /// From the 16 bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        EventId(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
