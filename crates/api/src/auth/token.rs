use axum::extract::State;
use scaiwave_engine::accounts::{self, Credentials};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{TokensJson, with_password};
use crate::answer::{Answer, Success, data};
use crate::extract::{BodyOrForm, Client, ThisTenant};
use crate::failure::{Failure, LoggingIn};
use crate::state::ApiState;

/// A grant of OAuth 2.0: `password` with `username` and `password`, or `refresh_token` with
/// `refresh_token`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRequest {
    /// `password` or `refresh_token`.
    #[schema(example = "password")]
    grant_type: String,
    /// The local id.
    #[schema(example = "alice")]
    username: Option<String>,
    /// The password.
    password: Option<String>,
    /// What the app shows, or a recovery code, where a login needs one.
    totp_code: Option<String>,
    /// The refresh token of the pair before.
    refresh_token: Option<String>,
    /// Sent by OAuth libraries; without effect.
    #[serde(rename = "client_id")]
    _client_id: Option<String>,
    /// Sent by OAuth libraries; without effect.
    #[serde(rename = "scope")]
    _scope: Option<String>,
}

/// Logs in or refreshes, as OAuth 2.0 libraries do it.
#[utoipa::path(
    post,
    path = "/v1/auth/token",
    tag = "auth",
    security(()),
    request_body(content(
        (TokenRequest = "application/json"),
        (TokenRequest = "application/x-www-form-urlencoded"),
    )),
    responses((status = 200, body = inline(Success<TokensJson>)), LoggingIn)
)]
pub(crate) async fn token(
    State(state): State<ApiState>,
    ThisTenant(tenant): ThisTenant,
    client: Client,
    BodyOrForm(body): BodyOrForm<TokenRequest>,
) -> Answer {
    match body.grant_type.as_str() {
        "password" => {
            let username = needed("username", body.username.as_deref())?;
            let password = needed("password", body.password.as_deref())?;
            let said = Credentials {
                username,
                password,
                code: body.totp_code.as_deref(),
            };
            data(TokensJson::from(
                with_password(&state, &tenant, client, said).await?,
            ))
        }
        "refresh_token" => {
            let token = needed("refresh_token", body.refresh_token.as_deref())?;
            data(TokensJson::from(accounts::refresh(&tenant, token).await?))
        }
        _ => Err(Failure::at(
            "grant_type",
            "must be `password` or `refresh_token`",
        )),
    }
}

fn needed<'a>(field: &'static str, value: Option<&'a str>) -> Result<&'a str, Failure> {
    value.ok_or_else(|| Failure::at(field, "this field is missing"))
}
