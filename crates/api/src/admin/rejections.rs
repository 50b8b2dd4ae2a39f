use scaiwave_engine::rejections;
use scaiwave_engine::store::RejectionFilter;
use scaiwave_engine::store::record::{RejectionDirection, RejectionRow};
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
    /// `inbound` (this server refused) or `outbound` (another one did).
    direction: Option<String>,
    /// The other server.
    peer: Option<String>,
    /// The code.
    code: Option<String>,
    /// The room.
    room_id: Option<String>,
    /// The event.
    event_id: Option<String>,
    /// Not older than this, such as `2026-11-22T13:43:32Z`.
    since: Option<String>,
    /// The `next_cursor` of the page before.
    before: Option<String>,
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
}

/// One refusal between servers.
#[derive(Serialize, ToSchema)]
#[schema(as = Rejection)]
pub(super) struct RejectionJson<'a> {
    /// Opaque.
    #[schema(value_type = String)]
    id: EventId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// `inbound` (this server refused) or `outbound` (another one did).
    #[schema(value_type = String, example = "inbound")]
    direction: &'static str,
    /// The other server, as it called itself; unproven when the signature is at fault.
    peer: &'a str,
    /// The step of the check that refused.
    step: &'a str,
    /// If known.
    #[schema(required = true)]
    room_id: Option<&'a str>,
    /// If known.
    #[schema(required = true)]
    event_id: Option<&'a str>,
    /// The event's type or the item's kind.
    #[schema(required = true)]
    kind: Option<&'a str>,
    /// The code that the peer was told.
    code: &'a str,
    /// The sentence that goes with it.
    message: &'a str,
    /// Bytes of what was refused.
    size: u64,
    /// The beginning of what was refused, as text.
    #[schema(value_type = String)]
    sample: std::borrow::Cow<'a, str>,
}

impl<'a> RejectionJson<'a> {
    pub(super) fn of(row: &'a RejectionRow) -> Self {
        RejectionJson {
            id: row.id,
            created_at: row.at.into(),
            direction: match row.direction {
                RejectionDirection::Inbound => "inbound",
                RejectionDirection::Outbound => "outbound",
            },
            peer: &row.peer,
            step: &row.step,
            room_id: row.room_id.as_deref(),
            event_id: row.event_id.as_deref(),
            kind: row.kind.as_deref(),
            code: &row.code,
            message: &row.message,
            size: row.size,
            sample: String::from_utf8_lossy(&row.sample),
        }
    }
}

/// What this server and others refused of each other, newest first.
#[utoipa::path(
    get,
    path = "/v1/admin/federation/rejections",
    tag = "admin",
    params(Lines),
    responses(
        (status = 200, body = inline(Success<List<RejectionJson<'static>>, PageMeta>)),
        Administering,
    )
)]
pub(crate) async fn list_rejections(Admin(caller): Admin, Params(lines): Params<Lines>) -> Answer {
    let filter = filter(lines)?;
    let limit = filter.limit as usize;
    let rows = rejections::list(&caller.tenant, &caller.viewer, filter).await?;
    // A full page may be the last one; the next is then empty.
    let has_more = rows.len() >= limit;
    let next_cursor = rows
        .last()
        .filter(|_| has_more)
        .map(|row| row.id.to_string());
    let lines: List<_> = rows.iter().map(RejectionJson::of).collect();
    data_with(
        lines,
        PageMeta {
            has_more,
            next_cursor,
        },
    )
}

fn filter(lines: Lines) -> Result<RejectionFilter, Failure> {
    let direction = match lines.direction.as_deref() {
        None => None,
        Some("inbound") => Some(RejectionDirection::Inbound),
        Some("outbound") => Some(RejectionDirection::Outbound),
        Some(_) => return Err(Failure::at("direction", "must be `inbound` or `outbound`")),
    };
    let since = lines.since.as_deref().map(time::parse).transpose();
    let before = lines.before.as_deref().map(EventId::parse).transpose();
    Ok(RejectionFilter {
        direction,
        peer: lines.peer,
        code: lines.code,
        room_id: lines.room_id,
        event_id: lines.event_id,
        since: since.map_err(|malformed| Failure::at("since", malformed.0))?,
        before: before.map_err(|_| Failure::at("before", "is not a cursor of this server"))?,
        limit: page_limit(lines.limit, PAGE_DEFAULT, PAGE_MAX)?,
    })
}
