use anyhow::bail;

use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// Rotate although the present key is still young.
    #[arg(long)]
    force: bool,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(_config: &Config, args: &Args) -> anyhow::Result<()> {
    let Args {
        tenant,
        force: _,
        json: _,
    } = args;
    bail!("`admin federation key rotate --tenant {tenant}` is not wired yet")
}
