use anyhow::bail;

use super::say_key;
use crate::assembly::Assembly;
use crate::config::Config;

use scaiwave_engine::keyring::FIRST_KEY_BACKDATED_MS;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

/// A tenant's first key is made when the tenant is first opened, by this command or by the server.
pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let assembly = Assembly::new(config)?;
    let started = assembly.world.now();
    let tenant = assembly.tenant(&args.tenant).await?;
    let keys = tenant.keyring().keys();
    match keys.as_slice() {
        // Made a moment ago, by the opening itself; first keys are dated a little back.
        [key] if key.valid_from + FIRST_KEY_BACKDATED_MS >= started => {
            say_key(args.json, key)?;
            Ok(())
        }
        _ => bail!("this tenant has a key already; `key rotate` replaces it"),
    }
}
