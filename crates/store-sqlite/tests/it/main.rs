//! The contract on both kinds of SQLite store, and what only this backend promises.

// A test may stop with a panic: that is how a test fails. Helpers beside the tests as well.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bounds;
mod contract;
mod damage;
#[cfg(target_os = "linux")]
mod failed_sync;
mod files;
mod groups;
