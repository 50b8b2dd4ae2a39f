//! Finding what was said, in the rooms of whoever asks. Only what is stored here is looked at: no other
//! server is ever asked, whoever hosts the room.
//!
//! `query` reads what was typed, `find` is the use case, `rank` and `snippet` look at each message, and
//! `cursor` says where the next page begins.

mod cursor;
mod find;
mod query;
mod rank;
mod snippet;

pub use find::{PAGE_MAX, SearchHit, SearchPage, SearchRequest, search};
pub use query::{QUERY_BYTES_MAX, TERMS_MAX, day};
