use scaiwave_engine::rooms;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Caller, RoomPath};
use crate::failure::ActingInRoom;

/// Leaves a room.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/leave",
    tag = "rooms",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn leave_room(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    rooms::leave(&caller.tenant, &caller.viewer, &room_id).await?;
    done()
}
