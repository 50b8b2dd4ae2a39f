use scaiwave_engine::rooms;

use super::listed;
use crate::answer::{Answer, List, Success};
use crate::extract::Caller;
use crate::failure::Reading;
use crate::shape::RoomListJson;

/// Those of the caller's rooms that are archived, newest activity first.
#[utoipa::path(
    get,
    path = "/v1/rooms/archived",
    tag = "rooms",
    responses((status = 200, body = inline(Success<List<RoomListJson<'static>>>)), Reading)
)]
pub(crate) async fn list_archived(caller: Caller) -> Answer {
    let views = rooms::archived(&caller.tenant, &caller.viewer).await?;
    listed(&views, &caller)
}
