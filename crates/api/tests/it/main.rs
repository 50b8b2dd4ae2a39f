//! The client edge: without a tenant behind it, and with real ones that talk to each other.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends by a panic"
)]

mod accounts;
mod admin;
mod bad_input;
#[path = "../../../federation/tests/it/dying.rs"]
mod dying;
mod everyday;
mod fresh;
mod incognito;
mod isolation;
mod keyed;
mod landlord;
mod live;
mod openapi;
mod outside;
mod quotas;
mod search;
mod seen;
#[path = "../../../federation/tests/it/town.rs"]
mod town;
#[path = "../../../federation/tests/it/world.rs"]
mod world;
