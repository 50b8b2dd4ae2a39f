//! `scaiwave admin user …`

mod create;

use clap::Subcommand;

use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a person who logs in with a password.
    Create(create::Args),
}

pub(crate) async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Create(args) => create::run(config, args).await,
    }
}
