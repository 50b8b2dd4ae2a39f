use scaiwave_engine::invitations;

use crate::answer::{Answer, Success, data};
use crate::extract::{Caller, RoomPath};
use crate::failure::ActingInRoom;
use crate::shape::RoomJson;

/// Accepts an invitation. Waits up to 10 s for a host elsewhere; the room's `membership` says whether
/// the caller is in yet.
#[utoipa::path(
    post,
    path = "/v1/me/invitations/{room_id}/accept",
    tag = "invitations",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<RoomJson<'static>>)), ActingInRoom)
)]
pub(crate) async fn accept_invitation(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    let room = invitations::accept(&caller.tenant, &caller.viewer, &room_id).await?;
    data(RoomJson::of(&room))
}
