//! What the servers find around them: time, chance, a network, a disk that can stop.

mod chance;
mod gate;
mod network;
mod server;

pub(crate) use chance::{SharedChance, SimClock};
pub(crate) use gate::{Gate, Life, Stop};
pub(crate) use network::Network;
pub(crate) use server::{Incarnation, Server};
