use scaiwave_engine::accounts;
use serde::Deserialize;
use utoipa::ToSchema;

use super::show::{MeJson, show};
use crate::answer::{Answer, Success};
use crate::extract::{Body, Caller};
use crate::failure::Settling;

/// What to change about oneself. What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProfile {
    /// What the caller is called, 1–100 characters.
    display_name: Option<String>,
}

/// Changes the caller's profile, also in every room that they are in.
#[utoipa::path(
    put,
    path = "/v1/me",
    tag = "me",
    request_body = NewProfile,
    responses((status = 200, body = inline(Success<MeJson<'static>>)), Settling)
)]
pub(crate) async fn put_me(caller: Caller, Body(body): Body<NewProfile>) -> Answer {
    if let Some(name) = body.display_name {
        accounts::set_display_name(&caller.tenant, &caller.viewer, &name).await?;
    }
    show(&caller).await
}
