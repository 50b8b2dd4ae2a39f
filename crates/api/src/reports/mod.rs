//! Messages that somebody wants moderators to look at.

mod list;
mod report;
mod resolve;

use scaiwave_engine::store::record::ReportRow;
use scaiwave_protocol::{EventId, Fqid};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::shape::Time;
use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(report::report_event))
        .routes(routes!(list::list_reports))
        .routes(routes!(resolve::resolve_report))
}

/// A report. It says from which server it came and never from whom.
#[derive(Serialize, ToSchema)]
#[schema(as = Report)]
struct ReportJson<'a> {
    /// Opaque.
    #[schema(value_type = String)]
    id: EventId,
    /// Where the message stands.
    room_id: &'a str,
    /// The message.
    #[schema(value_type = String)]
    event_id: EventId,
    /// The reporter's server.
    server: &'a str,
    /// Such as `spam`.
    category: &'a str,
    /// In the reporter's words.
    #[schema(required = true)]
    text: Option<&'a str>,
    /// `open` or `resolved`.
    #[schema(value_type = String, example = "open")]
    state: &'static str,
    /// When it arrived.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// Who has settled it.
    #[schema(required = true)]
    resolved_by: Option<&'a str>,
    /// When.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    resolved_at: Option<Time>,
}

impl<'a> ReportJson<'a> {
    fn of(row: &'a ReportRow) -> Self {
        let (by, at) = row.resolved.as_ref().map(|(by, at)| (by, *at)).unzip();
        ReportJson {
            id: row.id,
            room_id: row.room_id.as_str(),
            event_id: row.event_id,
            server: row.from.as_str(),
            category: &row.category,
            text: row.text.as_deref(),
            state: if row.resolved.is_some() {
                "resolved"
            } else {
                "open"
            },
            created_at: row.at.into(),
            resolved_by: by.map(Fqid::as_str),
            resolved_at: at.map(Time::from),
        }
    }
}
