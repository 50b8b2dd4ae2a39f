use axum::extract::State;
use scaiwave_engine::accounts::Credentials;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{TokensJson, with_password};
use crate::answer::{Answer, Success, data};
use crate::extract::{BodyOrForm, Client, ThisTenant};
use crate::failure::LoggingIn;
use crate::state::ApiState;

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// The local id.
    #[schema(example = "alice")]
    pub(super) username: String,
    /// The password.
    pub(super) password: String,
    /// What the app shows, or a recovery code, where a login needs one.
    pub(super) totp_code: Option<String>,
}

/// Logs in with name and password, where they let in.
#[utoipa::path(
    post,
    path = "/v1/auth/login",
    tag = "auth",
    security(()),
    request_body(content(
        (Login = "application/json"),
        (Login = "application/x-www-form-urlencoded"),
    )),
    responses((status = 200, body = inline(Success<TokensJson>)), LoggingIn)
)]
pub(crate) async fn login(
    State(state): State<ApiState>,
    ThisTenant(tenant): ThisTenant,
    client: Client,
    BodyOrForm(body): BodyOrForm<Login>,
) -> Answer {
    let said = Credentials {
        username: &body.username,
        password: &body.password,
        code: body.totp_code.as_deref(),
    };
    data(TokensJson::from(
        with_password(&state, &tenant, client, said).await?,
    ))
}
