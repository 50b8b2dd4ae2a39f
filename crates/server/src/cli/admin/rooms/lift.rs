use anyhow::anyhow;
use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms::{self, Lifted};
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
    let lifted = rooms::lift(&tenant, Actor::Operator, &room_id).await;
    let lifted = lifted.map_err(super::refused)?;
    let json = serde_json::json!({
        "room_id": room_id.as_str(), "host": lifted.host, "kept_seq": lifted.kept_seq,
        "set_aside": lifted.set_aside, "sent_again": lifted.sent_again,
    });
    output::result(args.json, &json, &in_words(&lifted));
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
