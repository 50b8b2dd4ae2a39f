//! Rooms: making them, entering and leaving, who may do what.

pub(crate) mod access;
mod act;
mod create;
mod dm;
mod document;
mod doubled_dm;
mod federated;
mod get;
mod invite;
mod join;
mod list;
mod members;
mod outside;
mod settings;
mod uninvite;

pub use act::{ban, kick, leave, rename, set_life, set_power, set_topic, unban};
pub use create::{NewRoom, create};
pub use dm::dm;
pub(crate) use document::{core, name_in, name_of};
pub(crate) use doubled_dm::{Doubled, close_all_doubled, close_doubled, doubled};
pub use federated::{FederatedRoom, federated};
pub use get::get;
pub use invite::invite;
pub(crate) use join::enter;
pub use join::join;
pub use list::list;
pub use members::members;
pub use outside::{Outside, OutsidePerson, OutsideServer, outside, outside_for_admin};
pub use settings::{DENIED_SERVERS_MAX, RoomSettings, SETTABLE_LEVELS, set_settings, settings};
pub use uninvite::uninvite;
