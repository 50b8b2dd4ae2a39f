//! Builders, a fake clock and seeded randomness for tests.
//!
//! Everything is deterministic: a server is its name and a seed, an event its place in the order of
//! making. Whatever a test did not mean to go wrong panics.

mod clock;
mod event;
mod follower;
pub mod hostile;
mod json;
mod random;
mod room;
mod server;

pub use clock::FakeClock;
pub use event::EventBuilder;
pub use follower::Follower;
pub use json::json;
pub use random::SplitMix;
pub use room::TestRoom;
pub use server::{KEY_LIFE_MS, TestServer};

/// When every test begins: 2026-05-28T20:26:40Z in ms since the Unix epoch.
pub const START_MS: u64 = 1_780_000_000_000;
