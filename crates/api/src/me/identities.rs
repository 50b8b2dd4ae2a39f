use scaiwave_engine::accounts::{self, IdentityView};
use scaiwave_protocol::EventId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data};
use crate::extract::Person;
use crate::failure::Reading;
use crate::shape::Time;

/// An account at an identity provider that is linked to the caller's.
#[derive(Serialize, ToSchema)]
#[schema(as = Identity)]
struct IdentityJson<'a> {
    /// Opaque.
    #[schema(value_type = String)]
    id: EventId,
    /// The provider.
    #[schema(example = "https://login.example.org")]
    issuer: &'a str,
    /// Who the caller is there.
    subject: &'a str,
    /// What the provider says is their address.
    #[schema(required = true)]
    email: Option<&'a str>,
    /// When it was linked.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// When the caller last came in by it.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Time>,
}

impl<'a> IdentityJson<'a> {
    fn of(view: &'a IdentityView) -> Self {
        IdentityJson {
            id: view.id,
            issuer: &view.issuer,
            subject: &view.subject,
            email: view.email.as_deref(),
            created_at: view.created_at.into(),
            last_used_at: view.last_used_at.map(Time::from),
        }
    }
}

/// By which accounts at an identity provider the caller logs in, newest first.
#[utoipa::path(
    get,
    path = "/v1/me/identities",
    tag = "me",
    responses((status = 200, body = inline(Success<List<IdentityJson<'static>>>)), Reading)
)]
pub(crate) async fn list_identities(Person(caller): Person) -> Answer {
    let identities = accounts::identities(&caller.tenant, &caller.viewer).await?;
    let identities: List<_> = identities.iter().map(IdentityJson::of).collect();
    data(identities)
}
