use scaiwave_engine::rooms;

use crate::answer::{Answer, Success, data};
use crate::extract::{Caller, RoomPath};
use crate::failure::ActingInRoom;
use crate::shape::RoomJson;

/// Joins a public room of this tenant, or one to which the caller is invited.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/join",
    tag = "rooms",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<RoomJson<'static>>)), ActingInRoom)
)]
pub(crate) async fn join_room(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    let room = rooms::join(&caller.tenant, &caller.viewer, &room_id).await?;
    data(RoomJson::of(&room))
}
