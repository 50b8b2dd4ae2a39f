//! `scaiwave admin user …`

mod create;
mod list;
mod reset_password;

use clap::Subcommand;

use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a person who logs in with a password.
    Create(create::Args),
    /// List the people of a tenant.
    List(list::Args),
    /// Make a token with which somebody who has lost their password sets a new one.
    ResetPassword(reset_password::Args),
}

pub(crate) async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Create(args) => create::run(config, args).await,
        Command::List(args) => list::run(config, args).await,
        Command::ResetPassword(args) => reset_password::run(config, args).await,
    }
}
