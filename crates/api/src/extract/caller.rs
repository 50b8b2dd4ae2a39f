use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use scaiwave_engine::accounts::{self, Bearer};
use scaiwave_engine::store::record::{Role, Scopes};
use scaiwave_engine::{ClientCode, Tenant, Viewer};

use super::ThisTenant;
use crate::failure::Failure;
use crate::state::ApiState;

/// Reads by POST, which a token for programs may do with `read` alone.
pub(crate) const READS_BY_POST: &[&str] = &["/v1/search", "/v1/stream/ticket"];

/// Who asks, proven by a bearer token of this tenant. A token for programs has the scope that the method
/// needs.
pub(crate) struct Caller {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) viewer: Viewer,
}

/// A caller whose token may write, before it is known what.
pub(crate) struct Writer {
    pub(crate) caller: Caller,
    /// They have logged in; or else it is a token for programs.
    pub(crate) is_login: bool,
}

/// A caller who is an admin, with a token that allows it.
pub(crate) struct Admin(pub(crate) Caller);

/// A caller who has logged in: what decides over logins is not for programs, or a token that leaked could
/// make itself others.
pub(crate) struct Person(pub(crate) Caller);

async fn bearer_of(
    parts: &mut Parts,
    state: &ApiState,
) -> Result<(Caller, Option<Scopes>), Failure> {
    let ThisTenant(tenant) = ThisTenant::from_request_parts(parts, state).await?;
    let token = bearer(&parts.headers).ok_or_else(no_token)?;
    let Bearer { viewer, scopes } = accounts::authenticate(&tenant, token).await?;
    Ok((Caller { tenant, viewer }, scopes))
}

impl FromRequestParts<ApiState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let (caller, scopes) = bearer_of(parts, state).await?;
        let allowed = scopes.is_none_or(|scopes| {
            if parts.method.is_safe() || READS_BY_POST.contains(&parts.uri.path()) {
                scopes.read
            } else {
                scopes.write
            }
        });
        if allowed {
            return Ok(caller);
        }
        Err(not_in_scope())
    }
}

impl Writer {
    pub(crate) async fn of(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let (caller, scopes) = bearer_of(parts, state).await?;
        if scopes.is_some_and(|scopes| !scopes.write) {
            return Err(not_in_scope());
        }
        Ok(Writer {
            caller,
            is_login: scopes.is_none(),
        })
    }
}

/// A token for programs does not allow it.
pub(crate) fn not_in_scope() -> Failure {
    ClientCode::InsufficientPermission
        .because("this token does not have the scope for it")
        .into()
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

impl FromRequestParts<ApiState> for Person {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        match bearer_of(parts, state).await? {
            (caller, None) => Ok(Person(caller)),
            (_, Some(_)) => Err(ClientCode::InsufficientPermission
                .because("this needs a login; a token for programs may not do it")
                .into()),
        }
    }
}

/// The token of the one `Authorization: Bearer …` (RFC 6750 section 2.1). Of two, whoever stands between the
/// client and us may have looked at the other.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(only), None) = (all.next(), all.next()) else {
        return None;
    };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
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
            let mut headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.clone())]);
            assert_eq!(bearer(&headers), expected, "{header}");
            headers.append(header::AUTHORIZATION, value);
            assert_eq!(bearer(&headers), None, "{header} twice");
        }
    }
}
