use scaiwave_engine::rooms;

use crate::answer::{Answer, Success, data};
use crate::extract::{Caller, RoomPath};
use crate::failure::InRoom;
use crate::shape::OutsideJson;

/// Who outside this tenant can see the room: servers, since when and how much, and their people.
#[utoipa::path(
    get,
    path = "/v1/rooms/{room_id}/outside",
    tag = "rooms",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<OutsideJson<'static>>)), InRoom)
)]
pub(crate) async fn room_outside(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    let view = rooms::outside(&caller.tenant, &caller.viewer, &room_id).await?;
    data(OutsideJson::of(&view))
}
