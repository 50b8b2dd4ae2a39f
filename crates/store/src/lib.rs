//! The storage port: what is kept, how it is read, and the one way in which it is changed.
//!
//! Reads are plain questions about one tenant. Writing is data: a use case reads, decides, and hands
//! over a [`Commit`]; the backend applies it in one transaction, with everything else that is waiting,
//! and answers when it is on disk. No rule lives here, and no query exists without a tenant.

mod change;
mod commit;
pub mod contract;
mod error;
mod read;
pub mod record;
pub mod search;
mod server_store;
mod stamps;

pub use change::Change;
pub use commit::{Commit, Expectation, Receipt};
pub use error::{CommitError, StoreError};
pub use read::{AuditFilter, Direction, RejectionFilter, TenantStore, TimelineQuery};
pub use server_store::ServerStore;
pub use stamps::{LineSpot, LineStamp, RoomsStamp, Stamps};
