//! `scaiwave admin rooms …`

mod confirm_newest;
mod export;
mod hand_over;
mod lift;
mod list;
mod take_over;

use std::sync::Arc;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use scaiwave_engine::{ClientCode, Denial, Tenant};
use scaiwave_protocol::RoomId;

use crate::assembly::Assembly;
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the rooms that other servers have something of, and why one is read-only.
    List(list::Args),
    /// Agree that this server becomes the host of a room when its present host asks.
    TakeOver(take_over::Args),
    /// Give a room of this server to another host, whose admin has agreed.
    HandOver(hand_over::Args),
    /// Let a room go on that is read-only here because its host was found at fault: the history counts that
    /// the host has today.
    Lift(lift::Args),
    /// Answer for it that this server's copy of a room of its own is the newest, although servers that
    /// cannot be reached have not said what they hold of it.
    ConfirmNewest(confirm_newest::Args),
    /// Write a room with its whole log to a file that `scaiwave verify` checks.
    Export(export::Args),
}

/// Which room, and how to answer.
#[derive(Debug, Args)]
struct RoomArgs {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// The room's id.
    #[arg(long)]
    room: String,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

impl RoomArgs {
    async fn open(&self, config: &Config) -> anyhow::Result<(Arc<Tenant>, RoomId)> {
        let room_id = RoomId::parse(&self.room).map_err(|why| anyhow!("--room: {why}"))?;
        let tenant = Assembly::new(config)?.tenant(&self.tenant).await?;
        Ok((tenant, room_id))
    }
}

pub(crate) async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::List(args) => list::run(config, args).await,
        Command::TakeOver(args) => take_over::run(config, args).await,
        Command::HandOver(args) => hand_over::run(config, args).await,
        Command::Lift(args) => lift::run(config, args).await,
        Command::ConfirmNewest(args) => confirm_newest::run(config, args).await,
        Command::Export(args) => export::run(config, args).await,
    }
}

/// What an operator reads when a room says no.
fn refused(denial: Denial) -> anyhow::Error {
    match denial.code {
        ClientCode::RoomNotFound => {
            anyhow!("{}: `scaiwave admin rooms list` shows them", denial.message)
        }
        _ => anyhow!(denial.message),
    }
}
