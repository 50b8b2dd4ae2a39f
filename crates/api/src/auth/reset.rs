use axum::extract::State;
use scaiwave_engine::{ClientCode, accounts};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Client, ThisTenant};
use crate::failure::LoggingIn;
use crate::state::ApiState;

/// What an admin has handed over, and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reset {
    /// Of `/v1/admin/participants/{participant_id}/password-reset`; works once.
    token: String,
    /// At least 8 characters, at most 1,024 bytes.
    new_password: String,
}

/// Sets a new password with what an admin has handed over. All sessions of the account end; log in with
/// the new password.
#[utoipa::path(
    post,
    path = "/v1/auth/reset",
    tag = "auth",
    security(()),
    request_body = Reset,
    responses((status = 200, body = inline(Success<Done>)), LoggingIn)
)]
pub(crate) async fn reset_password(
    State(state): State<ApiState>,
    ThisTenant(tenant): ThisTenant,
    client: Client,
    Body(body): Body<Reset>,
) -> Answer {
    let (throttle, source) = (&state.throttle, client.source());
    throttle.begin_unnamed(source, state.world.now())?;
    match accounts::reset_password(&tenant, &body.token, body.new_password).await {
        Ok(local_id) => {
            // Whoever had forgotten their password has tried a few.
            throttle.succeeded(tenant.slug(), local_id.as_str(), source);
            done()
        }
        Err(denial) => {
            if denial.code != ClientCode::InvalidToken {
                throttle.undecided_unnamed(source);
            }
            Err(denial.into())
        }
    }
}
