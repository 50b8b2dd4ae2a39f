use crate::assembly::Assembly;
use crate::cli::output;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Short name for commands and files: a-z, 0-9 and hyphens.
    #[arg(long)]
    slug: String,
    /// Name as people see it.
    #[arg(long)]
    name: String,
    /// Name towards other servers, such as chat.example.org; it cannot be changed later.
    #[arg(long)]
    server_name: String,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let assembly = Assembly::new(config)?;
    let tenant = assembly
        .create_tenant(&args.slug, &args.name, &args.server_name)
        .await?;
    let json = serde_json::json!({
        "slug": tenant.slug, "name": tenant.name, "server_name": tenant.server_name,
    });
    output::result(
        args.json,
        &json,
        &format!("Made the tenant {} ({}).", tenant.slug, tenant.server_name),
    )?;
    Ok(())
}
