//! Reports: a message that somebody wants a room's moderators to look at.
//!
//! A report stands at the room's host, before the moderators (power 50) who are its own people, and before
//! its admins. It says from which server it came and never from whom. Moderators elsewhere do not see it:
//! the protocol has no item that would bring it to them.

mod list;
mod report;
mod resolve;
mod stand;

pub use list::list;
pub use report::{CATEGORIES, report};
pub use resolve::resolve;
pub(crate) use stand::{NotTaken, stand};

/// Characters of the reporter's own words.
pub const TEXT_CHARS_MAX: usize = 1000;
/// Open reports about one room; more than a moderator will read.
pub const OPEN_MAX: usize = 500;
/// Open reports about one room from one server: nobody fills the list for everybody else.
pub const OPEN_PER_SERVER_MAX: usize = 50;
/// The power from which on somebody moderates.
const MODERATOR_LEVEL: u8 = 50;
