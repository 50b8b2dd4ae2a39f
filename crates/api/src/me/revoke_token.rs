use scaiwave_engine::accounts;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Person, TokenPath};
use crate::failure::OnOwn;

/// Revokes one of the caller's tokens for programs, at once; its sockets close with 4001.
#[utoipa::path(
    delete,
    path = "/v1/me/tokens/{token_id}",
    tag = "me",
    params(("token_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), OnOwn)
)]
pub(crate) async fn revoke_token(Person(caller): Person, TokenPath(id): TokenPath) -> Answer {
    accounts::revoke_api_token(&caller.tenant, &caller.viewer, id).await?;
    done()
}
