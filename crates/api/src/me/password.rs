use axum::extract::State;
use scaiwave_engine::accounts;
use serde::Deserialize;
use utoipa::ToSchema;

use super::proof::with_password;
use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, Client, Person};
use crate::failure::WithPassword;
use crate::state::ApiState;

/// The old and the new.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Passwords {
    /// The password until now.
    current: String,
    /// At least 8 characters, at most 1,024 bytes.
    new: String,
}

/// Changes the caller's password. All their sessions end but the one of this request. A wrong `current`
/// counts like a failed login.
#[utoipa::path(
    post,
    path = "/v1/me/password",
    tag = "me",
    request_body = Passwords,
    responses((status = 200, body = inline(Success<Done>)), WithPassword)
)]
pub(crate) async fn change_password(
    State(state): State<ApiState>,
    Person(caller): Person,
    client: Client,
    Body(body): Body<Passwords>,
) -> Answer {
    let Caller { tenant, viewer } = &caller;
    let change = accounts::change_password(tenant, viewer, body.current, body.new);
    with_password(&state, &caller, &client, change).await?;
    done()
}
