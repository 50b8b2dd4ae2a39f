use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use anyhow::Context as _;
use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms::{self, ExportError};

use super::RoomArgs;
use crate::cli::output;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    of: RoomArgs,
    /// Where to; a file that is there already is not touched.
    #[arg(long, value_name = "PATH")]
    to: PathBuf,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let (tenant, room_id) = args.of.open(config).await?;
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
    output::result(args.of.json, &json, &text)?;
    Ok(())
}
