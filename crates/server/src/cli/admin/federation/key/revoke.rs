use std::path::PathBuf;

use anyhow::anyhow;
use scaiwave_engine::audit::Actor;

use super::{read_recovery, say_key};
use crate::assembly::Assembly;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// The key's id, as `key list` shows it.
    #[arg(long, value_name = "ID")]
    key: String,
    /// The file with the recovery key: it vouches for the key that signs from now on.
    #[arg(long, value_name = "FILE")]
    recovery: Option<PathBuf>,
    /// Go on although nothing can vouch for the new key and every peer's admin will have to accept it.
    #[arg(long)]
    force: bool,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

/// Prints the key that signs from now on.
pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let recovery = read_recovery(args.recovery.as_deref())?;
    let id = args.key.parse().map_err(|why| anyhow!("--key: {why}"))?;
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let keyring = tenant.keyring();
    let key = keyring
        .revoke(Actor::Operator, id, recovery.as_ref(), args.force)
        .await?;
    say_key(args.json, &key)?;
    Ok(())
}
