use anyhow::anyhow;
use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms;
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
    /// Think better of it.
    #[arg(long)]
    withdraw: bool,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let room_id = RoomId::parse(&args.room).map_err(|why| anyhow!("--room: {why}"))?;
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let done = if args.withdraw {
        rooms::withdraw_take_over(&tenant, Actor::Operator, &room_id).await
    } else {
        rooms::agree_to_host(&tenant, Actor::Operator, &room_id).await
    };
    done.map_err(super::refused)?;
    let json = serde_json::json!({"room_id": room_id.as_str(), "agreed": !args.withdraw});
    let text = if args.withdraw {
        "This server no longer agrees to take the room over."
    } else {
        "This server takes the room over as soon as its host asks."
    };
    output::result(args.json, &json, text);
    Ok(())
}
