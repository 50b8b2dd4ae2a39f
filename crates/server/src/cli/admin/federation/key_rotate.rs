use super::say_key;
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
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let key = tenant.keyring().rotate(args.force).await?;
    say_key(args.json, &key);
    Ok(())
}
