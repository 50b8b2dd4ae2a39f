//! `scaiwave doctor`: what is wrong here, or on the way to another server.

mod here;
pub(crate) mod peer;

use crate::assembly::Assembly;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Another server's name: walk the way to it. Without one this server itself is looked at.
    #[arg(value_name = "SERVER")]
    server: Option<String>,
    /// In whose name the other server is asked [default: the only tenant].
    #[arg(long, requires = "server")]
    tenant: Option<String>,
    /// Also look through all data: every page of every tenant's file, and the log of every room, its hashes, chain
    /// and signatures. Takes about a second for 5,000 messages.
    #[arg(long, conflicts_with = "server")]
    data: bool,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

/// Looks, prints what it found, and fails when something is wrong.
pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let assembly = Assembly::new(config)?;
    match &args.server {
        Some(server) => {
            let tenant = assembly.tenant_or_only(args.tenant.as_deref()).await?;
            peer::check(&tenant, server, args.json).await
        }
        None => here::check(config, &assembly, args.data, args.json).await,
    }
}
