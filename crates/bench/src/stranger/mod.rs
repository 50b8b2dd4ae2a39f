//! What strangers can do to a server: poison among honest events, and a peer that wants to hurt.

mod hostile;
mod peer;
mod poison;

pub(crate) use hostile::Args as HostileArgs;
pub(crate) use hostile::run as hostile;
pub(crate) use poison::Args as PoisonArgs;
pub(crate) use poison::run as poison;
