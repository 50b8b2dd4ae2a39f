use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms;

use super::RoomArgs;
use crate::cli::output;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    of: RoomArgs,
    /// Think better of it.
    #[arg(long)]
    withdraw: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let (tenant, room_id) = args.of.open(config).await?;
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
    output::result(args.of.json, &json, text)?;
    Ok(())
}
