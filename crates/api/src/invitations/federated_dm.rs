use scaiwave_engine::rooms;

use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Caller, participant};
use crate::failure::Writing;
use crate::rooms::WhomFqid;
use crate::shape::RoomJson;

/// The dm with somebody of another server: the one that there is, or a new one.
#[utoipa::path(
    post,
    path = "/v1/me/federated-dms",
    tag = "invitations",
    request_body = WhomFqid,
    responses((status = 200, body = inline(Success<RoomJson<'static>>)), Writing)
)]
pub(crate) async fn open_federated_dm(caller: Caller, Body(body): Body<WhomFqid>) -> Answer {
    let whom = participant(&caller.tenant, "fqid", &body.fqid)?;
    let room = rooms::dm(&caller.tenant, &caller.viewer, &whom).await?;
    data(RoomJson::of(&room))
}
