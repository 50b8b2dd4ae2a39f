use scaiwave_engine::invitations;

use crate::answer::{Answer, List, Success, data};
use crate::extract::Caller;
use crate::failure::Reading;
use crate::shape::InvitationJson;

/// Invitations that wait for the caller's answer, newest first.
#[utoipa::path(
    get,
    path = "/v1/me/invitations",
    tag = "invitations",
    responses((status = 200, body = inline(Success<List<InvitationJson<'static>>>)), Reading)
)]
pub(crate) async fn list_invitations(caller: Caller) -> Answer {
    let views = invitations::list(&caller.tenant, &caller.viewer).await?;
    let waiting: List<_> = views.iter().map(InvitationJson::of).collect();
    data(waiting)
}
