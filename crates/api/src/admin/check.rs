use scaiwave_engine::doctor::{self, Finding};
use scaiwave_protocol::ServerName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data};
use crate::extract::{Admin, Body};
use crate::failure::{Administering, Failure};

/// Which server.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Its name; this server's own is looked at from outside.
    #[schema(example = "globex.example")]
    server_name: String,
}

/// The way to a server, step by step.
#[derive(Serialize, ToSchema)]
#[schema(as = DoctorReport)]
struct ReportJson<'a> {
    /// Which server.
    server_name: &'a str,
    /// Whether no step failed.
    ok: bool,
    /// Every step, in order; those after the first that failed are skipped.
    #[schema(value_type = Vec<StepJson<'static>>)]
    steps: List<StepJson<'a>>,
}

/// One step.
#[derive(Serialize, ToSchema)]
#[schema(as = DoctorStep)]
struct StepJson<'a> {
    /// `dns`, `address`, `tcp`, `tls`, `descriptor`, `key`, `clock`, `policy`, `echo_there`, `echo_back`.
    #[schema(value_type = String, example = "tls")]
    step: &'static str,
    /// What the step asks.
    #[schema(value_type = String)]
    question: &'static str,
    /// `ok`, `failed` or `skipped`.
    #[schema(value_type = String, example = "ok")]
    status: &'static str,
    /// What was found.
    found: &'a str,
    /// Why that may be, when it failed.
    #[schema(required = true)]
    cause: Option<&'a str>,
    /// What can be done, when it failed.
    #[schema(required = true)]
    fix: Option<&'a str>,
}

impl<'a> StepJson<'a> {
    fn of(finding: &'a Finding) -> Self {
        StepJson {
            step: finding.step.as_str(),
            question: finding.step.question(),
            status: finding.status.as_str(),
            found: &finding.found,
            cause: finding.cause.as_deref(),
            fix: finding.fix.as_deref(),
        }
    }
}

/// Walks the way to another server and back, step by step, and names cause and cure of what is wrong.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/check",
    tag = "admin",
    request_body = Wanted,
    responses((status = 200, body = inline(Success<ReportJson<'static>>)), Administering)
)]
pub(crate) async fn check_server(Admin(caller): Admin, Body(wanted): Body<Wanted>) -> Answer {
    let server = ServerName::parse(&wanted.server_name);
    let server = server.map_err(|malformed| Failure::at("server_name", malformed.0))?;
    let report = doctor::check(&caller.tenant, &caller.viewer, &server).await?;
    data(ReportJson {
        server_name: report.server.as_str(),
        ok: report.went_well(),
        steps: report.findings.iter().map(StepJson::of).collect(),
    })
}
