//! A server that does anything: it builds what no honest code can build, and signs it all the same.
//!
//! - [`Unsigned`] is a request before it is signed; [`Raw`] one that has been, to be spoilt on its way;
//!   [`HEADER_FAULTS`] are the ways in which its headers can be wrong.
//! - [`edit`] changes JSON by path; [`forge`] signs what came of it: events, descriptors, checkpoints,
//!   snapshots, whatever they hold.
//! - [`Host`] hosts a room as it should, so that a test can say in which one place it does not.

pub mod edit;
pub mod forge;
mod headers;
mod host;
mod request;

pub use headers::{HEADER_FAULTS, HeaderFault};
pub use host::Host;
pub use request::{Raw, Unsigned};
