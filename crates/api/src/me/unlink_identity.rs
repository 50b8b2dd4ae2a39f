use axum::extract::State;
use scaiwave_engine::accounts;

use super::begin_totp::Proof;
use super::proof::with_password;
use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Client, IdentityPath, Person};
use crate::failure::UnlinkingIdentity;
use crate::state::ApiState;

/// Nobody logs in to the caller's account by this identity any more. All other sessions of the caller end.
#[utoipa::path(
    post,
    path = "/v1/me/identities/{identity_id}/unlink",
    tag = "me",
    params(("identity_id" = String, Path)),
    request_body = Proof,
    responses((status = 200, body = inline(Success<Done>)), UnlinkingIdentity)
)]
pub(crate) async fn unlink_identity(
    State(state): State<ApiState>,
    Person(caller): Person,
    IdentityPath(id): IdentityPath,
    client: Client,
    Body(proof): Body<Proof>,
) -> Answer {
    let unlink = accounts::unlink_identity(&caller.tenant, &caller.viewer, id, proof.password);
    with_password(&state, &caller, &client, unlink).await?;
    done()
}
