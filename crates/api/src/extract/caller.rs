use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use scaiwave_engine::store::record::Role;
use scaiwave_engine::{ClientCode, Tenant, Viewer, accounts};

use super::ThisTenant;
use crate::failure::Failure;
use crate::state::ApiState;

/// Who asks, proven by a bearer token of this tenant.
pub(crate) struct Caller {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) viewer: Viewer,
}

/// A caller who is an admin.
pub(crate) struct Admin(pub(crate) Caller);

impl FromRequestParts<ApiState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let ThisTenant(tenant) = ThisTenant::from_request_parts(parts, state).await?;
        let token = bearer(&parts.headers).ok_or_else(no_token)?;
        let viewer = accounts::authenticate(&tenant, token).await?;
        Ok(Caller { tenant, viewer })
    }
}

impl FromRequestParts<ApiState> for Admin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let caller = Caller::from_request_parts(parts, state).await?;
        if caller.viewer.role == Role::Admin {
            return Ok(Admin(caller));
        }
        Err(ClientCode::InsufficientPermission
            .because("this is for admins")
            .into())
    }
}

/// The token of `Authorization: Bearer …` (RFC 6750 section 2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn no_token() -> Failure {
    ClientCode::InvalidToken
        .because("log in first: this needs a bearer token")
        .into()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_bearer_token_counts() {
        let cases = [
            ("Bearer abc", Some("abc")),
            ("bearer abc", Some("abc")),
            ("Bearer   abc ", Some("abc")),
            ("Bearer", None),
            ("Bearer ", None),
            ("Basic abc", None),
            ("abc", None),
        ];
        for (header, expected) in cases {
            let value = HeaderValue::from_static(header);
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value)]);
            assert_eq!(bearer(&headers), expected, "{header}");
        }
    }
}
