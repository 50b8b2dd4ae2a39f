//! Where the servers of a benchmark keep their data while it runs, and how every benchmark is run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::report::Report;

/// The program that is measured, where it works, and where the figures go.
#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// The server's program.
    #[arg(long)]
    server: PathBuf,
    /// Where the servers keep their data, below this directory [default: beside the program].
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Write the figures as JSON, too.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// The program and the directory of one run.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) program: PathBuf,
    pub(crate) path: PathBuf,
}

/// What can be measured.
pub(crate) trait Measure {
    /// Where it is measured.
    fn place(&self) -> &Place;

    /// The directory to work in that stays afterwards, if there is one.
    fn kept(&self) -> Option<&Path> {
        None
    }

    /// Measures, and prints each figure as it comes.
    async fn measure(&self, site: &Site) -> anyhow::Result<Report>;
}

/// Runs a benchmark. Its directory goes when it ends well, unless it is to be kept; else it stays, because the
/// servers' logs and databases tell more.
pub(crate) async fn run(what: &impl Measure) -> anyhow::Result<()> {
    let place = what.place();
    let program = place
        .server
        .canonicalize()
        .context("--server cannot be found")?;
    if let Some(kept) = what.kept() {
        fs::create_dir_all(kept)?;
        let path = kept.canonicalize()?;
        let report = what.measure(&Site { program, path }).await?;
        return report.end(place.json.as_deref());
    }
    let parent = match &place.data_dir {
        Some(directory) => directory.as_path(),
        None => program.parent().unwrap_or(Path::new("/")),
    };
    let directory = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(parent)?;
    let path = directory.path().canonicalize()?;
    match what.measure(&Site { program, path }).await {
        Ok(report) => report.end(place.json.as_deref()),
        Err(error) => Err(error).with_context(|| format!("see {}", directory.keep().display())),
    }
}
