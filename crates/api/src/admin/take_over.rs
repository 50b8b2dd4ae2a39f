use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Admin, RoomPath};
use crate::failure::AdministeringRoom;

/// Agrees that this server becomes the room's host as soon as its present host asks.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/rooms/{room_id}/take-over",
    tag = "admin",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), AdministeringRoom)
)]
pub(crate) async fn agree_to_host(Admin(caller): Admin, RoomPath(room_id): RoomPath) -> Answer {
    rooms::agree_to_host(&caller.tenant, Actor::Person(&caller.viewer), &room_id).await?;
    done()
}
