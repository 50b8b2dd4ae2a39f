use scaiwave_engine::blocks;

use super::Whom;
use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller};
use crate::failure::Blocking;

/// Blocks somebody: their messages, past and future, come marked `hidden_by_you` and not on the stream,
/// they notify of nothing, and their invitations are not listed. They cannot tell.
#[utoipa::path(
    post,
    path = "/v1/me/blocks",
    tag = "me",
    request_body = Whom,
    responses((status = 200, body = inline(Success<Done>)), Blocking)
)]
pub(crate) async fn add_block(caller: Caller, Body(body): Body<Whom>) -> Answer {
    blocks::block(&caller.tenant, &caller.viewer, body.read()?).await?;
    done()
}
