use std::path::PathBuf;

use crate::backup::{self, Restored};
use crate::cli::output;
use crate::cli::table::moment;
use crate::config::Config;

/// Checks a backup that `scaiwave backup` has made: every file's checksum, every database, and the log of every
/// room, its hashes, chain and signatures. When all of it holds, it becomes the data in the configured data
/// directory, which must be empty or not there. Nothing is put in place before.
///
/// Afterwards the server is started as ever. It asks the other servers in its rooms first what they hold of
/// them, and fetches what was said after the backup; a room waits until they have answered. Whatever was
/// changed at home after the backup is as it was: accounts, passwords, ended sessions.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example, to an empty data directory:\n  SCAIWAVE_DATA_DIR=/var/lib/scaiwave scaiwave restore /backups/scaiwave-2026-11-30\n\nThe server of the data must not run: never let two servers have the same name."
)]
pub(crate) struct Args {
    /// The backup.
    #[arg(value_name = "DIRECTORY")]
    from: PathBuf,
    /// Check it, and leave everything as it is. Needs as much space again beside the backup's files.
    #[arg(long)]
    verify_only: bool,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let data = &config.db.directory;
    let restored = match args.verify_only {
        true => backup::verify(&args.from, &mut output::progress).await?,
        false => backup::restore(&args.from, data, &mut output::progress).await?,
    };
    let checked = restored.checked;
    let json = serde_json::json!({
        "made_at_ms": restored.made_at_ms, "tenants": restored.tenants, "bytes": restored.bytes,
        "rooms": checked.rooms, "entries": checked.entries, "signatures": checked.signatures,
        "restored_to": (!args.verify_only).then(|| data.display().to_string()),
    });
    let mut text = told(&restored);
    if !args.verify_only {
        text.push_str(&format!(
            "\nIt is the data in {} now. Start the server with `scaiwave serve`; it asks the other servers in its \
             rooms first what was said since.",
            data.display()
        ));
    }
    output::result(args.json, &json, &text)?;
    Ok(())
}

fn told(restored: &Restored) -> String {
    let checked = restored.checked;
    format!(
        "The backup of {} holds. Tenants: {}, rooms: {}, entries: {}, signatures that were verified: {}.",
        moment(Some(restored.made_at_ms)),
        restored.tenants,
        checked.rooms,
        checked.entries,
        checked.signatures
    )
}
