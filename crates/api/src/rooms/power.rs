use scaiwave_engine::rooms;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, RoomPath, participant};
use crate::failure::{ActingInRoom, Failure};

/// Somebody's new power.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPower {
    /// Whose.
    #[schema(example = "@bob:globex.example")]
    participant_id: String,
    /// 0 (everybody), 50 (moderators), 100 (owners), or between.
    #[schema(maximum = 100)]
    level: u8,
}

/// Sets somebody's power in a room.
#[utoipa::path(
    put,
    path = "/v1/rooms/{room_id}/power",
    tag = "rooms",
    params(("room_id" = String, Path)),
    request_body = NewPower,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn set_power(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<NewPower>,
) -> Answer {
    let whom = participant(&caller.tenant, "participant_id", &body.participant_id)?;
    if body.level > scaiwave_protocol::limits::POWER_MAX {
        return Err(Failure::at("level", "must be 0–100"));
    }
    rooms::set_power(&caller.tenant, &caller.viewer, &room_id, &whom, body.level).await?;
    done()
}
