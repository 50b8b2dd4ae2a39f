use scaiwave_engine::audit::{self, Action};
use scaiwave_engine::store::AuditFilter;
use scaiwave_engine::store::record::{AuditRow, AuditSeverity};
use scaiwave_protocol::EventId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, List, PageMeta, Success, data_with};
use crate::extract::{Admin, Params, page_limit};
use crate::failure::{Administering, Failure};
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::shape::{Time, time};

/// Which lines.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Lines {
    /// `change` or `alarm`.
    severity: Option<String>,
    /// What was done, such as `policy.changed`; a word that is none is refused.
    action: Option<String>,
    /// The other server that it is about.
    peer: Option<String>,
    /// The room that it is about.
    room_id: Option<String>,
    /// Not older than this, such as `2026-11-22T13:43:32Z`.
    since: Option<String>,
    /// The `next_cursor` of the page before.
    before: Option<String>,
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
}

/// Who changed what, or what an admin must know.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditLine)]
struct LineJson<'a> {
    /// Opaque.
    #[schema(value_type = String)]
    id: EventId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// `change`, or `alarm`: something is wrong that an admin must know.
    #[schema(value_type = String, example = "change")]
    severity: &'static str,
    /// Who: a full name, `operator` (the command line) or `server` (by itself).
    #[schema(example = "@ann:acme.example")]
    actor: &'a str,
    /// What, as a word that never changes.
    #[schema(example = "policy.changed")]
    action: &'a str,
    /// The other server that it is about.
    #[schema(required = true)]
    peer: Option<&'a str>,
    /// The room that it is about.
    #[schema(required = true)]
    room_id: Option<&'a str>,
    /// A sentence for people.
    message: &'a str,
}

impl<'a> LineJson<'a> {
    fn of(row: &'a AuditRow) -> Self {
        LineJson {
            id: row.id,
            created_at: row.at.into(),
            severity: match row.severity {
                AuditSeverity::Change => "change",
                AuditSeverity::Alarm => "alarm",
            },
            actor: &row.actor,
            action: &row.action,
            peer: row.peer.as_deref(),
            room_id: row.room_id.as_deref(),
            message: &row.message,
        }
    }
}

/// Who changed what about the tenant's federation, and alarms, newest first.
#[utoipa::path(
    get,
    path = "/v1/admin/audit",
    tag = "admin",
    params(Lines),
    responses(
        (status = 200, body = inline(Success<List<LineJson<'static>>, PageMeta>)),
        Administering,
    )
)]
pub(crate) async fn list_audit(Admin(caller): Admin, Params(lines): Params<Lines>) -> Answer {
    let filter = filter(lines)?;
    let limit = filter.limit as usize;
    let rows = audit::list(&caller.tenant, &caller.viewer, filter).await?;
    let has_more = rows.len() >= limit;
    let last = rows.last().filter(|_| has_more);
    let next_cursor = last.map(|row| row.id.to_string());
    let lines: List<_> = rows.iter().map(LineJson::of).collect();
    data_with(
        lines,
        PageMeta {
            has_more,
            next_cursor,
        },
    )
}

fn filter(lines: Lines) -> Result<AuditFilter, Failure> {
    let severity = match lines.severity.as_deref() {
        None => None,
        Some("change") => Some(AuditSeverity::Change),
        Some("alarm") => Some(AuditSeverity::Alarm),
        Some(_) => return Err(Failure::at("severity", "must be `change` or `alarm`")),
    };
    let is_known = |word: &String| Action::ALL.iter().any(|action| action.as_str() == word);
    if lines.action.as_ref().is_some_and(|word| !is_known(word)) {
        return Err(Failure::at("action", "is none that this server writes"));
    }
    let since = lines.since.as_deref().map(time::parse).transpose();
    let before = lines.before.as_deref().map(EventId::parse).transpose();
    Ok(AuditFilter {
        severity,
        action: lines.action,
        peer: lines.peer,
        room_id: lines.room_id,
        since: since.map_err(|malformed| Failure::at("since", malformed.0))?,
        before: before.map_err(|_| Failure::at("before", "is not a cursor of this server"))?,
        limit: page_limit(lines.limit, PAGE_DEFAULT, PAGE_MAX)?,
    })
}
