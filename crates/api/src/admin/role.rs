use scaiwave_engine::accounts;
use scaiwave_engine::store::record::Role;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, Body, PersonPath};
use crate::failure::{AdministeringAccount, Failure};
use crate::shape::AccountJson;

/// What somebody may do.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRole {
    /// `member` or `admin`.
    #[schema(example = "admin")]
    role: String,
}

/// Makes somebody an admin, or an ordinary participant. One admin is always left.
#[utoipa::path(
    put,
    path = "/v1/admin/participants/{participant_id}/role",
    tag = "admin",
    params(("participant_id" = String, Path)),
    request_body = NewRole,
    responses(
        (status = 200, body = inline(Success<AccountJson<'static>>)),
        AdministeringAccount,
    )
)]
pub(crate) async fn set_role(
    Admin(caller): Admin,
    PersonPath(local_id): PersonPath,
    Body(new): Body<NewRole>,
) -> Answer {
    let role = match new.role.as_str() {
        "member" => Role::Member,
        "admin" => Role::Admin,
        _ => return Err(Failure::at("role", "must be `member` or `admin`")),
    };
    let account = accounts::set_role(&caller.tenant, &caller.viewer, &local_id, role).await?;
    data(AccountJson::of(&account))
}
