//! Requests that come under a key of the client's own: each is done once, however often it is asked.
//!
//! Before a request runs, a row says that it was begun; when it was answered, the row has the answer. The row
//! is the truth, also for the next process; beside it stands only what runs at this moment.

mod begin;
mod key;
mod running;
mod settle;
mod sweep;

use std::time::Duration;

pub use begin::{Answered, Begun, begin};
pub use key::{KEY_BYTES_MAX, RequestKey};
pub(crate) use running::Running;
pub use settle::First;
pub(crate) use sweep::sweep;

/// For how long a key stands for the request that first came with it: a client that was offline overnight asks
/// again in the morning.
pub const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Since when (ms) what was begun still counts.
fn kept_since(now_ms: u64) -> u64 {
    (now_ms + 1).saturating_sub(KEPT_FOR.as_millis() as u64)
}
