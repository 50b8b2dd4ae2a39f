use scaiwave_engine::rooms;

use crate::answer::{Answer, List, Success, data};
use crate::extract::{Caller, RoomPath};
use crate::failure::InRoom;
use crate::shape::MemberJson;

/// Everybody who is something to the room.
#[utoipa::path(
    get,
    path = "/v1/rooms/{room_id}/members",
    tag = "rooms",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<List<MemberJson<'static>>>)), InRoom)
)]
pub(crate) async fn list_members(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    let views = rooms::members(&caller.tenant, &caller.viewer, &room_id).await?;
    let members: List<_> = views.iter().map(MemberJson::of).collect();
    data(members)
}
