//! `scaiwave admin federation …`

mod check;
mod dead_letters;
mod key;
mod peers;
mod policy;
mod rejections;

use clap::Subcommand;

use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The key pairs that sign a tenant's events and requests.
    #[command(subcommand)]
    Key(key::Command),
    /// How other servers are doing, and why.
    Peers(peers::Args),
    /// What this server and others refused of each other, and what that means.
    Rejections(rejections::Args),
    /// Who may federate with the tenant.
    Policy(policy::Args),
    /// What peers have rejected for good.
    DeadLetters(dead_letters::Args),
    /// Walk the way to another server step by step, and name cause and cure of what is wrong.
    Check(check::Args),
}

pub(crate) async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Key(command) => key::run(config, command).await,
        Command::Peers(args) => peers::run(config, args).await,
        Command::Rejections(args) => rejections::run(config, args).await,
        Command::Policy(args) => policy::run(config, args).await,
        Command::DeadLetters(args) => dead_letters::run(config, args).await,
        Command::Check(args) => check::run(config, args).await,
    }
}
