//! Many servers under one seed, with faults and checkers.
//!
//! What runs is the real thing: engine, inbound pipeline, client, outbound batches, and SQLite in
//! memory. What is made up is the world around it (`world/`): clocks, randomness, the network between
//! the servers, and the moment at which a process dies. People who do random things are in `actors/`,
//! what must hold all the time and at the end is in `check/`, and `run.rs` plays one seed. In one seed of
//! three one of the servers is a cheat (`byzantine/`).
//!
//! One thread, and tokio's time standing still: a step ends when nobody has anything left to do, so the
//! order of everything follows from the seed. The same seed gives the same trace.

mod actors;
mod byzantine;
mod check;
mod plan;
mod run;
mod stage;
mod trace;
mod world;

pub use plan::Plan;
pub use run::{Report, play_twice, run};
