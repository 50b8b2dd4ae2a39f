use scaiwave_engine::messages::{self, PinView};
use scaiwave_protocol::{EventId, Fqid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, List, ListMeta, Success, data_with};
use crate::extract::{Caller, Params, RoomPath, page_limit};
use crate::failure::InRoom;
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::shape::EventJson;

/// Which part.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
    /// Leave out the first.
    offset: Option<u32>,
}

/// A pinned message.
#[derive(Serialize, ToSchema)]
#[schema(as = Pin)]
struct PinJson<'a> {
    /// Which.
    #[schema(value_type = String)]
    event_id: EventId,
    /// As it is now, also when it has been redacted; null when it is older than what this server holds.
    #[schema(required = true)]
    event: Option<EventJson<'a>>,
}

impl<'a> PinJson<'a> {
    fn of(view: &'a PinView, viewer: &Fqid) -> Self {
        let event = view.event.as_ref();
        PinJson {
            event_id: view.event_id,
            event: event.map(|event| EventJson::of(event, Some(viewer))),
        }
    }
}

/// What the room keeps in sight, the newest pin first.
#[utoipa::path(
    get,
    path = "/v1/rooms/{room_id}/pins",
    tag = "messages",
    params(("room_id" = String, Path), Part),
    responses((status = 200, body = inline(Success<List<PinJson<'static>>, ListMeta>)), InRoom)
)]
pub(crate) async fn list_pins(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Params(part): Params<Part>,
) -> Answer {
    let Caller { tenant, viewer } = caller;
    let limit = page_limit(part.limit, PAGE_DEFAULT, PAGE_MAX)?;
    let offset = part.offset.unwrap_or(0);
    let views = messages::pins(&tenant, &viewer, &room_id, limit, offset).await?;
    let pins: List<_> = views
        .iter()
        .map(|view| PinJson::of(view, &viewer.fqid))
        .collect();
    let meta = ListMeta::of(limit, offset, pins.len());
    data_with(pins, meta)
}
