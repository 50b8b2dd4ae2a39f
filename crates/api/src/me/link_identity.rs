use axum::extract::State;
use scaiwave_engine::accounts;
use serde::Deserialize;
use utoipa::ToSchema;

use super::proof::with_password;
use crate::answer::{Answer, Success};
use crate::auth::{BegunJson, begun};
use crate::extract::{Body, Client, Person};
use crate::failure::LinkingIdentity;
use crate::state::ApiState;

/// The caller's password once more, and where to go on afterwards.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkIdentity {
    /// As for a login.
    password: String,
    /// A path of this host, `/` without one. It gets `#linked=…`, or `#login_error=` with a code.
    #[schema(example = "/settings")]
    return_to: Option<String>,
}

/// Begins to link the caller's account to the one that they have at the identity provider: by that one they
/// log in from then on. The answer sets a cookie: come back with the same browser.
#[utoipa::path(
    post,
    path = "/v1/me/identities",
    tag = "me",
    request_body = LinkIdentity,
    responses((status = 200, body = inline(Success<BegunJson<'static>>)), LinkingIdentity)
)]
pub(crate) async fn link_identity(
    State(state): State<ApiState>,
    Person(caller): Person,
    client: Client,
    Body(body): Body<LinkIdentity>,
) -> Answer {
    let page = body.return_to.as_deref();
    let begin = accounts::begin_link(&caller.tenant, &caller.viewer, body.password, page);
    let link = with_password(&state, &caller, &client, begin).await?;
    begun(&caller.tenant, &link)
}
