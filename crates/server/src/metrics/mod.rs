//! What this process counts, for Prometheus: on a listener of its own, or not at all.
//!
//! Labels are words of this program (routes, codes) and names of servers, never more than [`PEERS_MAX`] of
//! them. No room, person, message or token stands in a label, and no tenant: there may be thousands.
//!
//! What happens is counted where it happens (`requests.rs`, `writes.rs`); what is only a level is read when
//! somebody asks (`levels.rs`, `process.rs`).

mod levels;
mod listener;
mod process;
mod requests;
mod writes;

use std::fmt;
use std::sync::Arc;

use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use levels::Levels;
use requests::Requests;
use writes::Writes;

pub(crate) use levels::Sources;
pub(crate) use listener::{limits, router};
pub(crate) use requests::count;

/// Servers with lines of their own, those with most waiting first; the others are one line together.
const PEERS_MAX: usize = 200;

/// All of it.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Requests,
    writes: Arc<Writes>,
    levels: Levels,
    /// Held while levels are read and written down, so that one scrape does not change another's.
    asked: tokio::sync::Mutex<()>,
}

impl Metrics {
    pub(crate) fn new() -> Arc<Self> {
        let mut registry = Registry::default();
        let build = Family::<Build, Gauge>::default();
        build.get_or_create(&Build::this()).set(1);
        let help = "Always 1; its labels say which version runs";
        registry.register("scaiwave_build_info", help, build);
        Arc::new(Metrics {
            requests: Requests::register(&mut registry),
            writes: Writes::register(&mut registry),
            levels: Levels::register(&mut registry),
            registry,
            asked: tokio::sync::Mutex::default(),
        })
    }

    /// To be told of every transaction.
    pub(crate) fn writes(&self) -> Arc<Writes> {
        self.writes.clone()
    }

    fn to_text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// What runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
    acme: &'static str,
}

impl Build {
    fn this() -> Self {
        Build {
            version: env!("CARGO_PKG_VERSION"),
            acme: if cfg!(feature = "acme") { "yes" } else { "no" },
        }
    }
}
