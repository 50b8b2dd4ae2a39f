use scaiwave_engine::accounts;

use super::super::{AccessJson, session_cookie};
use super::finish::Finish;
use super::{Browser, without_cookie};
use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Client, OwnPage, ThisTenant};
use crate::failure::SigningInOidc;

/// Logs a browser in that is back from the identity provider: as `/v1/auth/oidc/finish`, but the refresh
/// token goes into the cookie of `/v1/auth/session`. Only pages of this host may ask.
#[utoipa::path(
    post,
    path = "/v1/auth/oidc/session",
    tag = "auth",
    security(()),
    request_body = Finish,
    responses((status = 200, body = inline(Success<AccessJson>)), SigningInOidc)
)]
pub(crate) async fn sign_in_oidc(
    ThisTenant(tenant): ThisTenant,
    page: OwnPage,
    browser: Browser,
    client: Client,
    Body(body): Body<Finish>,
) -> Answer {
    let device = client.into_device();
    let pair = accounts::finish_login(&tenant, browser.secret(), &body.code, device).await?;
    let answer = data(AccessJson::of(&pair))?;
    let mut answer = without_cookie(&tenant, answer);
    session_cookie::set(
        &mut answer,
        &page,
        &pair.refresh_token,
        pair.refresh_expires_in_s,
    );
    Ok(answer)
}
