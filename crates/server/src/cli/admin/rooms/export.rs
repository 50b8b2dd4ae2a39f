use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms::{self, ExportError};
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
    /// Where to; a file that is there already is not touched.
    #[arg(long, value_name = "PATH")]
    to: PathBuf,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let room_id = RoomId::parse(&args.room).map_err(|why| anyhow!("--room: {why}"))?;
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let file = File::create_new(&args.to)
        .with_context(|| format!("{} cannot be made", args.to.display()))?;
    let mut file = BufWriter::new(file);
    let entries = rooms::export(&tenant, Actor::Operator, &room_id, &mut file).await;
    let entries = entries.inspect_err(|_| {
        // Half a room is of no use to anybody; that it stays is worse than that it cannot be removed.
        drop(std::fs::remove_file(&args.to));
    });
    let entries = entries.map_err(|error| match error {
        ExportError::Denied(denial) => super::refused(denial),
        other => other.into(),
    })?;
    let json = serde_json::json!({"room_id": room_id.as_str(), "entries": entries});
    let text = format!("Wrote {entries} entries to {}.", args.to.display());
    output::result(args.json, &json, &text);
    Ok(())
}
