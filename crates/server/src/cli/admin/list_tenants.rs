use crate::assembly::Assembly;
use crate::cli::output;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let tenants = Assembly::new(config)?.tenants().await?;
    let json = tenants.iter().map(|tenant| {
        serde_json::json!({
            "slug": tenant.slug, "name": tenant.name, "server_name": tenant.server_name,
        })
    });
    let json = serde_json::Value::Array(json.collect());
    let lines = tenants.iter().map(|tenant| {
        format!(
            "{:<32} {} ({})",
            tenant.slug, tenant.server_name, tenant.name
        )
    });
    let text: Vec<String> = lines.collect();
    let text = if text.is_empty() {
        "There are no tenants yet.".to_owned()
    } else {
        text.join("\n")
    };
    output::result(args.json, &json, &text)?;
    Ok(())
}
