//! This server itself: what its operator can see from the machine it runs on.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{anyhow, bail};
use scaiwave_engine::doctor::{self, Status};
use scaiwave_engine::world::Challenge;
use scaiwave_engine::{Tenant, Viewer, peering};
use scaiwave_store::record::TenantRow;
use tokio::net::TcpStream;

use crate::assembly::Assembly;
use crate::cli::output;
use crate::cli::table::plain;
use crate::config::Config;

/// Below this a busy server fills its disk before anybody looks again.
const DISK_FREE_MIN: u64 = 256 << 20;
/// A key is replaced 30 days before its end; one so near to it was not.
const KEY_LEFT_MIN_MS: u64 = 7 * 24 * 3_600_000;
/// This version was made in November 2026: a clock before that is wrong.
const MADE_AT_MS: u64 = 1_793_491_200_000;
/// How long our own port may take to answer.
const LISTEN_TIME: Duration = Duration::from_secs(2);

/// One thing that was looked at.
struct Line {
    what: String,
    well: bool,
    found: String,
    fix: Option<&'static str>,
}

impl Line {
    fn ok(what: impl Into<String>, found: impl Into<String>) -> Self {
        Line {
            what: what.into(),
            well: true,
            found: found.into(),
            fix: None,
        }
    }

    fn failed(what: impl Into<String>, found: impl Into<String>, fix: &'static str) -> Self {
        Line {
            well: false,
            fix: Some(fix),
            ..Line::ok(what, found)
        }
    }
}

/// Looks at everything, also after something is wrong.
pub(super) async fn check(
    config: &Config,
    assembly: &Assembly,
    data: bool,
    json: bool,
) -> anyhow::Result<()> {
    let mut lines = vec![Line::ok("configuration", "It can be read.")];
    lines.push(data_directory(&config.db.directory));
    lines.push(disk_space(&config.db.directory));
    lines.push(clock(assembly.world.now()));
    lines.push(listening(config.server.listen).await);
    for row in assembly.tenants().await? {
        if data {
            let found = all_data(assembly, &row).await;
            let well = found.well;
            lines.push(found);
            // What is damaged is not opened.
            if !well {
                continue;
            }
        }
        let tenant = assembly.tenant(&row.slug).await?;
        lines.push(keys(&tenant));
        lines.extend(identity_provider(&tenant).await);
        lines.extend(of_tenant(&tenant).await?);
    }
    let well = lines.iter().all(|line| line.well);
    output::result(json, &to_json(&lines), &to_text(&lines))?;
    if !well {
        bail!("something is wrong here");
    }
    Ok(())
}

fn data_directory(directory: &Path) -> Line {
    let what = "data directory";
    let probe = directory.join(".doctor");
    let written = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
    match written {
        Ok(()) => Line::ok(what, format!("{} can be written to.", directory.display())),
        Err(error) => Line::failed(
            what,
            format!("{} cannot be written to: {error}.", directory.display()),
            "Give the directory to the user that runs the server.",
        ),
    }
}

fn disk_space(directory: &Path) -> Line {
    let what = "disk space";
    match rustix::fs::statvfs(directory) {
        Err(error) => Line::failed(
            what,
            format!("It cannot be asked for: {error}."),
            "Look at it with `df`.",
        ),
        Ok(of) => {
            let free = of.f_bavail.saturating_mul(of.f_frsize);
            let found = format!("{} MiB are free.", free >> 20);
            if free >= DISK_FREE_MIN {
                Line::ok(what, found)
            } else {
                Line::failed(
                    what,
                    found,
                    "Make room before the disk is full: then nothing is accepted.",
                )
            }
        }
    }
}

fn clock(now: u64) -> Line {
    if now >= MADE_AT_MS {
        return Line::ok("clock", crate::cli::table::moment(Some(now)));
    }
    Line::failed(
        "clock",
        format!("It says {}.", crate::cli::table::moment(Some(now))),
        "Set it by NTP: other servers refuse what is signed by a wrong clock.",
    )
}

/// Everything that is stored for a tenant, against itself.
async fn all_data(assembly: &Assembly, row: &TenantRow) -> Line {
    let what = format!("{}: data", row.server_name);
    match assembly.check_data(&row.slug).await {
        Ok(found) => Line::ok(
            what,
            format!(
                "The file is whole, and {} rooms with {} entries hold; {} signatures were verified.",
                found.rooms, found.entries, found.signatures
            ),
        ),
        Err(error) => Line::failed(
            what,
            format!("{error:#}."),
            "Stop the server, move the data directory aside and keep it, and restore the newest backup that holds: \
             `scaiwave restore`. Shared rooms get back from the other servers what was said since.",
        ),
    }
}

