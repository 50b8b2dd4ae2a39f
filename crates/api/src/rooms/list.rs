use scaiwave_engine::rooms;

use super::listed;
use crate::answer::{Answer, List, Success};
use crate::extract::Caller;
use crate::failure::Reading;
use crate::shape::RoomListJson;

/// The caller's rooms, newest activity first.
#[utoipa::path(
    get,
    path = "/v1/rooms",
    tag = "rooms",
    responses((status = 200, body = inline(Success<List<RoomListJson<'static>>>)), Reading)
)]
pub(crate) async fn list_rooms(caller: Caller) -> Answer {
    let views = rooms::list(&caller.tenant, &caller.viewer).await?;
    listed(&views, &caller)
}
