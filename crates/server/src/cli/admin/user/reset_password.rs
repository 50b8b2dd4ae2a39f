use anyhow::anyhow;
use scaiwave_engine::{Denial, Viewer, accounts};
use scaiwave_protocol::LocalId;

use crate::assembly::Assembly;
use crate::cli::output;
use crate::cli::table::moment;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// Whose password is lost: the part of @local-id:server-name before the colon.
    #[arg(long)]
    local_id: String,
    /// Print JSON for scripts; `expires_at` is ms since the Unix epoch.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let local_id = LocalId::parse(&args.local_id).map_err(|why| anyhow!("--local-id: {why}"))?;
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let told = |denial: Denial| anyhow!(denial.message);
    let operator = Viewer::operator(&tenant).map_err(told)?;
    let link = accounts::reset_link(&tenant, &operator, &local_id).await;
    let link = link.map_err(told)?;
    let json = serde_json::json!({
        "local_id": local_id, "tenant": args.tenant, "token": link.token,
        "expires_at": link.expires_at,
    });
    let text = format!(
        "{}\nThis token sets a new password for {local_id} once, until {}: POST /v1/auth/reset with \
         `token` and `new_password`. It is not shown again.",
        link.token,
        moment(Some(link.expires_at))
    );
    output::result(args.json, &json, &text)?;
    Ok(())
}
