use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use scaiwave_engine::rooms::{self, ExportReport};

use crate::cli::output;

/// Checks a room that `scaiwave admin rooms export` has written: the room's id against its first event,
/// every signature, the chain, each checkpoint, and the room's rules. Needs no server and believes
/// nothing but the file.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file.
    file: PathBuf,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

/// Fails with the first thing that does not hold.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let name = args.file.display();
    let file = File::open(&args.file).with_context(|| format!("{name} cannot be opened"))?;
    let report = rooms::verify_export(BufReader::new(file))
        .map_err(|fault| anyhow!("{name} does not hold: {fault}"))?;
    let void: Vec<_> = report
        .void
        .iter()
        .map(|(seq, why)| serde_json::json!({"seq": seq, "reason": why.to_string()}))
        .collect();
    let json = serde_json::json!({
        "room_id": report.room_id.as_str(), "entries": report.entries,
        "checkpoints": report.checkpoints, "term": report.term, "host": report.host.as_str(),
        "chain": report.chain.to_string(), "void": void,
    });
    output::result(args.json, &json, &text(&report))?;
    Ok(())
}

fn text(report: &ExportReport) -> String {
    let ExportReport {
        room_id,
        entries,
        checkpoints,
        term,
        host,
        chain,
        void,
    } = report;
    let mut text = format!(
        "{room_id} holds: {entries} entries with their signatures, places and rules, {checkpoints} \
         checkpoints of their hosts.\nHost {host}, term {term}, chain {chain}"
    );
    for (seq, why) in void {
        text.push_str(&format!("\nentry {seq} is void: {why}"));
    }
    text
}
