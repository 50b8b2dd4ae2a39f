//! What strangers can do to a server: poison among honest events, and a peer that wants to hurt.

mod hostile;
pub(crate) mod peer;
mod poison;
mod scene;

pub(crate) use hostile::Args as HostileArgs;
pub(crate) use poison::Args as PoisonArgs;
