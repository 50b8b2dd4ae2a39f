//! The room from outside: every rule on both sides of its edge, and properties of random histories.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops with a panic: that is how it fails"
)]

#[path = "../../examples/generate_vectors/make.rs"]
mod make;

mod consequences;
mod doc;
mod effects;
mod follow;
mod history;
mod host_checks;
mod keys;
mod lineage;
mod membership;
mod model;
mod numbering;
mod power;
mod properties;
mod property_tests;
mod scene;
mod snapshot;
mod targets;
mod testimony;
mod transfer;
