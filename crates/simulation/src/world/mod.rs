//! What the servers find around them: time, chance, a network, a disk that can stop.

mod chance;
mod clock;
mod gate;
mod made;
mod network;
mod server;

pub(crate) use chance::SharedChance;
pub(crate) use clock::SimClock;
pub(crate) use gate::{Gate, Life, Stop, Writes};
pub(crate) use made::Made;
pub(crate) use network::Network;
pub(crate) use server::{Incarnation, Server};
