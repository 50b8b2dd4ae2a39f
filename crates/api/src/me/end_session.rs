use scaiwave_engine::accounts;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Person, SessionPath};
use crate::failure::OnOwn;

/// Ends one of the caller's sessions: both of its tokens, and its sockets, which close with 4001.
#[utoipa::path(
    delete,
    path = "/v1/me/sessions/{session_id}",
    tag = "me",
    params(("session_id" = String, Path)),
    responses((status = 200, body = inline(Success<Done>)), OnOwn)
)]
pub(crate) async fn end_session(Person(caller): Person, SessionPath(id): SessionPath) -> Answer {
    accounts::end_session(&caller.tenant, &caller.viewer, id).await?;
    done()
}
