//! Rooms: making them, entering and leaving, who may do what.

pub(crate) mod access;
mod act;
mod create;
mod dm;
mod document;
mod federated;
mod get;
mod invite;
mod join;
mod list;
mod members;
mod outside;

pub use act::{ban, kick, leave, rename, set_life, set_power, set_topic, unban};
pub use create::{NewRoom, create};
pub use dm::dm;
pub(crate) use document::{name_in, name_of};
pub use federated::{FederatedRoom, federated};
pub use get::get;
pub use invite::invite;
pub(crate) use join::enter;
pub use join::join;
pub use list::list;
pub use members::members;
pub use outside::{Outside, OutsidePerson, OutsideServer, outside, outside_for_admin};
