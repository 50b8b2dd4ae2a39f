use scaiwave_engine::messages;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Caller, EventPath};
use crate::failure::ActingInRoom;
use crate::shape::EventJson;

/// Why something is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redact {
    /// For everybody in the room to read.
    reason: Option<String>,
}

/// Takes the content of an event away for good: one's own, or anybody's with a power of 50.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/events/{event_id}/redact",
    tag = "messages",
    params(("room_id" = String, Path), ("event_id" = String, Path)),
    request_body = Redact,
    responses((status = 200, body = inline(Success<EventJson<'static>>)), ActingInRoom)
)]
pub(crate) async fn redact_event(
    caller: Caller,
    EventPath(room_id, event_id): EventPath,
    Body(body): Body<Redact>,
) -> Answer {
    let Caller { tenant, viewer } = caller;
    let event = messages::redact(&tenant, &viewer, &room_id, event_id, body.reason).await?;
    data(EventJson::of(&event, Some(&viewer.fqid)))
}
