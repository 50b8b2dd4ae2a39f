use scaiwave_engine::messages;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Caller, EventPath};
use crate::failure::ActingInRoom;

/// Pins a message for everybody in the room; once more changes nothing.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/events/{event_id}/pin",
    tag = "messages",
    params(("room_id" = String, Path), ("event_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn pin_message(caller: Caller, EventPath(room_id, event_id): EventPath) -> Answer {
    messages::pin(&caller.tenant, &caller.viewer, &room_id, event_id, true).await?;
    done()
}
