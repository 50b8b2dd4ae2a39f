//! Invitations of our people: into rooms of ours and into rooms hosted elsewhere.

mod accept;
mod decline;
mod list;

pub use accept::accept;
pub(crate) use accept::accept_for;
pub use decline::decline;
pub use list::list;
