use scaiwave_engine::accounts;
use serde::Deserialize;
use utoipa::ToSchema;

use super::TokensJson;
use crate::answer::{Answer, Success, data};
use crate::extract::{BodyOrForm, ThisTenant};
use crate::failure::LoggingIn;

/// The refresh token of the pair before.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refresh {
    /// Works once.
    refresh_token: String,
}

/// Gives a new pair of tokens for a refresh token. A token that comes a second time ends the session.
#[utoipa::path(
    post,
    path = "/v1/auth/refresh",
    tag = "auth",
    security(()),
    request_body(content(
        (Refresh = "application/json"),
        (Refresh = "application/x-www-form-urlencoded"),
    )),
    responses((status = 200, body = inline(Success<TokensJson>)), LoggingIn)
)]
pub(crate) async fn refresh_tokens(
    ThisTenant(tenant): ThisTenant,
    BodyOrForm(body): BodyOrForm<Refresh>,
) -> Answer {
    data(TokensJson::from(
        accounts::refresh(&tenant, &body.refresh_token).await?,
    ))
}
