use scaiwave_engine::messages::{self, AroundQuery, PageQuery};
use scaiwave_engine::store::Direction;
use scaiwave_engine::view::{AroundPage, EventView, GapView, TimelinePage};
use scaiwave_protocol::{EventId, Fqid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data_with};
use crate::extract::{Caller, Params, RoomPath, cursor, page_limit};
use crate::failure::{Failure, InRoom};
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::shape::EventJson;

/// Which page.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    from: Option<String>,
    /// `back` (when it is left out) to older ones or `forward` to newer ones.
    direction: Option<String>,
    /// An event of the room: half of `limit` before it, the event, and the rest after it. Not with `from` or
    /// `direction`.
    around: Option<String>,
    /// Only the thread of this event.
    thread: Option<String>,
}

/// Where a timeline goes on, and what of it is missing.
#[derive(Serialize, ToSchema)]
#[schema(as = TimelineMeta)]
pub(crate) struct TimelineMeta<'a> {
    /// Whether there is more in the direction asked, here or at the room's host; with `around`, older ones.
    has_more: bool,
    /// Give it as the next `from`; with `around`, and `direction=back`.
    #[schema(required = true)]
    next_cursor: Option<String>,
    /// With `around` only: whether there are newer ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_newer: Option<bool>,
    /// With `around` only: give it as the next `from` with `direction=forward`.
    #[serde(skip_serializing_if = "Option::is_none")]
    newer_cursor: Option<String>,
    /// Set when the page should go on with events that this server does not have and could not fetch now.
    /// If `has_more`, the same page may be asked for again later.
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<GapJson<'a>>,
}

/// A part of the room's history that is missing here.
#[derive(Serialize, ToSchema)]
#[schema(as = Gap)]
struct GapJson<'a> {
    /// The last event that is here below the gap has this seq; 0 when the gap reaches to the room's
    /// beginning.
    after_seq: u64,
    /// The first event that is here above the gap has this seq.
    before_seq: u64,
    /// How many events are missing.
    missing: u64,
    /// Why, for programs.
    #[schema(example = "SW_FED_PEER_UNREACHABLE")]
    code: &'a str,
    /// Why, for people.
    message: &'a str,
}

impl<'a> GapJson<'a> {
    fn of(gap: &'a GapView) -> Self {
        GapJson {
            after_seq: gap.after_seq,
            before_seq: gap.before_seq,
            missing: gap.before_seq.saturating_sub(gap.after_seq + 1),
            code: gap.code,
            message: &gap.message,
        }
    }
}

/// A page of a room's timeline, always oldest first. Without `from`, `back` begins with the newest, and
/// what still waits for the host comes last. Below what this server has of a room that is hosted elsewhere,
/// older events are fetched and verified; `meta.gap` says when they cannot be had.
///
/// `around` answers with what is stored beside an event, at once; from there it goes on both ways.
#[utoipa::path(
    get,
    path = "/v1/rooms/{room_id}/messages",
    tag = "messages",
    params(("room_id" = String, Path), Page),
    responses((status = 200, body = inline(Success<List<EventJson<'static>>, TimelineMeta<'static>>)), InRoom)
)]
pub(crate) async fn list_messages(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Params(page): Params<Page>,
) -> Answer {
    let Caller { tenant, viewer } = caller;
    let limit = page_limit(page.limit, PAGE_DEFAULT, PAGE_MAX)?;
    let thread = event("thread", page.thread.as_deref())?;
    if let Some(event_id) = event("around", page.around.as_deref())? {
        if page.from.is_some() || page.direction.is_some() {
            return Err(Failure::at("around", "goes without `from` and `direction`"));
        }
        let query = AroundQuery {
            room_id,
            event_id,
            limit,
            thread,
        };
        let page = messages::around(&tenant, &viewer, query).await?;
        return data_with(lines(&page.events, &viewer.fqid), both_ways(&page));
    }
    let query = PageQuery {
        room_id,
        from_seq: cursor("from", page.from.as_deref())?,
        direction: direction(page.direction.as_deref())?,
        limit,
        thread,
    };
    let page = messages::page(&tenant, &viewer, query).await?;
    data_with(lines(&page.events, &viewer.fqid), one_way(&page))
}

fn lines<'a>(events: &'a [EventView], viewer: &Fqid) -> List<EventJson<'a>> {
    let events = events.iter();
    events
        .map(|event| EventJson::of(event, Some(viewer)))
        .collect()
}

fn one_way(page: &TimelinePage) -> TimelineMeta<'_> {
    TimelineMeta {
        has_more: page.has_more,
        next_cursor: page.next_seq.map(|seq| seq.to_string()),
        has_newer: None,
        newer_cursor: None,
        gap: page.gap.as_ref().map(GapJson::of),
    }
}

fn both_ways(page: &AroundPage) -> TimelineMeta<'static> {
    TimelineMeta {
        has_more: page.has_older,
        next_cursor: page.older_seq.map(|seq| seq.to_string()),
        has_newer: Some(page.has_newer),
        newer_cursor: page.newer_seq.map(|seq| seq.to_string()),
        gap: None,
    }
}

fn direction(text: Option<&str>) -> Result<Direction, Failure> {
    match text {
        None | Some("back") => Ok(Direction::Back),
        Some("forward") => Ok(Direction::Forward),
        Some(_) => Err(Failure::at("direction", "must be `back` or `forward`")),
    }
}

fn event(name: &'static str, text: Option<&str>) -> Result<Option<EventId>, Failure> {
    let parsed = text.map(EventId::parse).transpose();
    parsed.map_err(|malformed| Failure::at(name, malformed.0))
}
