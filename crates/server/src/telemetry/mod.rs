//! Log lines on standard error. Standard output belongs to the results of commands.
//!
//! Nothing of ours logs what people say, how they prove who they are, or addresses with a query. Libraries know
//! nothing of that at their most talkative: those that log what passes through them are kept quiet whatever the
//! filter says ([`TELLTALES`]), and every line goes through `scrub.rs`.

mod scrub;

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;

use crate::config::{Log, LogFormat};
use scrub::Scrubbed;

/// Libraries that log the content of sockets, with the most that they may say.
const TELLTALES: [&str; 3] = ["tungstenite=info", "tokio_tungstenite=info", "h2=info"];

/// Starts logging for the whole process; to be called once, before anything is worth logging.
pub(crate) fn init(log: &Log) -> anyhow::Result<()> {
    let mut filter = EnvFilter::try_new(&log.filter)?;
    for telltale in TELLTALES {
        filter = filter.add_directive(telltale.parse::<Directive>()?);
    }
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // Colours are for eyes: a file or a journal gets none.
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(|| Scrubbed::new(std::io::stderr()));
    let started = match log.format {
        LogFormat::Text => subscriber.compact().try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("logging cannot be started: {error}"))
}
