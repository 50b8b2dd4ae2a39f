use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use scaiwave_engine::ClientCode;
use scaiwave_engine::accounts::{self, Came, Ended, Returned};
use serde::Deserialize;

use super::Browser;
use crate::answer::Answer;
use crate::extract::{Params, ThisTenant};
use crate::failure::{ComingBack, Failure};

/// What the provider sends. It may send more, which means nothing here.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallbackQuery {
    /// Names the attempt.
    state: Option<String>,
    /// What is redeemed at the provider.
    code: Option<String>,
    /// Who answers (RFC 9207).
    iss: Option<String>,
    /// The provider's code for a failure.
    error: Option<String>,
}

/// Where the identity provider sends the browser back to. Goes on at `return_to`, with `#login_code=…` for
/// `/v1/auth/oidc/finish`, `#linked=…` with the id of the identity that was linked, or `#login_error=` with
/// the code of a failure (SW_AUTH_OIDC_FAILED, SW_AUTH_OIDC_UNREACHABLE, SW_AUTH_TENANT_MISMATCH,
/// SW_AUTH_NOT_LINKED, SW_NAME_TAKEN, SW_ACCOUNT_CLOSED, SW_TENANT_CAPACITY and those of any request).
#[utoipa::path(
    get,
    path = "/v1/auth/oidc/callback",
    tag = "auth",
    security(()),
    params(CallbackQuery),
    responses((status = 303, description = "On to `return_to`"), ComingBack)
)]
pub(crate) async fn oidc_callback(
    ThisTenant(tenant): ThisTenant,
    browser: Browser,
    Params(query): Params<CallbackQuery>,
) -> Answer {
    let returned = Returned {
        state: query.state.as_deref().unwrap_or_default(),
        code: query.code.as_deref(),
        issuer: query.iss.as_deref(),
        error: query.error.as_deref(),
    };
    let came = accounts::come_back(&tenant, browser.secret(), returned).await?;
    go_on(&came)
}

/// The page was checked when the attempt began; codes and ids are ours and plain.
fn go_on(came: &Came) -> Result<Response, Failure> {
    let page = &came.page;
    let place = match &came.ended {
        Ok(Ended::LoggedIn(code)) => format!("{page}#login_code={code}"),
        Ok(Ended::Linked(id)) => format!("{page}#linked={id}"),
        Err(denial) => format!("{page}#login_error={}", denial.code.as_str()),
    };
    let place = HeaderValue::try_from(place);
    let place = place.map_err(|_| ClientCode::Internal.because("there is no way on from here"))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response())
}
