use std::sync::Arc;

use data_encoding::BASE32_NOPAD;

use crate::binary::Hash;
use crate::ids::text_id;
use crate::json::Malformed;

const PREFIX: &str = "room-";
/// Base32 characters of 20 bytes.
const DIGITS: usize = 32;

/// `room-` and the base32 of the genesis event's hash: bound to its host and creator for good.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomId(Arc<str>);

text_id!(RoomId);

impl RoomId {
    /// The id of the room that this genesis event begins (protocol section 1).
    pub fn of_genesis(event_hash: &Hash) -> Self {
        let digits = BASE32_NOPAD
            .encode(&event_hash.0[..20])
            .to_ascii_lowercase();
        RoomId(format!("{PREFIX}{digits}").into())
    }

    /// Parses the form; whether a room of that id exists is another question.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let digits = text.strip_prefix(PREFIX).unwrap_or_default();
        if digits.len() == DIGITS
            && digits
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
        {
            return Ok(RoomId(text.into()));
        }
        Err(Malformed::new(
            "a room id must be `room-` and 32 of a–z and 2–7",
        ))
    }
}
