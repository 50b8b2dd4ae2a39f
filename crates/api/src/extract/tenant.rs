use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;
use scaiwave_engine::{ClientCode, Tenant};

use crate::failure::Failure;
use crate::pace::Rate;
use crate::state::ApiState;

/// The tenant that the request's host names, unless it is suspended or asks too much.
pub(crate) struct ThisTenant(pub(crate) Arc<Tenant>);

/// The request has been counted: several extractors may ask for its tenant.
#[derive(Clone)]
struct Counted;

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
        let tenant = state
            .tenants
            .by_host(host(parts)?)
            .ok_or_else(|| ClientCode::TenantNotFound.because("no tenant has this host name"))?;
        tenant.must_not_be_suspended()?;
        let first = parts.extensions.insert(Counted).is_none();
        if let Some(n) = tenant
            .standing()
            .limits
            .requests_per_minute
            .filter(|_| first)
        {
            let slug = tenant.slug().to_owned();
            let begun = state
                .requests
                .begin(&slug, Rate::per_minute(n), state.world.now());
            let sentence = "your organisation asks more than it may; wait a moment";
            begun.map_err(|wait_s| Failure::too_fast(sentence, wait_s))?;
        }
        Ok(ThisTenant(tenant))
    }
}
