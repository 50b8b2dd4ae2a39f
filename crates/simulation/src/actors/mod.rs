//! People who do random things, and the record of what they were told.

mod act;
mod choose;
mod history;

pub(crate) use act::Act;
pub(crate) use choose::choose;
pub(crate) use history::{History, Send, Told};
