use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;
use scaiwave_engine::{ClientCode, Tenant};

use crate::failure::Failure;
use crate::state::ApiState;

/// The tenant that the request's host names.
pub(crate) struct ThisTenant(pub(crate) Arc<Tenant>);

/// The host that the request names, port included. HTTP/2 has it in the address; HTTP/1 in the header, unless the address is absolute, which then wins
/// (RFC 9112 section 3.2.2).
pub(super) fn host(parts: &Parts) -> Result<&str, Failure> {
    if let Some(authority) = parts.uri.authority() {
        return Ok(authority.as_str());
    }
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    match (
        hosts.next().and_then(|host| host.to_str().ok()),
        hosts.next(),
    ) {
        (Some(host), None) => Ok(host),
        _ => Err(Failure::bad_request("the request must name one host")),
    }
}

impl FromRequestParts<ApiState> for ThisTenant {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let tenant = state.tenants.by_host(host(parts)?);
        tenant.map(ThisTenant).ok_or_else(|| {
            ClientCode::TenantNotFound
                .because("no tenant has this host name")
                .into()
        })
    }
}
