use scaiwave_engine::policy;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Admin, Body, RoomPath};
use crate::failure::Administering;

/// Whether other servers may take part.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Federate {
    /// Or not.
    enabled: bool,
}

/// Keeps a room that is hosted here from other servers, or lets them in again. Everybody foreign is taken
/// out. An admin who does not own the room can keep others out and cannot open what its owner has closed.
#[utoipa::path(
    put,
    path = "/v1/admin/rooms/{room_id}/federate",
    tag = "admin",
    params(("room_id" = String, Path)),
    request_body = Federate,
    responses((status = 200, body = inline(Success<Done>)), Administering)
)]
pub(crate) async fn federate_room(
    Admin(caller): Admin,
    RoomPath(room_id): RoomPath,
    Body(body): Body<Federate>,
) -> Answer {
    policy::federate(&caller.tenant, &caller.viewer, &room_id, body.enabled).await?;
    done()
}
