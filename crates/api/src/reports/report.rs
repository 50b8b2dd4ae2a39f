use scaiwave_engine::reports;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, EventPath};
use crate::failure::ActingInRoom;

/// What is wrong with a message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReport {
    /// `spam`, `abuse`, `illegal`, `impersonation` or `other`.
    #[schema(example = "spam")]
    category: String,
    /// In the caller's words, 1–1000 characters.
    text: Option<String>,
}

/// Reports a message to the moderators of its room, at the room's host. The caller's name is not told.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/events/{event_id}/report",
    tag = "messages",
    params(("room_id" = String, Path), ("event_id" = String, Path)),
    request_body = NewReport,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn report_event(
    caller: Caller,
    EventPath(room_id, event_id): EventPath,
    Body(body): Body<NewReport>,
) -> Answer {
    let Caller { tenant, viewer } = caller;
    let NewReport { category, text } = body;
    reports::report(&tenant, &viewer, &room_id, event_id, &category, text).await?;
    done()
}
