use scaiwave_engine::rooms;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, RoomPath};
use crate::failure::ActingInRoom;

/// A new name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rename {
    /// For everybody in the room.
    name: String,
}

/// Renames a room.
#[utoipa::path(
    put,
    path = "/v1/rooms/{room_id}/name",
    tag = "rooms",
    params(("room_id" = String, Path)),
    request_body = Rename,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn rename_room(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<Rename>,
) -> Answer {
    rooms::rename(&caller.tenant, &caller.viewer, &room_id, body.name).await?;
    done()
}
