use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms::{self, Lifted};

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
    let lifted = rooms::lift(&tenant, Actor::Operator, &room_id).await;
    let lifted = lifted.map_err(super::refused)?;
    let json = serde_json::json!({
        "room_id": room_id.as_str(), "host": lifted.host, "kept_seq": lifted.kept_seq,
        "set_aside": lifted.set_aside, "sent_again": lifted.sent_again,
    });
    output::result(args.of.json, &json, &in_words(&lifted))?;
    Ok(())
}

fn in_words(lifted: &Lifted) -> String {
    let Lifted {
        host,
        kept_seq,
        set_aside,
        sent_again,
    } = lifted;
    let goes_on = format!("The room goes on with the history of {host}.");
    match set_aside {
        0 => goes_on,
        _ => format!(
            "{goes_on} Everything up to entry {kept_seq} is kept; {set_aside} entries above it are evidence \
             now, and {sent_again} events of this tenant's people in them are sent once more."
        ),
    }
}