/// Whether anything answers on our own port; whether it is this server, the tenants' lines say.
async fn listening(listen: SocketAddr) -> Line {
    let mut place = listen;
    if place.ip().is_unspecified() {
        place.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    match tokio::time::timeout(LISTEN_TIME, TcpStream::connect(place)).await {
        Ok(Ok(_)) => Line::ok("listening", format!("{listen} takes connections.")),
        _ => Line::failed(
            "listening",
            format!("Nothing answers on {listen}."),
            "Start it with `scaiwave serve`, or look at its log.",
        ),
    }
}

/// Whether people can be sent to it.
async fn identity_provider(tenant: &Tenant) -> Option<Line> {
    let provider = &tenant.ways().provider.as_ref()?.provider;
    let what = format!("{}: identity provider", tenant.server_name());
    // Nobody goes there: it is only seen where they would go.
    let challenge = Challenge {
        state: String::new(),
        nonce: String::new(),
        verifier: String::new(),
    };
    let issuer = provider.issuer();
    Some(match provider.address(&challenge).await {
        Ok(_) => Line::ok(what, format!("{issuer} says where its endpoints are.")),
        Err(error) => Line::failed(
            what,
            format!("{issuer}: {error}."),
            "Nobody logs in by it before this is mended: look at oidc.issuer, and at the provider.",
        ),
    })
}

fn keys(tenant: &Tenant) -> Line {
    let what = format!("{}: key", tenant.server_name());
    let now = tenant.world().now();
    let keys = tenant.keyring().keys();
    let last = keys.iter().filter(|key| key.revoked_at.is_none());
    let until = last.map(|key| key.valid_until).max().unwrap_or(0);
    let days = until.saturating_sub(now) / 86_400_000;
    let found = format!("The newest is valid for {days} days.");
    if until >= now + KEY_LEFT_MIN_MS {
        Line::ok(what, found)
    } else {
        Line::failed(
            what,
            found,
            "Make the next one: `scaiwave admin federation key rotate`.",
        )
    }
}

async fn of_tenant(tenant: &Arc<Tenant>) -> anyhow::Result<Vec<Line>> {
    let viewer = Viewer::operator(tenant).map_err(|denial| anyhow!(denial.message))?;
    let own = doctor::check(tenant, &viewer, tenant.server_name()).await;
    let own = own.map_err(|denial| anyhow!(denial.message))?;
    let what = format!("{}: own name", tenant.server_name());
    let failed = own
        .findings
        .iter()
        .find(|finding| finding.status == Status::Failed);
    let name = match failed {
        None => Line::ok(what, "It leads back to this server, as seen from here."),
        Some(finding) => Line::failed(
            what,
            format!(
                "It does not lead back to this server: {} {}",
                finding.found,
                finding.cause.clone().unwrap_or_default()
            ),
            "Run `scaiwave doctor` with this server's own name to see every step. If only this machine \
             cannot reach itself by its public name, other servers may still.",
        ),
    };
    let peers = peering::peers(tenant, &viewer).await;
    let peers = peers.map_err(|denial| anyhow!(denial.message))?;
    let waiting: u64 = peers
        .iter()
        .map(|peer| peer.lag_events + peer.pending)
        .sum();
    let away: Vec<&str> = peers
        .iter()
        .filter(|peer| peer.state == "unreachable")
        .map(|peer| peer.server.as_str())
        .collect();
    let what = format!("{}: peers", tenant.server_name());
    let found = format!("{} known; {waiting} events wait.", peers.len());
    let queues = if away.is_empty() {
        Line::ok(what, found)
    } else {
        Line::failed(
            what,
            format!("{found} Cannot be reached: {}.", away.join(", ")),
            "Run `scaiwave doctor <server>` for each of them.",
        )
    };
    Ok(vec![name, queues])
}

fn to_text(lines: &[Line]) -> String {
    let mut text = Vec::new();
    for line in lines {
        let mark = if line.well { "ok     " } else { "FAILED " };
        text.push(format!("{mark} {}: {}", line.what, plain(&line.found)));
        if let Some(fix) = line.fix {
            text.push(format!("        Fix: {fix}"));
        }
    }
    text.join("\n")
}

fn to_json(lines: &[Line]) -> serde_json::Value {
    let json = lines.iter().map(|line| {
        serde_json::json!({
            "what": line.what, "ok": line.well, "found": line.found, "fix": line.fix,
        })
    });
    serde_json::Value::Array(json.collect())
}
