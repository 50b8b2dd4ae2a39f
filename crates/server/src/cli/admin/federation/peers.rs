use anyhow::anyhow;
use scaiwave_engine::view::PeerView;
use scaiwave_engine::{Viewer, peering};
use scaiwave_protocol::ServerName;

use crate::assembly::Assembly;
use crate::cli::output;
use crate::cli::table::{moment, plain, table};
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// Only this server, with its keys and the rooms in common.
    #[arg(value_name = "SERVER")]
    server: Option<String>,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

/// How other servers are doing. What a running server keeps in memory only, the moment of its next try,
/// is not known here.
pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let viewer = Viewer::operator(&tenant).map_err(|denial| anyhow!(denial.message))?;
    let now = tenant.world().now();
    if let Some(name) = &args.server {
        let server: ServerName = name.parse().map_err(|why| anyhow!("{name:?}: {why}"))?;
        let detail = peering::peer(&tenant, &viewer, &server).await;
        let detail = detail.map_err(|denial| anyhow!(denial.message))?;
        output::result(args.json, &one_json(&detail, now), &one_text(&detail, now))?;
        return Ok(());
    }
    let peers = peering::peers(&tenant, &viewer).await;
    let peers = peers.map_err(|denial| anyhow!(denial.message))?;
    let json = peers.iter().map(|peer| peer_json(peer, now)).collect();
    output::result(
        args.json,
        &serde_json::Value::Array(json),
        &list(&peers, now),
    )?;
    Ok(())
}

fn list(peers: &[PeerView], now: u64) -> String {
    if peers.is_empty() {
        return "This tenant has had nothing to do with another server yet.".to_owned();
    }
    let row = |peer: &PeerView| {
        vec![
            peer.server.to_string(),
            peer.state.to_owned(),
            peer.shared_rooms.to_string(),
            (peer.lag_events + peer.pending).to_string(),
            format!("{} s", waited(peer, now)),
            peer.dead_letters.to_string(),
            peer.summary.clone(),
        ]
    };
    let rows: Vec<_> = peers.iter().map(row).collect();
    let head = [
        "SERVER", "STATE", "ROOMS", "WAITING", "FOR", "DEAD", "IN WORDS",
    ];
    table(&head, &rows)
}

fn waited(peer: &PeerView, now: u64) -> u64 {
    peer.waiting_since
        .map_or(0, |since| now.saturating_sub(since) / 1000)
}

fn one_text(detail: &peering::PeerDetail, now: u64) -> String {
    let peer = &detail.peer;
    let dash = || "-".to_owned();
    let facts = [
        ("state", peer.state.to_owned()),
        ("in words", peer.summary.clone()),
        ("first contact", moment(Some(peer.first_contact_at))),
        ("last seen", moment(peer.last_seen_at)),
        ("last heard", moment(peer.last_heard_at)),
        ("unreachable since", moment(peer.unreachable_since)),
        ("last error", peer.last_error.clone().unwrap_or_else(dash)),
        (
            "waiting",
            format!("{} events, {} items", peer.lag_events, peer.pending),
        ),
        ("waiting for", format!("{} s", waited(peer, now))),
        ("software", peer.software.clone().unwrap_or_else(dash)),
        ("protocol", peer.protocol_versions.join(", ")),
        (
            "fingerprint",
            peer.fingerprint_words.clone().unwrap_or_else(dash),
        ),
    ];
    let mut lines: Vec<String> = facts
        .iter()
        .map(|(what, value)| format!("{what:<18} {}", plain(value)))
        .collect();
    let room = |room: &peering::SharedRoom| {
        vec![
            room.room_id.to_string(),
            room.name.clone().unwrap_or_else(dash),
            room.host.to_string(),
            room.head_seq.to_string(),
            room.acked_seq.map_or_else(dash, |seq| seq.to_string()),
            room.stopped.clone().unwrap_or_else(dash),
        ]
    };
    let rooms: Vec<_> = detail.rooms.iter().map(room).collect();
    let head = ["ROOM", "NAME", "HOST", "HEAD", "ACKED", "STOPPED"];
    lines.push(format!("\n{}", table(&head, &rooms)));
    lines.join("\n")
}

fn peer_json(peer: &PeerView, now: u64) -> serde_json::Value {
    serde_json::json!({
        "server_name": peer.server, "state": peer.state, "summary": peer.summary,
        "first_contact_at": peer.first_contact_at, "last_seen_at": peer.last_seen_at,
        "last_heard_at": peer.last_heard_at, "unreachable_since": peer.unreachable_since,
        "dropped_at": peer.dropped_at, "last_error": peer.last_error,
        "last_error_at": peer.last_error_at, "lag_events": peer.lag_events,
        "lag_seconds": waited(peer, now), "pending": peer.pending,
        "stopped_rooms": peer.stopped_rooms, "dead_letters": peer.dead_letters,
        "shared_rooms": peer.shared_rooms, "key_id": peer.key_id,
        "fingerprint_words": peer.fingerprint_words, "software": peer.software,
        "protocol_versions": peer.protocol_versions,
    })
}

fn one_json(detail: &peering::PeerDetail, now: u64) -> serde_json::Value {
    let keys = detail.pinned_keys.iter().map(|key| {
        serde_json::json!({
            "key_id": key.key_id, "public_key": key.public_key,
            "fingerprint_words": key.fingerprint_words,
        })
    });
    let rooms = detail.rooms.iter().map(|room| {
        serde_json::json!({
            "room_id": room.room_id, "name": room.name, "host": room.host,
            "head_seq": room.head_seq, "acked_seq": room.acked_seq, "stopped": room.stopped,
            "frozen": room.frozen,
        })
    });
    serde_json::json!({
        "peer": peer_json(&detail.peer, now),
        "descriptor_at": detail.descriptor_at,
        "pinned_keys": keys.collect::<Vec<_>>(),
        "rooms": rooms.collect::<Vec<_>>(),
    })
}
