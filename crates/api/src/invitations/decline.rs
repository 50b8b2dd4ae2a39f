use scaiwave_engine::invitations;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Caller, RoomPath};
use crate::failure::ActingInRoom;

/// Declines an invitation.
#[utoipa::path(
    post,
    path = "/v1/me/invitations/{room_id}/decline",
    tag = "invitations",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn decline_invitation(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    invitations::decline(&caller.tenant, &caller.viewer, &room_id).await?;
    done()
}
