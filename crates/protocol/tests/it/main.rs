//! What this crate promises, tested from outside.

#![expect(clippy::unwrap_used, reason = "a test may stop with a panic")]

#[path = "../../examples/generate_vectors/make.rs"]
mod make;

mod content;
mod descriptor;
mod doc;
mod ed25519;
mod ids;
mod independent;
mod known_keys;
mod limits;
mod ours;
mod properties;
mod request;
mod strict_json;
mod support;
mod wire;
