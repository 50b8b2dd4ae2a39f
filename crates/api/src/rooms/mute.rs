use scaiwave_engine::notifications;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, RoomPath};
use crate::failure::{ActingInRoom, Failure};
use crate::shape::time;

/// For how long a room makes no sound.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MuteUntil {
    /// A time to come; null ends it now.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true, format = DateTime)]
    until: Option<String>,
}

/// Mutes a room for the caller, or lifts that. What is said to them still waits in their inbox.
#[utoipa::path(
    put,
    path = "/v1/rooms/{room_id}/mute",
    tag = "rooms",
    params(("room_id" = String, Path)),
    request_body = MuteUntil,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn mute_room(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<MuteUntil>,
) -> Answer {
    let until = body.until.as_deref().map(time::parse).transpose();
    let until = until.map_err(|malformed| Failure::at("until", malformed.0))?;
    notifications::mute(&caller.tenant, &caller.viewer, &room_id, until).await?;
    done()
}
