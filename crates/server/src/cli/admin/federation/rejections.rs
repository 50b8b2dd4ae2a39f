use anyhow::anyhow;
use clap::ValueEnum;
use scaiwave_engine::rejections::{self, Explanation};
use scaiwave_engine::{Viewer, store::RejectionFilter};
use scaiwave_protocol::EventId;
use scaiwave_store::record::{RejectionDirection, RejectionRow};

use crate::assembly::Assembly;
use crate::cli::output;
use crate::cli::table::{moment, plain, table};
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// Only this line, with what was refused and what can be done.
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Who refused: this server (inbound) or the other one (outbound).
    #[arg(long, value_enum)]
    direction: Option<Direction>,
    /// Only of this server.
    #[arg(long, value_name = "SERVER")]
    peer: Option<String>,
    /// Only with this code, such as SW_FED_CLOCK_SKEW.
    #[arg(long)]
    code: Option<String>,
    /// Only about this room.
    #[arg(long, value_name = "ROOM_ID")]
    room: Option<String>,
    /// Only about this event.
    #[arg(long, value_name = "EVENT_ID")]
    event: Option<String>,
    /// At most this many lines, 200 at the most.
    #[arg(long, default_value_t = 20)]
    limit: u32,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Direction {
    /// This server refused.
    Inbound,
    /// Another server refused.
    Outbound,
}

/// What this server and others refused of each other, newest first.
pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let viewer = Viewer::operator(&tenant).map_err(|denial| anyhow!(denial.message))?;
    if let Some(id) = &args.id {
        let id = EventId::parse(id).map_err(|why| anyhow!("{id:?}: {why}"))?;
        let found = rejections::get(&tenant, &viewer, &id).await;
        let (row, explanation) = found.map_err(|denial| anyhow!(denial.message))?;
        let text = one_text(&row, &explanation);
        output::result(args.json, &one_json(&row, &explanation), &text)?;
        return Ok(());
    }
    let filter = RejectionFilter {
        direction: args.direction.map(|direction| match direction {
            Direction::Inbound => RejectionDirection::Inbound,
            Direction::Outbound => RejectionDirection::Outbound,
        }),
        peer: args.peer.clone(),
        code: args.code.clone(),
        room_id: args.room.clone(),
        event_id: args.event.clone(),
        limit: args.limit,
        ..RejectionFilter::default()
    };
    let rows = rejections::list(&tenant, &viewer, filter).await;
    let rows = rows.map_err(|denial| anyhow!(denial.message))?;
    let json = rows.iter().map(json).collect();
    output::result(args.json, &serde_json::Value::Array(json), &list(&rows))?;
    Ok(())
}

fn direction(row: &RejectionRow) -> &'static str {
    match row.direction {
        RejectionDirection::Inbound => "inbound",
        RejectionDirection::Outbound => "outbound",
    }
}

fn list(rows: &[RejectionRow]) -> String {
    if rows.is_empty() {
        return "Nothing of that kind was refused.".to_owned();
    }
    let row = |row: &RejectionRow| {
        vec![
            row.id.to_string(),
            moment(Some(row.at)),
            direction(row).to_owned(),
            row.peer.clone(),
            row.kind.clone().unwrap_or_default(),
            row.code.clone(),
            row.message.clone(),
        ]
    };
    let rows: Vec<_> = rows.iter().map(row).collect();
    table(
        &[
            "ID",
            "WHEN",
            "WHO REFUSED",
            "PEER",
            "KIND",
            "CODE",
            "MESSAGE",
        ],
        &rows,
    )
}

fn one_text(row: &RejectionRow, explanation: &Explanation) -> String {
    let who = match row.direction {
        RejectionDirection::Inbound => "This server refused",
        RejectionDirection::Outbound => "The other server refused",
    };
    let bullets = |sentences: &[&str]| {
        let lines = sentences.iter().map(|sentence| format!("  - {sentence}"));
        lines.collect::<Vec<_>>().join("\n")
    };
    format!(
        "{who} ({}, {}):\n  {}: {}\n\n{}\n{}\n\nWhy that happens:\n{}\n\nWhat can be done:\n{}\n\nWhat was refused ({} bytes):\n{}",
        plain(&row.peer),
        moment(Some(row.at)),
        row.code,
        plain(&row.message),
        explanation.meaning,
        explanation.step,
        bullets(explanation.causes),
        bullets(explanation.remedies),
        row.size,
        plain(&String::from_utf8_lossy(&row.sample)),
    )
}

fn json(row: &RejectionRow) -> serde_json::Value {
    serde_json::json!({
        "id": row.id.to_string(), "at": row.at, "direction": direction(row), "peer": row.peer,
        "step": row.step, "room_id": row.room_id, "event_id": row.event_id, "kind": row.kind,
        "code": row.code, "message": row.message, "size": row.size,
        "sample": String::from_utf8_lossy(&row.sample),
    })
}

fn one_json(row: &RejectionRow, explanation: &Explanation) -> serde_json::Value {
    serde_json::json!({
        "rejection": json(row),
        "explanation": {
            "meaning": explanation.meaning, "step": explanation.step,
            "causes": explanation.causes, "remedies": explanation.remedies,
        },
    })
}
