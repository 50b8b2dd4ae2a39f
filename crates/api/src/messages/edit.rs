use scaiwave_engine::messages;
use scaiwave_protocol::Json;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Caller, EventPath, with_full_mentions};
use crate::failure::ActingInRoom;
use crate::shape::EventJson;

/// What a message says instead.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewContent {
    /// Replaces the whole content.
    #[schema(value_type = Object)]
    content: Json,
}

/// Changes one's own message, within 24 hours.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/events/{event_id}/edit",
    tag = "messages",
    params(("room_id" = String, Path), ("event_id" = String, Path)),
    request_body = NewContent,
    responses((status = 200, body = inline(Success<EventJson<'static>>)), ActingInRoom)
)]
pub(crate) async fn edit_message(
    caller: Caller,
    EventPath(room_id, event_id): EventPath,
    Body(body): Body<NewContent>,
) -> Answer {
    let Caller { tenant, viewer } = caller;
    let content = with_full_mentions(&tenant, body.content)?;
    let event = messages::edit(&tenant, &viewer, &room_id, event_id, content).await?;
    data(EventJson::of(&event, Some(&viewer.fqid)))
}
