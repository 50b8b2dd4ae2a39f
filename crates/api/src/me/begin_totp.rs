use axum::extract::State;
use scaiwave_engine::accounts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::proof::with_password;
use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Client, Person};
use crate::failure::ChangingSecondFactor;
use crate::state::ApiState;

/// The caller's password once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proof {
    /// As for a login.
    pub(super) password: String,
}

/// What an app needs to show codes, given once.
#[derive(Serialize, ToSchema)]
#[schema(as = TotpEnrolment)]
struct EnrolmentJson {
    /// For whoever types it: base32.
    secret: String,
    /// For whoever scans it, as a QR code.
    #[schema(example = "otpauth://totp/acme.example:alice?secret=…")]
    uri: String,
}

/// Begins with codes of an app (TOTP, RFC 6238). Logins need none until `/v1/me/totp/confirm`.
#[utoipa::path(
    post,
    path = "/v1/me/totp",
    tag = "me",
    request_body = Proof,
    responses((status = 200, body = inline(Success<EnrolmentJson>)), ChangingSecondFactor)
)]
pub(crate) async fn begin_totp(
    State(state): State<ApiState>,
    Person(caller): Person,
    client: Client,
    Body(proof): Body<Proof>,
) -> Answer {
    let begin = accounts::begin_second_factor(&caller.tenant, &caller.viewer, proof.password);
    let enrolment = with_password(&state, &caller, &client, begin).await?;
    data(EnrolmentJson {
        secret: enrolment.secret,
        uri: enrolment.uri,
    })
}
