use scaiwave_engine::accounts::{self, ApiTokenView};
use scaiwave_engine::store::record::Scopes;
use scaiwave_protocol::EventId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data};
use crate::extract::Person;
use crate::failure::Reading;
use crate::shape::Time;

/// A token for a program.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiToken)]
pub(super) struct ApiTokenJson<'a> {
    /// Opaque.
    #[schema(value_type = String)]
    id: EventId,
    /// What its owner calls it.
    name: &'a str,
    /// What it allows: `read`, `write`, `admin`.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<&'static str>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// When it ends by itself.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    expires_at: Option<Time>,
    /// When last used, to within a few minutes.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Time>,
}

impl<'a> ApiTokenJson<'a> {
    pub(super) fn of(view: &'a ApiTokenView) -> Self {
        ApiTokenJson {
            id: view.id,
            name: &view.name,
            scopes: words(view.scopes),
            created_at: view.created_at.into(),
            expires_at: view.expires_at.map(Time::from),
            last_used_at: view.last_used_at.map(Time::from),
        }
    }
}

fn words(scopes: Scopes) -> Vec<&'static str> {
    let all = [
        ("read", scopes.read),
        ("write", scopes.write),
        ("admin", scopes.admin),
    ];
    let given = all.into_iter().filter(|(_, given)| *given);
    given.map(|(word, _)| word).collect()
}

/// The tokens that the caller has made for programs, newest first.
#[utoipa::path(
    get,
    path = "/v1/me/tokens",
    tag = "me",
    responses((status = 200, body = inline(Success<List<ApiTokenJson<'static>>>)), Reading)
)]
pub(crate) async fn list_tokens(Person(caller): Person) -> Answer {
    let tokens = accounts::api_tokens(&caller.tenant, &caller.viewer).await?;
    let tokens: List<_> = tokens.iter().map(ApiTokenJson::of).collect();
    data(tokens)
}
