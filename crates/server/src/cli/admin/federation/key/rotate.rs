use std::path::PathBuf;

use scaiwave_engine::audit::Actor;

use super::{read_recovery, say_key};
use crate::assembly::Assembly;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// Rotate although the present key is still young.
    #[arg(long)]
    force: bool,
    /// The file with the recovery key, when all keys that peers know are lost: the new key signs at once.
    #[arg(long, value_name = "FILE")]
    recovery: Option<PathBuf>,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let recovery = read_recovery(args.recovery.as_deref())?;
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let keyring = tenant.keyring();
    let key = keyring
        .rotate(Actor::Operator, args.force, recovery.as_ref())
        .await?;
    say_key(args.json, &key)?;
    Ok(())
}
