use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::ThisTenant;
use crate::failure::Anyone;

/// How to log in here.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthConfig)]
struct AuthConfigJson<'a> {
    /// `local`: user name and password of this server.
    #[schema(value_type = String, example = "local")]
    mode: &'static str,
    /// For `/v1/auth/token`.
    #[schema(value_type = Vec<String>)]
    grant_types: [&'static str; 2],
    /// Whether people can make accounts by themselves.
    registration: bool,
    /// The tenant's id.
    tenant_id: &'a str,
    /// The tenant's name for people.
    tenant_name: &'a str,
    /// The tenant's name for the world.
    server_name: &'a str,
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
    data(AuthConfigJson {
        mode: "local",
        grant_types: ["password", "refresh_token"],
        registration: false,
        tenant_id: tenant.slug(),
        tenant_name: tenant.name(),
        server_name: tenant.server_name().as_str(),
    })
}
