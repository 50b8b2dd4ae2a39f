use scaiwave_engine::messages;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Caller, ReactionPath};
use crate::failure::ActingInRoom;

/// Takes one's emoji from a message; once more changes nothing.
#[utoipa::path(
    delete,
    path = "/v1/rooms/{room_id}/events/{event_id}/reactions/{emoji}",
    tag = "messages",
    params(
        ("room_id" = String, Path),
        ("event_id" = String, Path),
        ("emoji" = String, Path, description = "One emoji, percent-encoded"),
    ),
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn remove_reaction(
    caller: Caller,
    ReactionPath(room_id, event_id, emoji): ReactionPath,
) -> Answer {
    let Caller { tenant, viewer } = caller;
    messages::react(&tenant, &viewer, &room_id, event_id, emoji, false).await?;
    done()
}
