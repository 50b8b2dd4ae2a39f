use axum::extract::State;
use scaiwave_engine::accounts;

use super::begin_totp::Proof;
use super::proof::with_password;
use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Client, Person};
use crate::failure::WithPassword;
use crate::state::ApiState;

/// Logins need no code any more; recovery codes are void.
#[utoipa::path(
    post,
    path = "/v1/me/totp/disable",
    tag = "me",
    request_body = Proof,
    responses((status = 200, body = inline(Success<Done>)), WithPassword)
)]
pub(crate) async fn end_totp(
    State(state): State<ApiState>,
    Person(caller): Person,
    client: Client,
    Body(proof): Body<Proof>,
) -> Answer {
    let end = accounts::end_second_factor(&caller.tenant, &caller.viewer, proof.password);
    with_password(&state, &caller, &client, end).await?;
    done()
}
