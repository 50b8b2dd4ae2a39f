use scaiwave_engine::audit::Actor;
use scaiwave_engine::peering;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, RoomPath};
use crate::failure::AdministeringRoom;

/// What was answered for.
#[derive(Serialize, ToSchema)]
#[schema(as = ConfirmedNewest)]
struct ConfirmedJson {
    /// Servers that had not said what they hold of the room.
    #[schema(value_type = Vec<String>)]
    unheard: Vec<String>,
}

/// Answers for it that this server's copy of a room is the newest, so that the room goes on although
/// servers that cannot be reached have not said what they hold of it. If one of them holds more, the room
/// will be read-only there until its admin lifts that.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/rooms/{room_id}/confirm-newest",
    tag = "admin",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<ConfirmedJson>)), AdministeringRoom)
)]
pub(crate) async fn confirm_newest(Admin(caller): Admin, RoomPath(room_id): RoomPath) -> Answer {
    let actor = Actor::Person(&caller.viewer);
    let unheard = peering::confirm_newest(&caller.tenant, actor, &room_id).await?;
    data(ConfirmedJson {
        unheard: unheard.iter().map(ToString::to_string).collect(),
    })
}
