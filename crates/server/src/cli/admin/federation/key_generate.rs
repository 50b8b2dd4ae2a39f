use anyhow::bail;

use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// Make a key although there is one. Nothing endorses it: each peer's admin must accept it.
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
    bail!("`admin federation key generate --tenant {tenant}` is not wired yet")
}
