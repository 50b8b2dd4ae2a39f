use scaiwave_engine::rooms;

use crate::answer::{Answer, Success, data};
use crate::extract::{Caller, RoomPath};
use crate::failure::InRoom;
use crate::shape::RoomJson;

/// A room.
#[utoipa::path(
    get,
    path = "/v1/rooms/{room_id}",
    tag = "rooms",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<RoomJson<'static>>)), InRoom)
)]
pub(crate) async fn get_room(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    let room = rooms::get(&caller.tenant, &caller.viewer, &room_id).await?;
    data(RoomJson::of(&room))
}
