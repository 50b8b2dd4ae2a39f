use anyhow::anyhow;
use scaiwave_engine::audit::Actor;
use scaiwave_engine::peering;
use scaiwave_protocol::RoomId;

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
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let room_id = RoomId::parse(&args.room).map_err(|why| anyhow!("--room: {why}"))?;
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    peering::vouch_for_newest(&tenant, Actor::Operator, &room_id)
        .await
        .map_err(super::refused)?;
    let json = serde_json::json!({"room_id": room_id.as_str(), "confirmed": true});
    let text =
        "The running server goes on with the room within a minute, if it is in doubt about it.";
    output::result(args.json, &json, text);
    Ok(())
}
