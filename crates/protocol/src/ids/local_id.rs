use std::sync::Arc;

use crate::ids::text_id;
use crate::json::Malformed;
use crate::limits::LOCAL_ID_CHARS_MAX;

/// The part of a participant's name that its own server gives out.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(Arc<str>);

text_id!(LocalId);

impl LocalId {
    /// The sender of control events; never a participant (protocol section 1).
    pub const SERVER: &str = "_server";

    /// Parses `[a-z0-9][a-z0-9._-]{0,63}`.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut bytes = text.bytes();
        let first = bytes
            .next()
            .is_some_and(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9'));
        let rest = bytes.all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'));
        if first && rest && text.len() <= LOCAL_ID_CHARS_MAX {
            return Ok(LocalId(text.into()));
        }
        Err(Malformed::new(
            "a local id must be 1–64 of a–z, 0–9, `.`, `_` and `-`, beginning with a letter or digit",
        ))
    }
}
