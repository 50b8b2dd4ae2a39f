use scaiwave_engine::{ClientCode, accounts};
use scaiwave_protocol::LocalId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, Body, participant};
use crate::failure::{Failure, Registering};
use crate::shape::ParticipantJson;

/// Who is to have an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    /// The local id, or the full name of somebody of this tenant.
    #[schema(example = "alice")]
    participant_id: String,
    /// The tenant's id, as `/v1/auth/config` has it.
    tenant_id: String,
    /// What they are called, 1–100 characters.
    display_name: String,
}

/// Makes an account without a password, for admins. Where there is one of this name it stays as it is and is
/// answered. With `/v1/admin/participants/{participant_id}/password-reset` its owner gets a password.
#[utoipa::path(
    post,
    path = "/v1/auth/register",
    tag = "auth",
    request_body = Register,
    responses((status = 200, body = inline(Success<ParticipantJson<'static>>)), Registering)
)]
pub(crate) async fn register(Admin(caller): Admin, Body(body): Body<Register>) -> Answer {
    let tenant = &caller.tenant;
    let who = participant(tenant, "participant_id", &body.participant_id)?;
    if body.tenant_id != tenant.slug() || !tenant.is_local(&who) {
        let sentence = "an account is made in the tenant of this host only";
        return Err(ClientCode::TenantMismatch.because(sentence).into());
    }
    let local_id = LocalId::parse(who.local()).map_err(Failure::from)?;
    let view = accounts::register(tenant, &caller.viewer, local_id, body.display_name).await?;
    data(ParticipantJson::of(&view))
}
