//! `scaiwave admin federation key …`

mod generate;
mod list;
mod recovery;
mod revoke;
mod rotate;

use std::path::Path;

use anyhow::Context as _;
use clap::Subcommand;
use scaiwave_engine::keyring::{KeyView, RecoveryKey};

use crate::cli::output;
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the first key of a tenant that has none.
    Generate(generate::Args),
    /// List all keys of a tenant, oldest first.
    List(list::Args),
    /// Make the next key, endorsed by the present one; the server does so by itself every year.
    Rotate(rotate::Args),
    /// Revoke a key that was stolen or lost; another signs at once.
    Revoke(revoke::Args),
    /// Make the recovery key, which replaces lost keys, and show its private half once.
    Recovery(recovery::Args),
}

pub(crate) async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Generate(args) => generate::run(config, args).await,
        Command::List(args) => list::run(config, args).await,
        Command::Rotate(args) => rotate::run(config, args).await,
        Command::Revoke(args) => revoke::run(config, args).await,
        Command::Recovery(args) => recovery::run(config, args).await,
    }
}

/// Reads the private half of a recovery key.
fn read_recovery(file: Option<&Path>) -> anyhow::Result<Option<RecoveryKey>> {
    let Some(file) = file else { return Ok(None) };
    let what = || format!("{}: the recovery key cannot be read", file.display());
    let text = std::fs::read_to_string(file).with_context(what)?;
    RecoveryKey::parse(&text).with_context(what).map(Some)
}

fn say_key(as_json: bool, key: &KeyView) -> std::io::Result<()> {
    output::result(as_json, &key_json(key), &key_text(key))
}

fn key_json(key: &KeyView) -> serde_json::Value {
    serde_json::json!({
        "key_id": key.key_id, "public_key": key.public_key, "valid_from": key.valid_from,
        "valid_until": key.valid_until, "revoked_at": key.revoked_at, "signing": key.signing,
        "fingerprint_words": key.fingerprint_words,
    })
}

fn key_text(key: &KeyView) -> String {
    format!(
        "{}\n{}\nfingerprint: {}",
        key.key_id, key.public_key, key.fingerprint_words
    )
}
