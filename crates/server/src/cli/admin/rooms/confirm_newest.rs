use scaiwave_engine::audit::Actor;
use scaiwave_engine::peering;

use super::RoomArgs;
use crate::cli::output;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    of: RoomArgs,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let (tenant, room_id) = args.of.open(config).await?;
    peering::vouch_for_newest(&tenant, Actor::Operator, &room_id)
        .await
        .map_err(super::refused)?;
    let json = serde_json::json!({"room_id": room_id.as_str(), "confirmed": true});
    let text =
        "The running server goes on with the room within a minute, if it is in doubt about it.";
    output::result(args.of.json, &json, text)?;
    Ok(())
}
