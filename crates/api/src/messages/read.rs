use scaiwave_engine::messages;
use scaiwave_protocol::EventId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, RoomPath};
use crate::failure::ActingInRoom;

/// How far the caller has read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadUpTo {
    /// The last event read; a marker never moves back.
    #[schema(value_type = String)]
    event_id: EventId,
}

/// Moves the caller's read marker, which only their own devices are told of.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/read",
    tag = "messages",
    params(("room_id" = String, Path)),
    request_body = ReadUpTo,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn mark_read(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<ReadUpTo>,
) -> Answer {
    messages::mark_read(&caller.tenant, &caller.viewer, &room_id, body.event_id).await?;
    done()
}
