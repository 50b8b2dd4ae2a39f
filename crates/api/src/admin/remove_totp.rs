use scaiwave_engine::accounts;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Admin, PersonPath};
use crate::failure::AdministeringAccount;

/// Takes away the second factor of somebody who has lost their app and their recovery codes: logins need
/// no code any more.
#[utoipa::path(
    delete,
    path = "/v1/admin/participants/{participant_id}/totp",
    tag = "admin",
    params(("participant_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), AdministeringAccount)
)]
pub(crate) async fn remove_totp(Admin(caller): Admin, PersonPath(local_id): PersonPath) -> Answer {
    accounts::remove_second_factor(&caller.tenant, &caller.viewer, &local_id).await?;
    done()
}
