//! Bodies that servers exchange (protocol section 5).

pub mod backfill;
pub mod error;
pub mod item;
pub mod members;
pub mod path;
pub mod presence;
pub mod profile;
pub mod result;

pub use backfill::Backfill;
pub use item::{Card, Ephemeral, Item};
pub use members::MemberLine;
pub use presence::Presence;
pub use profile::Profile;
pub use result::ItemResult;
