use anyhow::bail;

use crate::config::Config;

/// Nothing here: what a server does stands in its configuration.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Serves all tenants until the process is told to end.
pub(crate) async fn run(_config: &Config, _args: &Args) -> anyhow::Result<()> {
    bail!("`serve` is not wired yet")
}
