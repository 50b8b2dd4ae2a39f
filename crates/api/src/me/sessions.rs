use std::net::IpAddr;

use scaiwave_engine::accounts::{self, SessionView};
use scaiwave_protocol::EventId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data};
use crate::extract::Person;
use crate::failure::Reading;
use crate::shape::Time;

/// One login.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionJson<'a> {
    /// Opaque.
    #[schema(value_type = String)]
    id: EventId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// When last used, to within a few minutes.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Time,
    /// What the client calls itself, shortened.
    #[schema(required = true)]
    user_agent: Option<&'a str>,
    /// From where they logged in; behind a proxy that the server does not trust, the proxy's address.
    #[schema(required = true, value_type = Option<String>, example = "203.0.113.9")]
    address: Option<IpAddr>,
    /// Whether it is the session of this request.
    current: bool,
}

impl<'a> SessionJson<'a> {
    fn of(view: &'a SessionView) -> Self {
        SessionJson {
            id: view.id,
            created_at: view.created_at.into(),
            last_used_at: view.last_used_at.into(),
            user_agent: view.user_agent.as_deref(),
            address: view.address,
            current: view.current,
        }
    }
}

/// Where the caller is logged in, newest first.
#[utoipa::path(
    get,
    path = "/v1/me/sessions",
    tag = "me",
    responses((status = 200, body = inline(Success<List<SessionJson<'static>>>)), Reading)
)]
pub(crate) async fn list_sessions(Person(caller): Person) -> Answer {
    let sessions = accounts::sessions(&caller.tenant, &caller.viewer).await?;
    let sessions: List<_> = sessions.iter().map(SessionJson::of).collect();
    data(sessions)
}
