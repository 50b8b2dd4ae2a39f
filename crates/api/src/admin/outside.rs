use scaiwave_engine::rooms;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, RoomPath};
use crate::failure::AdministeringOne;
use crate::shape::OutsideJson;

/// Who outside this tenant can see a room: servers, since when and how much, and their people.
#[utoipa::path(
    get,
    path = "/v1/admin/rooms/{room_id}/outside",
    tag = "admin",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<OutsideJson<'static>>)), AdministeringOne)
)]
pub(crate) async fn room_outside_for_admin(
    Admin(caller): Admin,
    RoomPath(room_id): RoomPath,
) -> Answer {
    let view = rooms::outside_for_admin(&caller.tenant, &caller.viewer, &room_id).await?;
    data(OutsideJson::of(&view))
}
