//! The command line: what can be asked for. One file for each command, with its arguments and a
//! `run` function.

mod admin;
mod backup;
mod demo;
mod doctor;
pub(crate) mod output;
mod password;
mod restore;
pub(crate) mod serve;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod verify;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::config::{Config, Log, Variables};
use crate::telemetry;

/// Team chat for organisations that talk to each other and keep their own house.
#[derive(Debug, Parser)]
#[command(
    name = "scaiwave",
    version,
    max_term_width = 100,
    after_help = "Every setting of the file can also be given as a variable SCAIWAVE_<SECTION>_<KEY>, \
                  for example SCAIWAVE_SERVER_LISTEN; variables win over the file."
)]
pub(crate) struct Cli {
    /// The configuration file [default: scaiwave.toml, if there is one].
    #[arg(long, global = true, value_name = "PATH")]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: one process for all tenants, until SIGTERM or Ctrl-C.
    Serve(serve::Args),
    /// Run two servers on this machine and let their people share a room.
    Demo(demo::Args),
    /// Copy all data into a directory, also while the server runs.
    Backup(backup::Args),
    /// Check a backup and put it in place of data that is gone.
    Restore(restore::Args),
    /// Check an exported room without a server.
    Verify(verify::Args),
    /// Find out what is wrong: with this server, or on the way to another one.
    Doctor(doctor::Args),
    /// Set up and look after tenants, people and keys; works while the server runs.
    #[command(subcommand)]
    Admin(admin::Command),
}

/// Does what the command line asks.
pub(crate) fn run(cli: &Cli, variables: &Variables) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("the async runtime cannot be started")?;
    runtime.block_on(async {
        match &cli.command {
            Command::Serve(args) => serve::run(&start(cli, variables)?, args).await,
            Command::Verify(args) => verify::run(args),
            Command::Backup(args) => backup::run(&start(cli, variables)?, args),
            Command::Restore(args) => restore::run(&start(cli, variables)?, args).await,
            Command::Doctor(args) => doctor::run(&start(cli, variables)?, args).await,
            Command::Admin(command) => admin::run(&start(cli, variables)?, command).await,
            // The demo configures the servers that it starts; whatever is configured here is for
            // another one.
            Command::Demo(args) => {
                telemetry::init(&Log::default())?;
                demo::run(args).await
            }
        }
    })
}

/// Loads the configuration and starts logging by it.
fn start(cli: &Cli, variables: &Variables) -> anyhow::Result<Config> {
    let config = Config::load(cli.config.as_deref(), variables)?;
    telemetry::init(&config.log)?;
    for key in &config.without_effect {
        tracing::warn!(key, "this setting has no effect in this version");
    }
    Ok(config)
}
