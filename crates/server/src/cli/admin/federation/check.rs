use crate::assembly::Assembly;
use crate::cli::doctor::peer;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// The other server's name, such as chat.example.org.
    #[arg(value_name = "SERVER")]
    server: String,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    peer::check(&tenant, &args.server, args.json).await
}
