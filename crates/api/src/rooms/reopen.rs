use scaiwave_engine::rooms;
use scaiwave_protocol::event::content::RoomLife;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Caller, RoomPath};
use crate::failure::ActingInRoom;

/// Opens an archived room again. A closed one stays closed.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/reopen",
    tag = "rooms",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn reopen_room(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    rooms::set_life(&caller.tenant, &caller.viewer, &room_id, RoomLife::Open).await?;
    done()
}
