use scaiwave_engine::{Denial, live};
use scaiwave_protocol::RoomId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller};
use crate::failure::ActingInRoom;

/// Whether the caller is writing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typing {
    /// Where.
    room_id: String,
    /// Writing, or no more.
    typing: bool,
}

/// Tells the room that the caller is writing. It ends by itself after 4 s, so who goes on
/// says so again.
#[utoipa::path(
    put,
    path = "/v1/typing",
    tag = "live",
    request_body = Typing,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn set_typing(caller: Caller, Body(body): Body<Typing>) -> Answer {
    let room_id = RoomId::parse(&body.room_id).map_err(|_| Denial::no_such_room())?;
    live::typing(&caller.tenant, &caller.viewer, &room_id, body.typing).await?;
    done()
}
