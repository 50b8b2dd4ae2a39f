use scaiwave_engine::accounts;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::Person;
use crate::failure::Reading;

/// Whether logins need a code.
#[derive(Serialize, ToSchema)]
#[schema(as = SecondFactor)]
struct SecondFactorJson {
    /// Whether they do.
    enabled: bool,
    /// Recovery codes that were not used.
    recovery_codes_left: usize,
}

/// Whether the caller's logins need a code.
#[utoipa::path(
    get,
    path = "/v1/me/totp",
    tag = "me",
    responses((status = 200, body = inline(Success<SecondFactorJson>)), Reading)
)]
pub(crate) async fn get_totp(Person(caller): Person) -> Answer {
    let left = accounts::second_factor(&caller.tenant, &caller.viewer).await?;
    data(SecondFactorJson {
        enabled: left.is_some(),
        recovery_codes_left: left.unwrap_or(0),
    })
}
