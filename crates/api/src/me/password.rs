use axum::extract::State;
use scaiwave_engine::{ClientCode, accounts};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, Client};
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
    caller: Caller,
    client: Client,
    Body(body): Body<Passwords>,
) -> Answer {
    let Caller { tenant, viewer } = &caller;
    let (throttle, source) = (&state.throttle, client.source());
    let name = viewer.local_id.as_str();
    throttle.begin(tenant.slug(), name, source, state.world.now())?;
    match accounts::change_password(tenant, viewer, body.current, body.new).await {
        Ok(()) => {
            throttle.succeeded(tenant.slug(), name, source);
            done()
        }
        Err(denial) => {
            if denial.code != ClientCode::WrongPassword {
                throttle.undecided(tenant.slug(), name, source);
            }
            Err(denial.into())
        }
    }
}
