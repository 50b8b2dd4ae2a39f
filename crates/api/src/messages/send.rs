use scaiwave_engine::{ClientCode, Tenant, Viewer, messages};
use scaiwave_protocol::{EventId, Json};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Caller, RoomPath, participant, with_full_mentions};
use crate::failure::{ActingInRoom, Failure};
use crate::shape::EventJson;

const AS: &str = "as_participant_id";

/// A message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    /// At most 64 KiB as canonical JSON: `body`, and if need be `msgtype` (`swp.text` when it is left
    /// out), `mentions`, `reply_to_event_id`, `thread_root`, `media`.
    #[schema(value_type = Object)]
    content: Json,
    /// A UUID of the client's. Sending again with the same one gives the same event.
    #[schema(value_type = Option<String>, format = "uuid")]
    event_uuid: Option<EventId>,
    /// Who says it: nobody but the caller, who is meant when it is left out.
    as_participant_id: Option<String>,
}

/// Says something in a room. The answer is the event: `pending` as long as a host elsewhere has not
/// given it its place.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/send",
    tag = "messages",
    params(("room_id" = String, Path)),
    request_body = Message,
    responses((status = 200, body = inline(Success<EventJson<'static>>)), ActingInRoom)
)]
pub(crate) async fn send_message(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<Message>,
) -> Answer {
    let Caller { tenant, viewer } = caller;
    if let Some(named) = &body.as_participant_id {
        must_be_the_caller(&tenant, &viewer, named)?;
    }
    let content = with_full_mentions(&tenant, body.content)?;
    let event = messages::post(&tenant, &viewer, &room_id, content, body.event_uuid).await?;
    data(EventJson::of(&event, Some(&viewer.fqid)))
}

/// An event is signed as what its sender said, and nobody lends their voice.
fn must_be_the_caller(tenant: &Tenant, viewer: &Viewer, named: &str) -> Result<(), Failure> {
    if participant(tenant, AS, named)? == viewer.fqid {
        return Ok(());
    }
    let sentence = "a message is said by whoever has logged in, and by nobody else";
    let denial = ClientCode::InsufficientPermission.because(sentence);
    Err(denial.at(AS).into())
}
