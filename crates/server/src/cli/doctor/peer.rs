use std::sync::Arc;

use anyhow::{anyhow, bail};
use scaiwave_engine::doctor::{self, Report};
use scaiwave_engine::{Tenant, Viewer};
use scaiwave_protocol::ServerName;

use crate::cli::output;
use crate::cli::table::plain_lines;

/// Walks the way to another server in a tenant's name.
pub(crate) async fn check(tenant: &Arc<Tenant>, server: &str, json: bool) -> anyhow::Result<()> {
    let server: ServerName = server.parse().map_err(|why| anyhow!("{server:?}: {why}"))?;
    let viewer = Viewer::operator(tenant).map_err(|denial| anyhow!(denial.message))?;
    let report = doctor::check(tenant, &viewer, &server).await;
    let report = report.map_err(|denial| anyhow!(denial.message))?;
    output::result(json, &to_json(&report), &plain_lines(&report.to_text()))?;
    if !report.went_well() {
        bail!("a step failed");
    }
    Ok(())
}

fn to_json(report: &Report) -> serde_json::Value {
    let steps = report.findings.iter().map(|finding| {
        serde_json::json!({
            "step": finding.step.as_str(), "status": finding.status.as_str(),
            "found": finding.found, "cause": finding.cause, "fix": finding.fix,
        })
    });
    serde_json::json!({
        "server_name": report.server, "ok": report.went_well(),
        "steps": steps.collect::<Vec<_>>(),
    })
}
