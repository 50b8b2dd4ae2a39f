use scaiwave_engine::rooms;

use super::Whom;
use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, RoomPath, participant};
use crate::failure::ActingInRoom;

/// Takes an invitation back: one's own, or anybody's with a power of 50.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/uninvite",
    tag = "rooms",
    params(("room_id" = String, Path)),
    request_body = Whom,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn uninvite(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<Whom>,
) -> Answer {
    let whom = participant(&caller.tenant, "participant_id", &body.participant_id)?;
    rooms::uninvite(&caller.tenant, &caller.viewer, &room_id, &whom).await?;
    done()
}
