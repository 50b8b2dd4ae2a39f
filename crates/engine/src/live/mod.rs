//! What people see as it happens: frames, the ring that live sessions read, sync, the inbox.
//!
//! The store holds the truth; the ring holds the newest frames, each encoded once. A session that falls
//! behind the ring is closed and catches up from the store.

mod frame;
mod hub;
mod inbox;
mod publish;
mod replay;
mod session;
mod sync;
mod typing;

pub use frame::{Frame, FrameBody};
pub use hub::Hub;
pub use inbox::inbox;
pub(crate) use publish::{Outgoing, commit_and_publish};
pub use session::{Session, SessionEnd};
pub use sync::{SyncPage, sync};
pub(crate) use typing::show_typing;
pub use typing::typing;
