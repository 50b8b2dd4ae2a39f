use scaiwave_engine::accounts;

use super::session_cookie;
use crate::answer::{Answer, Done, Success, done};
use crate::extract::Person;
use crate::failure::Reading;

/// Ends the caller's session: both of its tokens, and a browser's cookie.
#[utoipa::path(
    post,
    path = "/v1/auth/logout",
    tag = "auth",
    responses((status = 200, body = inline(Success<Done>)), Reading)
)]
pub(crate) async fn logout(Person(caller): Person) -> Answer {
    accounts::logout(&caller.tenant, &caller.viewer).await?;
    let mut response = done()?;
    session_cookie::clear(&mut response);
    Ok(response)
}
