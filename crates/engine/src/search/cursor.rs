use std::fmt;

use scaiwave_protocol::RoomId;
use scaiwave_protocol::limits::INTEGER_MAX;
use scaiwave_store::search::Place;

use crate::{ClientCode, Denial};

/// Where a search goes on: within a window of matches that are ranked among each other, or at the beginning
/// of the next, older one. What is said meanwhile is newer than the window and does not move it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The newest match of the window.
    pub(super) newest: Place,
    /// The rest of a window that was shown in part.
    pub(super) rest: Option<Rest>,
}

/// What of a window is still to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rest {
    /// The oldest match of the window.
    pub(super) oldest: Place,
    /// The score of the last hit that was shown.
    pub(super) score: u32,
    /// Its place.
    pub(super) last: Place,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |f: &mut fmt::Formatter<'_>, place: &Place| {
            write!(f, "{}.{}.{}", place.ts, place.seq, place.room_id)
        };
        place(f, &self.newest)?;
        if let Some(Rest {
            oldest,
            score,
            last,
        }) = &self.rest
        {
            write!(f, "~{score}~")?;
            place(f, oldest)?;
            write!(f, "~")?;
            place(f, last)?;
        }
        Ok(())
    }
}

impl Cursor {
    /// Reads what a client gives back.
    pub(super) fn parse(text: &str) -> Result<Self, Denial> {
        let wrong = || {
            ClientCode::BadRequest
                .because("is not a cursor of this server")
                .at("cursor")
        };
        let parts: Vec<&str> = text.split('~').collect();
        let read = match parts.as_slice() {
            [newest] => place(newest).map(|newest| Cursor { newest, rest: None }),
            [newest, score, oldest, last] => rest(newest, score, oldest, last),
            _ => None,
        };
        // Written again it is the same: there is one form only.
        read.filter(|cursor| cursor.to_string() == text)
            .ok_or_else(wrong)
    }
}

fn rest(newest: &str, score: &str, oldest: &str, last: &str) -> Option<Cursor> {
    let rest = Rest {
        oldest: place(oldest)?,
        score: score.parse().ok()?,
        last: place(last)?,
    };
    let newest = place(newest)?;
    Some(Cursor {
        newest,
        rest: Some(rest),
    })
}

fn place(text: &str) -> Option<Place> {
    let number = |text: &str| {
        let number: u64 = text.parse().ok()?;
        (number <= INTEGER_MAX.unsigned_abs()).then_some(number)
    };
    let mut parts = text.splitn(3, '.');
    Some(Place {
        ts: number(parts.next()?)?,
        seq: number(parts.next()?)?,
        room_id: RoomId::parse(parts.next()?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: &str = "room-abcdefghijklmnopqrstuvwxyz234567";

    #[test]
    fn cursors_are_ours_or_refused() {
        let beginning = format!("17.3.{ROOM}");
        let within = format!("17.3.{ROOM}~12~9.1.{ROOM}~11.2.{ROOM}");
        for text in [&beginning, &within] {
            let cursor = Cursor::parse(text).expect("one of ours");
            assert_eq!(&cursor.to_string(), text);
        }
        for text in [
            String::new(),
            "17".to_owned(),
            "17.3.room-x".to_owned(),
            format!("+17.3.{ROOM}"),
            format!("017.3.{ROOM}"),
            format!("9007199254740992.3.{ROOM}"),
            format!("17.3.{ROOM}~12"),
            format!("17.3.{ROOM}~-1~9.1.{ROOM}~11.2.{ROOM}"),
            format!("{within}~"),
        ] {
            let denial = Cursor::parse(&text).expect_err("not one of ours");
            assert_eq!(denial.field, Some("cursor"), "{text}");
        }
    }
}
