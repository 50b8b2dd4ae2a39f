use scaiwave_engine::accounts::{Mode, Ways};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::ThisTenant;
use crate::failure::Anyone;

/// How to log in here.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthConfig)]
struct AuthConfigJson<'a> {
    /// `local`: user name and password of this server; `oidc`: an identity provider; `hybrid`: either;
    /// `mock`: any name with any password, on the developer's own machine.
    #[schema(value_type = String, example = "local")]
    mode: &'static str,
    /// For `/v1/auth/token`.
    #[schema(value_type = Vec<String>)]
    grant_types: &'static [&'static str],
    /// Whether people can make accounts by themselves.
    registration: bool,
    /// The identity provider, where people log in by one.
    #[schema(required = true)]
    oidc: Option<OidcJson<'a>>,
    /// The tenant's id.
    tenant_id: &'a str,
    /// The tenant's name for people.
    tenant_name: String,
    /// The tenant's name for the world.
    server_name: &'a str,
}

/// An identity provider.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthConfigOidc)]
struct OidcJson<'a> {
    /// For people, on a button.
    #[schema(example = "Example Corp")]
    name: &'a str,
    /// As its tokens name it.
    #[schema(example = "https://login.example.org")]
    issuer: &'a str,
    /// Where a login begins, by POST.
    #[schema(value_type = String, example = "/v1/auth/oidc/start")]
    start: &'static str,
}

fn grant_types(ways: &Ways) -> &'static [&'static str] {
    match ways.mode {
        Mode::Local | Mode::Hybrid | Mode::Mock => &["password", "refresh_token"],
        Mode::Oidc => &["refresh_token"],
    }
}

/// How to log in to the tenant of this host.
#[utoipa::path(
    get,
    path = "/v1/auth/config",
    tag = "auth",
    security(()),
    responses((status = 200, body = inline(Success<AuthConfigJson<'static>>)), Anyone)
)]
pub(crate) async fn auth_config(ThisTenant(tenant): ThisTenant) -> Answer {
    let ways = tenant.ways();
    data(AuthConfigJson {
        mode: ways.mode.as_str(),
        grant_types: grant_types(ways),
        registration: false,
        oidc: ways.provider.as_ref().map(|way| OidcJson {
            name: &way.name,
            issuer: way.provider.issuer(),
            start: "/v1/auth/oidc/start",
        }),
        tenant_id: tenant.slug(),
        tenant_name: tenant.name(),
        server_name: tenant.server_name().as_str(),
    })
}
