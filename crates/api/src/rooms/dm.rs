use scaiwave_engine::rooms;

use super::Whom;
use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Caller, participant};
use crate::failure::Writing;
use crate::shape::RoomJson;

/// The dm with somebody: the one that there is, or a new one.
#[utoipa::path(
    post,
    path = "/v1/rooms/dm",
    tag = "rooms",
    request_body = Whom,
    responses((status = 200, body = inline(Success<RoomJson<'static>>)), Writing)
)]
pub(crate) async fn open_dm(caller: Caller, Body(body): Body<Whom>) -> Answer {
    let whom = participant(&caller.tenant, "participant_id", &body.participant_id)?;
    let room = rooms::dm(&caller.tenant, &caller.viewer, &whom).await?;
    data(RoomJson::of(&room))
}
