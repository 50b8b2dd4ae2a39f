use scaiwave_engine::messages::{self, PageQuery};
use scaiwave_engine::store::Direction;
use scaiwave_engine::view::GapView;
use scaiwave_protocol::EventId;
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
    /// Only the thread of this event.
    thread: Option<String>,
}

/// Where a timeline goes on, and what of it is missing.
#[derive(Serialize, ToSchema)]
#[schema(as = TimelineMeta)]
pub(crate) struct TimelineMeta<'a> {
    /// Whether there is more in the direction asked, here or at the room's host.
    has_more: bool,
    /// Give it as the next `from`.
    #[schema(required = true)]
    next_cursor: Option<String>,
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
    let query = PageQuery {
        room_id,
        from_seq: cursor("from", page.from.as_deref())?,
        direction: direction(page.direction.as_deref())?,
        limit: page_limit(page.limit, PAGE_DEFAULT, PAGE_MAX)?,
        thread: thread(page.thread.as_deref())?,
    };
    let page = messages::page(&caller.tenant, &caller.viewer, query).await?;
    let viewer = Some(&caller.viewer.fqid);
    let events: List<_> = page
        .events
        .iter()
        .map(|event| EventJson::of(event, viewer))
        .collect();
    let meta = TimelineMeta {
        has_more: page.has_more,
        next_cursor: page.next_seq.map(|seq| seq.to_string()),
        gap: page.gap.as_ref().map(GapJson::of),
    };
    data_with(events, meta)
}

fn direction(text: Option<&str>) -> Result<Direction, Failure> {
    match text {
        None | Some("back") => Ok(Direction::Back),
        Some("forward") => Ok(Direction::Forward),
        Some(_) => Err(Failure::at("direction", "must be `back` or `forward`")),
    }
}

fn thread(text: Option<&str>) -> Result<Option<EventId>, Failure> {
    let parsed = text.map(EventId::parse).transpose();
    parsed.map_err(|malformed| Failure::at("thread", malformed.0))
}
