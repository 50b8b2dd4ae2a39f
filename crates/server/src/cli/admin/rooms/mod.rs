//! `scaiwave admin rooms …`

mod export;
mod hand_over;
mod take_over;

use clap::Subcommand;

use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Agree that this server becomes the host of a room when its present host asks.
    TakeOver(take_over::Args),
    /// Give a room of this server to another host, whose admin has agreed.
    HandOver(hand_over::Args),
    /// Write a room with its whole log to a file that `scaiwave verify` checks.
    Export(export::Args),
}

pub(crate) async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::TakeOver(args) => take_over::run(config, args).await,
        Command::HandOver(args) => hand_over::run(config, args).await,
        Command::Export(args) => export::run(config, args).await,
    }
}
