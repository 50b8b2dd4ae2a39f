use scaiwave_engine::policy::{self, Policy};
use scaiwave_protocol::descriptor::PeerPattern;

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

/// Shows the policy. Changing it is for the running server (see the admin API): rooms may have to be left
/// because of it, and only one process works in a room.
pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let policy = policy::get(&tenant);
    output::result(args.json, &json(&policy), &text(&policy))?;
    Ok(())
}

fn names(list: &[PeerPattern]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

fn text(policy: &Policy) -> String {
    let list = |list: &[PeerPattern]| match names(list).as_slice() {
        [] => "-".to_owned(),
        names => names.join(", "),
    };
    let facts = [
        ("default_mode", policy.default_mode.as_str().to_owned()),
        ("allowed_peers", list(&policy.allowed_peers)),
        ("blocked_peers", list(&policy.blocked_peers)),
        ("auto_accept", policy.auto_accept.as_str().to_owned()),
        (
            "max_foreign_participants_per_room",
            policy.max_foreign_participants_per_room.to_string(),
        ),
        (
            "max_backfill_events_per_request",
            policy.max_backfill_events_per_request.to_string(),
        ),
        (
            "invites_per_peer_per_hour",
            policy.invites_per_peer_per_hour.to_string(),
        ),
    ];
    let lines = facts
        .iter()
        .map(|(what, value)| format!("{what:<34} {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn json(policy: &Policy) -> serde_json::Value {
    serde_json::json!({
        "default_mode": policy.default_mode.as_str(),
        "allowed_peers": names(&policy.allowed_peers),
        "blocked_peers": names(&policy.blocked_peers),
        "auto_accept": policy.auto_accept.as_str(),
        "max_foreign_participants_per_room": policy.max_foreign_participants_per_room,
        "max_backfill_events_per_request": policy.max_backfill_events_per_request,
        "invites_per_peer_per_hour": policy.invites_per_peer_per_hour,
    })
}
