use scaiwave_engine::accounts;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, PersonPath};
use crate::failure::AdministeringAccount;
use crate::shape::AccountJson;

/// Opens a closed account again, with the password that it had.
#[utoipa::path(
    post,
    path = "/v1/admin/participants/{participant_id}/reactivate",
    tag = "admin",
    params(("participant_id" = String, Path)),
    responses(
        (status = 200, body = inline(Success<AccountJson<'static>>)),
        AdministeringAccount,
    )
)]
pub(crate) async fn reactivate_account(
    Admin(caller): Admin,
    PersonPath(local_id): PersonPath,
) -> Answer {
    let account = accounts::reactivate(&caller.tenant, &caller.viewer, &local_id).await?;
    data(AccountJson::of(&account))
}
