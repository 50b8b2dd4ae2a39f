//! What people see as it happens: frames, the ring that live sessions read, sync, the inbox.
//!
//! The store holds the truth; the ring holds the newest frames, each encoded once. A session that falls
//! behind the ring is closed and catches up from the store.

mod frame;
mod hub;
mod inbox;
mod presence;
mod publish;
mod replay;
mod session;
mod sync;
mod typing;

/// Bytes of what people have written that whoever comes back is told at once, as in a page of a timeline; of what has
/// changed since then there may be hundreds of megabytes. The rest follows when this has been taken.
const CATCH_UP_BYTES_MAX: usize = 1024 * 1024;

pub use frame::{Frame, FrameBody};
pub use hub::Hub;
pub use inbox::inbox;
pub use presence::{PresenceView, choose as choose_presence, chosen as chosen_presence, presence};
pub(crate) use presence::{Presences, heard as heard_presence, keep as keep_presence};
pub(crate) use publish::{Outgoing, commit_and_publish};
pub use session::{Session, SessionEnd};
pub use sync::{SyncPage, sync};
pub use typing::typing;
pub(crate) use typing::{Writing, show_typing};
