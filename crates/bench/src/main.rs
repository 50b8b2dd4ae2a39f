//! Load generator. `cargo xtask bench federation` builds everything with optimisation and runs it.
//!
//! It speaks HTTP and WebSocket by hand ([`wire`], [`socket`]) on one thread: on a machine with two
//! cores, whatever the generator takes is missing to the servers.

mod federation;
mod join;
mod machine;
mod outage;
mod people;
mod place;
mod process;
mod report;
mod sessions;
mod socket;
mod stored;
mod stranger;
mod wire;
mod words;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;

/// Measures real servers.
#[derive(Debug, Parser)]
#[command(name = "scaiwave-bench")]
enum Bench {
    /// Two servers that share rooms.
    Federation(federation::Args),
    /// A server comes into a large room of another one.
    Join(join::Args),
    /// Three servers of which one is away for a while.
    Outage(outage::Args),
    /// What one event in a hundred that is poison costs the others.
    Poison(stranger::PoisonArgs),
    /// Many open streams in one room.
    Sessions(sessions::Args),
    /// What is asked of a server that keeps a million events.
    Stored(stored::Args),
    /// What a hostile peer takes of memory and time.
    Hostile(stranger::HostileArgs),
}

fn main() -> ExitCode {
    let bench = Bench::parse();
    match run(&bench) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::failed(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(bench: &Bench) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the async runtime cannot be started")?;
    runtime.block_on(async {
        match bench {
            Bench::Federation(what) => place::run(what).await,
            Bench::Join(what) => place::run(what).await,
            Bench::Outage(what) => place::run(what).await,
            Bench::Poison(what) => place::run(what).await,
            Bench::Sessions(what) => place::run(what).await,
            Bench::Stored(what) => place::run(what).await,
            Bench::Hostile(what) => place::run(what).await,
        }
    })
}
