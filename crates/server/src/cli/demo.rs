use std::path::PathBuf;

use crate::demo::{self, Options};

/// Two servers, `acme.localhost:8101` and `globex.localhost:8102`, with data of their own: people on
/// both sides share a room and write, and what happens is printed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// End when the story is told, instead of leaving both servers up for the browser.
    #[arg(long)]
    exit: bool,
    /// Keep the servers' data in this new or empty directory [default: a temporary one].
    #[arg(long, value_name = "PATH")]
    data_dir: Option<PathBuf>,
}

/// Tells the story with real processes; fails when anything was lost, doubled or reordered.
pub(crate) async fn run(args: &Args) -> anyhow::Result<()> {
    let options = Options {
        exit: args.exit,
        data_dir: args.data_dir.clone(),
    };
    demo::run(options).await
}
