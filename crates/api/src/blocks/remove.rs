use scaiwave_engine::blocks;

use super::Whom;
use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Caller, Params};
use crate::failure::Reading;

/// Blocks somebody no more. What they wrote and to what they invited meanwhile shows again.
#[utoipa::path(
    delete,
    path = "/v1/me/blocks",
    tag = "me",
    params(Whom),
    responses((status = 200, body = inline(Success<Done>)), Reading)
)]
pub(crate) async fn remove_block(caller: Caller, Params(whom): Params<Whom>) -> Answer {
    blocks::unblock(&caller.tenant, &caller.viewer, whom.read()?).await?;
    done()
}
