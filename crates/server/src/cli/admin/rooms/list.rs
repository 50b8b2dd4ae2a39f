use anyhow::anyhow;
use scaiwave_engine::Viewer;
use scaiwave_engine::rooms::{self, FederatedRoom};

use crate::assembly::Assembly;
use crate::cli::output;
use crate::cli::table::table;
use crate::config::Config;

/// Rooms read in one step.
const STEP: u32 = 200;

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
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let viewer = Viewer::operator(&tenant).map_err(|denial| anyhow!(denial.message))?;
    let mut found: Vec<FederatedRoom> = Vec::new();
    loop {
        let offset = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let page = rooms::federated(&tenant, &viewer, STEP, offset).await;
        let page = page.map_err(|denial| anyhow!(denial.message))?;
        let is_last = page.len() < STEP as usize;
        found.extend(page);
        if is_last {
            break;
        }
    }
    let json = found.iter().map(json).collect();
    output::result(args.json, &serde_json::Value::Array(json), &text(&found))?;
    Ok(())
}

fn text(rooms: &[FederatedRoom]) -> String {
    if rooms.is_empty() {
        return "No other server has anything of a room of this tenant.".to_owned();
    }
    let row = |room: &FederatedRoom| {
        let servers: Vec<String> = room.servers.iter().map(ToString::to_string).collect();
        vec![
            room.room_id.to_string(),
            room.name.clone().unwrap_or_else(|| "-".to_owned()),
            room.host.to_string(),
            servers.join(", "),
            room.head_seq.to_string(),
            room.frozen.clone().unwrap_or_else(|| "-".to_owned()),
        ]
    };
    let rows: Vec<_> = rooms.iter().map(row).collect();
    let head = [
        "ROOM",
        "NAME",
        "HOST",
        "OTHER SERVERS",
        "HEAD",
        "READ-ONLY BECAUSE",
    ];
    table(&head, &rows)
}

fn json(room: &FederatedRoom) -> serde_json::Value {
    serde_json::json!({
        "room_id": room.room_id.as_str(), "name": room.name, "host": room.host,
        "servers": room.servers, "left": room.left, "federate": room.federate,
        "local_people": room.local_people, "foreign_people": room.foreign_people,
        "head_seq": room.head_seq, "frozen": room.frozen,
    })
}
