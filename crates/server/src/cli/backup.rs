use std::path::PathBuf;

use crate::backup;
use crate::cli::output;
use crate::config::Config;
use crate::world;

/// Copies the databases of all tenants, with their keys, accounts and rooms, into a new directory. The server
/// may run and take messages meanwhile: each tenant's copy is its data as it was at one moment.
///
/// What it writes is as secret as the data itself: whoever has it can speak for your servers. It is readable by
/// the user that runs this alone. Not in it are the configuration file and the files of TLS certificates.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example, once a day, keeping each:\n  scaiwave --config /etc/scaiwave.toml backup /backups/scaiwave-$(date +%F)\n\nCheck it, on this machine or another:\n  scaiwave restore /backups/scaiwave-2026-11-30 --verify-only"
)]
pub(crate) struct Args {
    /// Where to: a directory that is empty or not there yet.
    #[arg(value_name = "DIRECTORY")]
    to: PathBuf,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let now = world::of_this_machine().now();
    let made = backup::make(&config.db.directory, &args.to, now, &mut output::progress)?;
    let directory = args.to.display().to_string();
    let json = serde_json::json!({
        "directory": directory, "tenants": made.tenants, "files": made.files, "bytes": made.bytes,
        "made_at_ms": now,
    });
    let text = format!(
        "Wrote a backup to {directory}: {} MiB, tenants: {}.\nKeep it as safe as the server: it holds the keys that \
         speak for it.",
        made.bytes.div_ceil(1 << 20),
        made.tenants
    );
    output::result(args.json, &json, &text)?;
    Ok(())
}
