//! What must hold: after every step (`ledger.rs`), and once everything has healed (`healed/`).

mod healed;
mod ledger;
mod log;
mod watch;

pub(crate) use healed::Town;
pub(crate) use ledger::{Known, Ledger};
pub(crate) use watch::Watchers;
