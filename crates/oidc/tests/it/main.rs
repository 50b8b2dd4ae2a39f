//! A provider that says whatever a test wants, and what comes of it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends by a panic"
)]

mod fake;
mod provider;
mod tokens;
