use scaiwave_engine::notifications;
use scaiwave_engine::store::record::NotificationMode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, RoomPath};
use crate::failure::{ActingInRoom, Failure};

/// What to hear of a room.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMode {
    /// `all`, `mentions`, `none`; `inherit`: as the caller's preferences say.
    #[schema(example = "mentions")]
    mode: String,
}

/// Says what the caller wants to hear of a room. Keywords are heard in every mode.
#[utoipa::path(
    put,
    path = "/v1/rooms/{room_id}/notification-mode",
    tag = "rooms",
    params(("room_id" = String, Path)),
    request_body = NewMode,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn set_notification_mode(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<NewMode>,
) -> Answer {
    let mode = match body.mode.as_str() {
        "inherit" => None,
        text => {
            let wrong = |_| Failure::at("mode", "must be all, mentions, none or inherit");
            Some(text.parse::<NotificationMode>().map_err(wrong)?)
        }
    };
    notifications::set_mode(&caller.tenant, &caller.viewer, &room_id, mode).await?;
    done()
}
