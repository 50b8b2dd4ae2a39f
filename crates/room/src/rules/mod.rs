//! What may happen in a room: one pure function over tables (protocol section 3).

mod authorize;
pub mod membership;
mod power;
pub mod table;
mod targets;
mod transfer;

pub use authorize::authorize;
