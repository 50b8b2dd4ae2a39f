//! What clients say on the socket. Whatever else comes is ignored, so that newer clients can talk to
//! older servers.

use scaiwave_protocol::RoomId;
use serde::Deserialize;

/// A message of a client that means something.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    Typing(RoomId, bool),
    Ping,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Inbound {
    Typing { room_id: RoomId, typing: bool },
    Ping,
}

pub(super) fn read(text: &str) -> Option<Said> {
    match serde_json::from_str(text).ok()? {
        Inbound::Typing { room_id, typing } => Some(Said::Typing(room_id, typing)),
        Inbound::Ping => Some(Said::Ping),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_ignored() {
        let room = "room-abcdefghijklmnopqrstuvwxyz234567";
        let typing = |typing| Some(Said::Typing(RoomId::parse(room).expect("an id"), typing));
        let cases = [
            (
                format!(r#"{{"type":"typing","room_id":"{room}","typing":true}}"#),
                typing(true),
            ),
            (
                format!(r#"{{"typing":false,"room_id":"{room}","type":"typing"}}"#),
                typing(false),
            ),
            (r#"{"type":"ping"}"#.into(), Some(Said::Ping)),
            (r#"{"type":"ping","more":1}"#.into(), Some(Said::Ping)),
            (
                r#"{"type":"typing","room_id":"room-x","typing":true}"#.into(),
                None,
            ),
            (r#"{"type":"typing"}"#.into(), None),
            (r#"{"type":"dance"}"#.into(), None),
            ("[1]".into(), None),
            ("".into(), None),
            ("ping".into(), None),
            ("[".repeat(60_000), None),
        ];
        for (text, expected) in cases {
            assert_eq!(read(&text), expected, "{}", &text[..text.len().min(80)]);
        }
    }
}
