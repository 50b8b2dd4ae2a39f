//! The room as a pure state machine: one log, one writer, one fold (protocol sections 3 and 4).
//!
//! The host calls [`sequence`] for each event that somebody wants in; a follower calls [`follow`] for
//! what the host has sequenced. Both judge by the same [`authorize`] and both apply the same effects, so
//! their [`RoomState`]s are equal at every seq. No clock, no randomness, no storage: time is an argument,
//! and what a rule needs of older events comes in [`KnownEvents`].

#![warn(clippy::wildcard_enum_match_arm, missing_docs)]

mod accepted;
mod consequences;
mod core_document;
mod delta;
mod effects;
mod follow;
mod history;
mod host_checks;
mod keys;
mod known;
mod lineage;
mod log_check;
mod reigns;
mod rejection;
mod rules;
mod sequence;
mod snapshot_state;
mod state;
mod testimony;

pub use accepted::{Accepted, Verdict};
pub use consequences::{evictions, is_behind, lost_servers, presence_before, revokes_more};
pub use delta::Delta;
pub use follow::{Candidate, Line, follow};
pub use history::{Seam, check_page, follow_again, void_repeated};
pub use host_checks::{HostLimits, check_as_host, check_foreign_capacity};
pub use keys::KeyHints;
pub use known::{KnownEvent, KnownEvents, Target};
pub use lineage::{LineageFault, OwnKeys, check_lineage};
pub use log_check::LogCheck;
pub use reigns::Reigns;
pub use rejection::Rejection;
pub use rules::authorize;
pub use rules::membership;
pub use rules::table;
pub use sequence::{Sequenced, sequence};
pub use state::{Member, RoomState, ServerInRoom};
pub use testimony::attested;
