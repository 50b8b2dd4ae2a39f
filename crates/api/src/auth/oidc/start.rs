use scaiwave_engine::accounts;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{BegunJson, begun};
use crate::answer::{Answer, Success};
use crate::extract::{Body, ThisTenant};
use crate::failure::BeginningOidc;

/// Where to go on afterwards.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Start {
    /// A path of this host, `/` without one. It gets `#login_code=…`, or `#login_error=` with a code.
    #[schema(example = "/rooms")]
    return_to: Option<String>,
}

/// Begins a login by the tenant's identity provider. The answer sets a cookie: come back with the same browser.
#[utoipa::path(
    post,
    path = "/v1/auth/oidc/start",
    tag = "auth",
    security(()),
    request_body = Start,
    responses((status = 200, body = inline(Success<BegunJson<'static>>)), BeginningOidc)
)]
pub(crate) async fn start_oidc(ThisTenant(tenant): ThisTenant, Body(body): Body<Start>) -> Answer {
    let login = accounts::begin_login(&tenant, body.return_to.as_deref()).await?;
    begun(&tenant, &login)
}
