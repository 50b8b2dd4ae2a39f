use scaiwave_engine::accounts;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::TokensJson;
use super::{Browser, without_cookie};
use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Client, ThisTenant};
use crate::failure::FinishingOidc;

/// What came back with the browser.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Finish {
    /// Of `#login_code=…`; works once, for a minute, in the browser that began.
    pub(super) code: String,
}

/// Gives the tokens of somebody who is back from the identity provider.
#[utoipa::path(
    post,
    path = "/v1/auth/oidc/finish",
    tag = "auth",
    security(()),
    request_body = Finish,
    responses((status = 200, body = inline(Success<TokensJson>)), FinishingOidc)
)]
pub(crate) async fn finish_oidc(
    ThisTenant(tenant): ThisTenant,
    browser: Browser,
    client: Client,
    Body(body): Body<Finish>,
) -> Answer {
    let device = client.into_device();
    let pair = accounts::finish_login(&tenant, browser.secret(), &body.code, device).await?;
    let answer = data(TokensJson::from(pair))?;
    Ok(without_cookie(&tenant, answer))
}
