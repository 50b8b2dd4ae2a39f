use scaiwave_engine::audit::Actor;

use crate::assembly::Assembly;
use crate::cli::output;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// Replace the recovery key that there is; peers that know this server keep the first one.
    #[arg(long)]
    force: bool,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

/// The private half is shown here and nowhere else: the output is the file to keep.
pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let key = tenant
        .keyring()
        .make_recovery(Actor::Operator, args.force)
        .await?;
    let name = tenant.server_name();
    let json = serde_json::json!({
        "server_name": name, "public_key": key.public_key(), "recovery_key": key.line(),
    });
    let text = format!(
        "# The recovery key of {name}. Print it, keep it offline, and delete every other copy:\n\
         # it can replace all keys of this server, and it is not stored here.\n{}",
        key.line()
    );
    output::result(args.json, &json, &text)?;
    Ok(())
}
