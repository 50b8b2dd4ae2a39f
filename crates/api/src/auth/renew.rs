use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use scaiwave_engine::{ClientCode, Tenant, accounts};

use super::{AccessJson, session_cookie};
use crate::answer::{Answer, Success, data};
use crate::extract::{OwnPage, ThisTenant};
use crate::failure::{Failure, SigningIn};

/// Gives a browser its next access token, for the cookie of `/v1/auth/session`, which is replaced. Only
/// pages of this host may ask.
#[utoipa::path(
    post,
    path = "/v1/auth/session/refresh",
    tag = "auth",
    security(()),
    responses((status = 200, body = inline(Success<AccessJson>)), SigningIn)
)]
pub(crate) async fn renew_session(
    ThisTenant(tenant): ThisTenant,
    page: OwnPage,
    headers: HeaderMap,
) -> Response {
    match renew(&tenant, &page, &headers).await {
        Ok(response) => response,
        Err(failure) => {
            let is_over = failure.code() == ClientCode::InvalidToken;
            let mut response = failure.into_response();
            // A cookie that stands for nothing is not worth keeping; after a fault of ours it may yet.
            if is_over {
                session_cookie::clear(&mut response);
            }
            response
        }
    }
}

async fn renew(tenant: &Tenant, page: &OwnPage, headers: &HeaderMap) -> Answer {
    let token = session_cookie::read(headers, page).ok_or_else(|| {
        Failure::from(ClientCode::InvalidToken.because("nobody is logged in here"))
    })?;
    let pair = accounts::refresh(tenant, token).await?;
    let mut response = data(AccessJson::of(&pair))?;
    session_cookie::set(
        &mut response,
        page,
        &pair.refresh_token,
        pair.refresh_expires_in_s,
    );
    Ok(response)
}
