//! `scaiwave admin federation …`

mod key_generate;
mod key_rotate;

use clap::Subcommand;

use scaiwave_engine::keyring::KeyView;

use crate::cli::output;
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The key pair that signs a tenant's events and requests.
    #[command(subcommand)]
    Key(Key),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make the first key of a tenant that has none.
    Generate(key_generate::Args),
    /// Make the next key, endorsed by the present one.
    Rotate(key_rotate::Args),
}

pub(crate) async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Key(Key::Generate(args)) => key_generate::run(config, args).await,
        Command::Key(Key::Rotate(args)) => key_rotate::run(config, args).await,
    }
}

fn say_key(as_json: bool, key: &KeyView) {
    let json = serde_json::json!({
        "key_id": key.key_id, "public_key": key.public_key, "valid_from": key.valid_from,
        "valid_until": key.valid_until, "fingerprint_words": key.fingerprint_words,
    });
    let text = format!(
        "{}\n{}\nfingerprint: {}",
        key.key_id, key.public_key, key.fingerprint_words
    );
    output::result(as_json, &json, &text);
}
