use axum::extract::State;
use scaiwave_engine::accounts::Credentials;

use super::{AccessJson, login::Login, session_cookie, with_password};
use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Client, OwnPage, ThisTenant};
use crate::failure::SigningIn;
use crate::state::ApiState;

/// Logs a browser in: as `/v1/auth/login`, but the refresh token goes into a cookie that no script can
/// read, and is used up by `/v1/auth/session/refresh`. Only pages of this host may ask.
#[utoipa::path(
    post,
    path = "/v1/auth/session",
    tag = "auth",
    security(()),
    request_body = Login,
    responses((status = 200, body = inline(Success<AccessJson>)), SigningIn)
)]
pub(crate) async fn sign_in(
    State(state): State<ApiState>,
    ThisTenant(tenant): ThisTenant,
    page: OwnPage,
    client: Client,
    Body(body): Body<Login>,
) -> Answer {
    let said = Credentials {
        username: &body.username,
        password: &body.password,
        code: body.totp_code.as_deref(),
    };
    let pair = with_password(&state, &tenant, client, said).await?;
    let mut response = data(AccessJson::of(&pair))?;
    session_cookie::set(
        &mut response,
        &page,
        &pair.refresh_token,
        pair.refresh_expires_in_s,
    );
    Ok(response)
}
