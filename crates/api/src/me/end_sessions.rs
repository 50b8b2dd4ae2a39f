use scaiwave_engine::accounts;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::Person;
use crate::failure::Reading;

/// Ends all sessions of the caller but the one of this request.
#[utoipa::path(
    delete,
    path = "/v1/me/sessions",
    tag = "me",
    responses((status = 200, body = inline(Success<Done>)), Reading)
)]
pub(crate) async fn end_other_sessions(Person(caller): Person) -> Answer {
    accounts::end_other_sessions(&caller.tenant, &caller.viewer).await?;
    done()
}
