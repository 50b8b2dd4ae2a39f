//! Rooms: making them, entering and leaving, who may do what.

pub(crate) mod access;
mod act;
mod create;
mod dm;
mod document;
mod get;
mod invite;
mod join;
mod list;
mod members;

pub use act::{ban, kick, leave, rename, set_life, set_power, set_topic, unban};
pub use create::{NewRoom, create};
pub use dm::dm;
pub(crate) use document::name_of;
pub use get::get;
pub use invite::invite;
pub(crate) use join::enter;
pub use join::join;
pub use list::list;
pub use members::members;
