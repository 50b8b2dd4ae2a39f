use scaiwave_engine::peering;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, ForeignPath};
use crate::failure::FetchingProfile;
use crate::shape::ParticipantJson;

/// Asks the home of somebody of another server, who is in a room here, what they are called now. The
/// directory says so from then on; in rooms they are called what the room says.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/foreign/{participant_id}/refresh",
    tag = "admin",
    params(("participant_id" = String, Path, description = "The full name.")),
    responses((status = 200, body = inline(Success<ParticipantJson<'static>>)), FetchingProfile)
)]
pub(crate) async fn refresh_profile(
    Admin(caller): Admin,
    ForeignPath(participant): ForeignPath,
) -> Answer {
    let view = peering::refresh_profile(&caller.tenant, &caller.viewer, &participant).await?;
    data(ParticipantJson::of(&view))
}
