use scaiwave_engine::rooms;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Admin, Body, RoomPath, participant};
use crate::failure::Administering;
use crate::rooms::WhomFqid;

/// Invites somebody of another server, as the admin who asks: an admin is in the room like everybody else
/// and has no power there by being one.
#[utoipa::path(
    post,
    path = "/v1/admin/rooms/{room_id}/federation/invite",
    tag = "admin",
    params(("room_id" = String, Path)),
    request_body = WhomFqid,
    responses((status = 200, body = inline(Success<Done>)), Administering)
)]
pub(crate) async fn admin_invite(
    Admin(caller): Admin,
    RoomPath(room_id): RoomPath,
    Body(body): Body<WhomFqid>,
) -> Answer {
    let whom = participant(&caller.tenant, "fqid", &body.fqid)?;
    rooms::invite(&caller.tenant, &caller.viewer, &room_id, &whom).await?;
    done()
}
