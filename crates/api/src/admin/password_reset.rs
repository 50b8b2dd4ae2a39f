use scaiwave_engine::accounts;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, PersonPath};
use crate::failure::AdministeringAccount;
use crate::shape::Time;

/// What to hand over, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = ResetLink)]
struct ResetLinkJson {
    /// For `/v1/auth/reset`, once.
    token: String,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Time,
}

/// Makes a token with which somebody sets a new password. The one before it ends; their password and
/// sessions stay until it is used.
#[utoipa::path(
    post,
    path = "/v1/admin/participants/{participant_id}/password-reset",
    tag = "admin",
    params(("participant_id" = String, Path)),
    responses((status = 200, body = inline(Success<ResetLinkJson>)), AdministeringAccount)
)]
pub(crate) async fn make_reset_link(
    Admin(caller): Admin,
    PersonPath(local_id): PersonPath,
) -> Answer {
    let link = accounts::reset_link(&caller.tenant, &caller.viewer, &local_id).await?;
    data(ResetLinkJson {
        token: link.token,
        expires_at: link.expires_at.into(),
    })
}
