use scaiwave_engine::keyring::KeyView;

use super::{key_json, key_text};
use crate::assembly::Assembly;
use crate::cli::output;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let assembly = Assembly::new(config)?;
    let tenant = assembly.tenant(&args.tenant).await?;
    let keyring = tenant.keyring();
    let (keys, recovery) = (keyring.keys(), keyring.recovery_key());
    let json = serde_json::json!({
        "keys": keys.iter().map(key_json).collect::<Vec<_>>(), "recovery_key": recovery,
    });
    let now = assembly.world.now();
    let lines = keys
        .iter()
        .map(|key| format!("{}\n{}", key_text(key), state(key, now)));
    let recovery = match recovery {
        Some(key) => format!("recovery key: {key}"),
        None => "no recovery key: `key recovery` makes one".to_owned(),
    };
    let text: Vec<String> = lines.chain([recovery]).collect();
    output::result(args.json, &json, &text.join("\n\n"))?;
    Ok(())
}

fn state(key: &KeyView, now: u64) -> String {
    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    match key {
        key if key.revoked_at.is_some() => "revoked".to_owned(),
        key if key.valid_until <= now => "expired; it verifies what it signed".to_owned(),
        key if key.signing => format!("signs; ends in {} days", (key.valid_until - now) / DAY_MS),
        key => format!(
            "verifies; ends in {} days",
            (key.valid_until - now) / DAY_MS
        ),
    }
}
