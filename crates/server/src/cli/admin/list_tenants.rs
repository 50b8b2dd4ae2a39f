use anyhow::bail;

use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(_config: &Config, args: &Args) -> anyhow::Result<()> {
    let Args { json: _ } = args;
    bail!("`admin list-tenants` is not wired yet")
}
