//! `scaiwave admin federation …`

mod key;

use clap::Subcommand;

use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The key pairs that sign a tenant's events and requests.
    #[command(subcommand)]
    Key(key::Command),
}

pub(crate) async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Key(command) => key::run(config, command).await,
    }
}
