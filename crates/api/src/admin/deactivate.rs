use scaiwave_engine::accounts;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, PersonPath};
use crate::failure::AdministeringAccount;
use crate::shape::AccountJson;

/// Closes an account: its sessions end at once, and nobody logs in to it. What it has said stays.
#[utoipa::path(
    post,
    path = "/v1/admin/participants/{participant_id}/deactivate",
    tag = "admin",
    params(("participant_id" = String, Path)),
    responses(
        (status = 200, body = inline(Success<AccountJson<'static>>)),
        AdministeringAccount,
    )
)]
pub(crate) async fn deactivate_account(
    Admin(caller): Admin,
    PersonPath(local_id): PersonPath,
) -> Answer {
    let account = accounts::deactivate(&caller.tenant, &caller.viewer, &local_id).await?;
    data(AccountJson::of(&account))
}
