use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Admin, RoomPath};
use crate::failure::AdministeringRoom;

/// No longer agrees to become the room's host.
#[utoipa::path(
    delete,
    path = "/v1/admin/federation/rooms/{room_id}/take-over",
    tag = "admin",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), AdministeringRoom)
)]
pub(crate) async fn withdraw_take_over(
    Admin(caller): Admin,
    RoomPath(room_id): RoomPath,
) -> Answer {
    rooms::withdraw_take_over(&caller.tenant, Actor::Person(&caller.viewer), &room_id).await?;
    done()
}
