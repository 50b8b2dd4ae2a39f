use scaiwave_engine::rooms;

use super::Removal;
use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, RoomPath, participant};
use crate::failure::ActingInRoom;

/// Lets somebody be invited again.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/unban",
    tag = "rooms",
    params(("room_id" = String, Path)),
    request_body = Removal,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn unban(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<Removal>,
) -> Answer {
    let whom = participant(&caller.tenant, "participant_id", &body.participant_id)?;
    rooms::unban(&caller.tenant, &caller.viewer, &room_id, &whom, body.reason).await?;
    done()
}
