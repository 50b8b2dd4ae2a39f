//! What a search finds. The words are the port's own, so that every backend finds the same: a message is
//! found by a term when its folded text contains the folded term, see [`Folded::find`].

mod fold;
mod searchable;
mod sieve;

use std::collections::BTreeSet;

use scaiwave_protocol::{EventId, Fqid, RoomId};

pub use fold::{Folded, fold, is_dense, is_edge, is_short};
pub use searchable::{SEARCHED_CHARS_MAX, Searchable, searchable};
pub use sieve::Sieve;

/// Something that a message has beside its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// An address that begins with `http://` or `https://`.
    Link,
    /// It speaks to somebody.
    Mention,
    /// It answers a message or stands in a thread.
    Reply,
    /// It refers to a file.
    File,
}

/// Where a message stands among all that a search may find: by the host's clock, then by room and seq, so
/// that the order is the same each time. Within a room it is the order of the log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The host's clock, ms since the Unix epoch.
    pub ts: u64,
    /// Which room.
    pub room_id: RoomId,
    /// Its seq.
    pub seq: u64,
}

/// The rooms in which is looked; nothing else is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchRooms {
    /// These.
    Named(Vec<RoomId>),
    /// All that somebody is in at the moment of the search. They need not be told one by one.
    JoinedBy(Fqid),
}

impl Default for SearchRooms {
    fn default() -> Self {
        SearchRooms::Named(Vec::new())
    }
}

/// What is looked for. Everything must hold; an empty query finds every message of the rooms.
#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    /// Where.
    pub rooms: SearchRooms,
    /// Folded; the text contains each of them.
    pub terms: Vec<Vec<char>>,
    /// Who said it.
    pub sender: Option<Fqid>,
    /// What it has.
    pub marks: BTreeSet<Mark>,
    /// The host's clock, inclusive (ms).
    pub since: Option<u64>,
    /// The host's clock, exclusive (ms).
    pub before: Option<u64>,
    /// Not newer than this place.
    pub newest: Option<Place>,
    /// Matches; the newest ones.
    pub limit: u32,
}

/// One message that was found, without its view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchRow {
    /// Where it stands.
    pub place: Place,
    /// Which event.
    pub event_id: EventId,
    /// Its text as it is now, see [`Searchable`].
    pub text: String,
    /// The same, folded.
    pub folded: Folded,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchFound {
    /// Newest first.
    pub rows: Vec<SearchRow>,
    /// The backend has looked at as much as it may: older messages may match, too.
    pub cut: bool,
}
