use scaiwave_engine::history;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, RoomPath};
use crate::failure::FetchingForRoom;

/// What a request for history has brought.
#[derive(Serialize, ToSchema)]
#[schema(as = Backfilled)]
pub(crate) struct BackfilledJson {
    /// Verified events stored by this request.
    fetched: u64,
    /// The lowest seq from which on nothing is missing here.
    first_seq: u64,
    /// Whether the room's whole history is here.
    complete: bool,
}

/// Fetches older events of a room that is hosted elsewhere: at most 1000, each verified. When none can be
/// had, the error says whose fault that is.
#[utoipa::path(
    post,
    path = "/v1/admin/rooms/{room_id}/federation/backfill",
    tag = "admin",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<BackfilledJson>)), FetchingForRoom)
)]
pub(crate) async fn backfill_room(Admin(caller): Admin, RoomPath(room_id): RoomPath) -> Answer {
    let done = history::backfill(&caller.tenant, &caller.viewer, &room_id).await?;
    data(BackfilledJson {
        fetched: done.fetched,
        first_seq: done.first_seq,
        complete: done.complete,
    })
}
