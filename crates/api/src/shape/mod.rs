//! What clients see: the JSON forms of the engine's views. Each is borrowed from its view and written
//! straight to bytes.

mod account;
mod event;
mod frame;
mod inbox;
mod invitation;
mod member;
mod outside;
mod participant;
mod room;
pub(crate) mod time;

pub(crate) use account::{AccountJson, role_word};
pub(crate) use event::EventJson;
pub(crate) use frame::{FrameJson, FrameParts, encode_frame};
pub(crate) use inbox::InboxJson;
pub(crate) use invitation::InvitationJson;
pub(crate) use member::MemberJson;
pub(crate) use outside::OutsideJson;
pub(crate) use participant::{ParticipantJson, SenderJson};
pub(crate) use room::{RoomJson, RoomListJson, encode_listed, mode_word};
pub(crate) use time::Time;
