use scaiwave_engine::rooms;

use super::WhomFqid;
use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, RoomPath, participant};
use crate::failure::ActingInRoom;

/// Invites somebody by full name.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/invitations",
    tag = "rooms",
    params(("room_id" = String, Path)),
    request_body = WhomFqid,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn invite_fqid(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<WhomFqid>,
) -> Answer {
    let whom = participant(&caller.tenant, "fqid", &body.fqid)?;
    rooms::invite(&caller.tenant, &caller.viewer, &room_id, &whom).await?;
    done()
}
