use scaiwave_engine::rooms;

use crate::answer::{Answer, Success, data};
use crate::extract::{Caller, RoomPath};
use crate::failure::ActingInRoom;
use crate::shape::RoomJson;

/// Enters a room again in which the caller has been before: a public one of this tenant, or one to which they
/// have been invited again.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/rejoin",
    tag = "rooms",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<RoomJson<'static>>)), ActingInRoom)
)]
pub(crate) async fn rejoin_room(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    let room = rooms::rejoin(&caller.tenant, &caller.viewer, &room_id).await?;
    data(RoomJson::of(&room))
}
