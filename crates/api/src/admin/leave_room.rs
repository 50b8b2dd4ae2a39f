use scaiwave_engine::policy;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Admin, RoomPath};
use crate::failure::Administering;

/// Leaves a room that the policy has turned against: from a room hosted elsewhere all people of this tenant
/// go, from one that is hosted here those of the servers that the policy does not admit.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/rooms/{room_id}/leave",
    tag = "admin",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), Administering)
)]
pub(crate) async fn leave_federated_room(
    Admin(caller): Admin,
    RoomPath(room_id): RoomPath,
) -> Answer {
    policy::leave(&caller.tenant, &caller.viewer, &room_id).await?;
    done()
}
