//! Where the servers of a benchmark keep their data while it runs.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The program that is measured, and where it works.
#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// The server's program.
    #[arg(long)]
    server: PathBuf,
    /// Where the servers keep their data, below this directory [default: beside the program].
    #[arg(long)]
    data_dir: Option<PathBuf>,
}

impl Place {
    /// Runs a benchmark with (program, directory). The directory goes when it ends well; else it stays,
    /// because the servers' logs and databases tell more.
    pub(crate) async fn work(
        &self,
        measure: impl AsyncFnOnce(&Path, &Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let program = self
            .server
            .canonicalize()
            .context("--server cannot be found")?;
        let parent = match &self.data_dir {
            Some(directory) => directory.clone(),
            None => program.parent().context("--server is no file")?.to_owned(),
        };
        let directory = tempfile::Builder::new()
            .prefix("bench-")
            .tempdir_in(parent)?;
        let path = directory.path().canonicalize()?;
        let measured = measure(&program, &path).await;
        if measured.is_err() {
            return measured.with_context(|| format!("see {}", directory.keep().display()));
        }
        measured
    }
}
