use scaiwave_engine::rooms;
use scaiwave_protocol::event::content::RoomLife;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Caller, RoomPath};
use crate::failure::ActingInRoom;

/// Archives a room: nothing new is said in it.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/archive",
    tag = "rooms",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn archive_room(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    rooms::set_life(&caller.tenant, &caller.viewer, &room_id, RoomLife::Archived).await?;
    done()
}
