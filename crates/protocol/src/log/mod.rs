//! The room log that the host makes: entries, chain, checkpoints, snapshots (protocol section 4).

mod checkpoint;
mod entry;
mod snapshot;
mod transfer;

pub use checkpoint::Checkpoint;
pub use entry::{Entry, chain_link};
pub use snapshot::Snapshot;
pub use transfer::TransferConsent;
