use scaiwave_engine::accounts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Person};
use crate::failure::ChangingSecondFactor;

/// The first code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstCode {
    /// What the app shows: six digits.
    code: String,
}

/// For whoever loses the app: each is taken once in place of a code. Given once.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
struct RecoveryCodesJson {
    /// Ten of them.
    recovery_codes: Vec<String>,
}

/// Shows by a first code that the app works. From now on every login needs a code.
#[utoipa::path(
    post,
    path = "/v1/me/totp/confirm",
    tag = "me",
    request_body = FirstCode,
    responses((status = 200, body = inline(Success<RecoveryCodesJson>)), ChangingSecondFactor)
)]
pub(crate) async fn confirm_totp(Person(caller): Person, Body(first): Body<FirstCode>) -> Answer {
    let confirmed = accounts::confirm_second_factor(&caller.tenant, &caller.viewer, &first.code);
    let recovery_codes = confirmed.await?;
    data(RecoveryCodesJson { recovery_codes })
}
