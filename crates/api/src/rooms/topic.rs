use scaiwave_engine::rooms;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, RoomPath};
use crate::failure::ActingInRoom;

/// A new topic.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTopic {
    /// For everybody in the room.
    topic: String,
}

/// Sets a room's topic.
#[utoipa::path(
    put,
    path = "/v1/rooms/{room_id}/topic",
    tag = "rooms",
    params(("room_id" = String, Path)),
    request_body = NewTopic,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn set_topic(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<NewTopic>,
) -> Answer {
    rooms::set_topic(&caller.tenant, &caller.viewer, &room_id, body.topic).await?;
    done()
}
