use anyhow::anyhow;
use scaiwave_engine::peering::{self, DeadLetter};
use scaiwave_engine::{Tenant, Viewer};
use scaiwave_protocol::{EventId, ServerName};

use crate::assembly::Assembly;
use crate::cli::output;
use crate::cli::table::{moment, table};
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// Only of this server.
    #[arg(long, value_name = "SERVER")]
    peer: Option<String>,
    /// Forget this letter. Sending one again is for the running server: see the admin API.
    #[arg(long, value_name = "ID", conflicts_with = "peer")]
    drop: Option<String>,
    /// At most this many, 200 at the most.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

/// What peers have rejected for good, newest first.
pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let viewer = Viewer::operator(&tenant).map_err(|denial| anyhow!(denial.message))?;
    match &args.drop {
        Some(id) => forget(&tenant, &viewer, id, args.json).await,
        None => show(&tenant, &viewer, args).await,
    }
}

async fn forget(tenant: &Tenant, viewer: &Viewer, id: &str, json: bool) -> anyhow::Result<()> {
    let parsed = EventId::parse(id).map_err(|why| anyhow!("{id:?}: {why}"))?;
    let dropped = peering::drop_dead_letter(tenant, viewer, &parsed).await;
    dropped.map_err(|denial| anyhow!(denial.message))?;
    output::result(json, &serde_json::json!({"dropped": id}), "Dropped.")?;
    Ok(())
}

async fn show(tenant: &Tenant, viewer: &Viewer, args: &Args) -> anyhow::Result<()> {
    let peer = args
        .peer
        .as_deref()
        .map(str::parse::<ServerName>)
        .transpose();
    let peer = peer.map_err(|why| anyhow!("--peer: {why}"))?;
    let letters = peering::dead_letters(tenant, viewer, peer.as_ref(), None, args.limit).await;
    let letters = letters.map_err(|denial| anyhow!(denial.message))?;
    let json = letters.iter().map(json).collect();
    output::result(args.json, &serde_json::Value::Array(json), &list(&letters))?;
    Ok(())
}

fn list(letters: &[DeadLetter]) -> String {
    if letters.is_empty() {
        return "No dead letters.".to_owned();
    }
    let row = |letter: &DeadLetter| {
        let row = &letter.row;
        vec![
            row.id.to_string(),
            moment(Some(row.at)),
            row.peer.to_string(),
            row.kind.clone(),
            letter
                .room_name
                .clone()
                .unwrap_or_else(|| row.room_id.to_string()),
            row.code.clone(),
            row.message.clone(),
        ]
    };
    let rows: Vec<_> = letters.iter().map(row).collect();
    table(
        &["ID", "WHEN", "PEER", "KIND", "ROOM", "CODE", "MESSAGE"],
        &rows,
    )
}

fn json(letter: &DeadLetter) -> serde_json::Value {
    let row = &letter.row;
    serde_json::json!({
        "id": row.id.to_string(), "at": row.at, "peer": row.peer, "kind": row.kind,
        "room_id": row.room_id, "room_name": letter.room_name,
        "event_id": row.event_id.map(|id| id.to_string()),
        "participant_id": row.participant, "code": row.code, "message": row.message,
    })
}
