//! Invitations of our people: into rooms of ours and into rooms hosted elsewhere.

mod accept;
mod block;
mod clean;
mod decline;
mod list;
mod over;

pub use accept::accept;
pub(crate) use accept::accept_for;
pub use block::{BlockedPart, block};
pub use clean::{Spammer, clean};
pub use decline::decline;
pub use list::list;
pub(crate) use over::{declined_at, declined_here, drop_if_over, invited_at};
