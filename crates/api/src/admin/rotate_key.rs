use scaiwave_engine::peering;
use serde::Deserialize;
use utoipa::ToSchema;

use super::identity::KeyJson;
use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, Body};
use crate::failure::RotatingKey;

/// How to rotate.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotate {
    /// Also when the newest key is less than a day old; false when it is left out.
    #[serde(default)]
    force: bool,
}

/// Makes the key that succeeds the present one, which vouches for it, and publishes it. It signs from a day
/// later on. The server does so by itself every year.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/keys/rotate",
    tag = "admin",
    request_body = Rotate,
    responses((status = 200, body = inline(Success<KeyJson<'static>>)), RotatingKey)
)]
pub(crate) async fn rotate_key(Admin(caller): Admin, Body(body): Body<Rotate>) -> Answer {
    let key = peering::rotate_key(&caller.tenant, &caller.viewer, body.force).await?;
    data(KeyJson::of(&key))
}
