use anyhow::anyhow;
use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms;
use scaiwave_protocol::{RoomId, ServerName};

use crate::assembly::Assembly;
use crate::cli::output;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// The room's id.
    #[arg(long)]
    room: String,
    /// The server name of the new host.
    #[arg(long)]
    to: String,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let room_id = RoomId::parse(&args.room).map_err(|why| anyhow!("--room: {why}"))?;
    let to = ServerName::parse(&args.to).map_err(|why| anyhow!("--to: {why}"))?;
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    rooms::hand_over(&tenant, Actor::Operator, &room_id, &to)
        .await
        .map_err(super::refused)?;
    let json = serde_json::json!({"room_id": room_id.as_str(), "host": to.as_str()});
    output::result(
        args.json,
        &json,
        &format!(
            "{to} is the room's host now. The running server tells the others within a minute."
        ),
    );
    Ok(())
}
