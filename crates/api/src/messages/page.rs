use scaiwave_engine::messages::{self, PageQuery};
use scaiwave_engine::store::Direction;
use scaiwave_protocol::EventId;
use serde::Deserialize;

use crate::answer::{Answer, List, PageMeta, Success, data_with};
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

/// A page of a room's timeline, always oldest first. Without `from`, `back` begins with the newest, and
/// what still waits for the host comes last.
#[utoipa::path(
    get,
    path = "/v1/rooms/{room_id}/messages",
    tag = "messages",
    params(("room_id" = String, Path), Page),
    responses((status = 200, body = inline(Success<List<EventJson<'static>>, PageMeta>)), InRoom)
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
    let next_cursor = page.next_seq.map(|seq| seq.to_string());
    data_with(
        events,
        PageMeta {
            has_more: page.has_more,
            next_cursor,
        },
    )
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
