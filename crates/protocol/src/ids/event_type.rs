use std::sync::Arc;

use crate::ids::text_id;
use crate::json::Malformed;
use crate::limits::EVENT_TYPE_CHARS_MAX;

/// The type of an event. Unknown types are carried; they are only not understood.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventType(Arc<str>);

text_id!(EventType);

impl EventType {
    /// Parses `[a-z0-9._-]{1,128}`.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let letters = text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'));
        if letters && (1..=EVENT_TYPE_CHARS_MAX).contains(&text.len()) {
            return Ok(EventType(text.into()));
        }
        Err(Malformed::new(
            "an event type must be 1–128 of a–z, 0–9, `.`, `_` and `-`",
        ))
    }
}
