use anyhow::anyhow;
use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms;
use scaiwave_protocol::ServerName;

use super::RoomArgs;
use crate::cli::output;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    of: RoomArgs,
    /// The server name of the new host.
    #[arg(long)]
    to: String,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let to = ServerName::parse(&args.to).map_err(|why| anyhow!("--to: {why}"))?;
    let (tenant, room_id) = args.of.open(config).await?;
    rooms::hand_over(&tenant, Actor::Operator, &room_id, &to)
        .await
        .map_err(super::refused)?;
    let json = serde_json::json!({"room_id": room_id.as_str(), "host": to.as_str()});
    output::result(
        args.of.json,
        &json,
        &format!(
            "{to} is the room's host now. The running server tells the others within a minute."
        ),
    )?;
    Ok(())
}
