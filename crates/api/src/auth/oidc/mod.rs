//! Logging in by an identity provider: begin, be there, come back, finish.

mod callback;
mod finish;
mod sign_in;
mod start;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::HeaderMap;
use http::request::Parts;
use scaiwave_engine::Tenant;
use scaiwave_engine::accounts::Begun;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::cookie::{self, NewCookie};
use crate::answer::{Answer, data};
use crate::extract::ThisTenant;
use crate::failure::Failure;
use crate::limits::COOKIE_BYTES_MAX;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(start::start_oidc))
        .routes(routes!(callback::oidc_callback))
        .routes(routes!(finish::finish_oidc))
        .routes(routes!(sign_in::sign_in_oidc))
}

/// Where the browser goes next.
#[derive(Serialize, ToSchema)]
#[schema(as = OidcBegun)]
pub(crate) struct BegunJson<'a> {
    /// The provider's address; lead the browser there.
    #[schema(example = "https://login.example.org/authorize?client_id=…")]
    url: &'a str,
    /// Seconds until it is too late to come back.
    expires_in: u64,
}

/// Answers with the provider's address, and gives the browser the cookie that it must come back with.
pub(crate) fn begun(tenant: &Tenant, begun: &Begun) -> Answer {
    let answer = data(BegunJson {
        url: &begun.address,
        expires_in: begun.expires_in_s,
    })?;
    Ok(with_cookie(
        tenant,
        answer,
        &begun.browser,
        begun.expires_in_s,
    ))
}

/// The secret of the browser that began, if it shows one.
pub(super) struct Browser(Option<String>);

impl Browser {
    /// Nobody's secret is empty.
    pub(super) fn secret(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

impl FromRequestParts<ApiState> for Browser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let ThisTenant(tenant) = ThisTenant::from_request_parts(parts, state).await?;
        Ok(Browser(secret_in(&parts.headers, cookie_name(&tenant))))
    }
}

/// On a page that came by TLS.
const SECURE: &str = "__Host-scaiwave-login";
/// On this machine there is no TLS.
const PLAIN: &str = "scaiwave-login";

/// By the address that the provider sends people back to: what a proxy does with TLS is not seen here.
fn cookie_name(tenant: &Tenant) -> &'static str {
    let way = tenant.ways().provider.as_ref();
    let is_secure = way.is_some_and(|way| way.provider.redirect_uri().starts_with("https:"));
    if is_secure { SECURE } else { PLAIN }
}

/// One that is there twice was put there by somebody else as well, and counts for nothing.
fn secret_in(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut ours = cookie::values(headers, name);
    let value = ours.next()?;
    let is_right = ours.next().is_none() && value.len() <= COOKIE_BYTES_MAX;
    is_right.then(|| value.to_owned())
}

/// Sent from the provider's page only when the browser itself goes on.
fn with_cookie(tenant: &Tenant, mut answer: Response, secret: &str, seconds: u64) -> Response {
    let cookie = NewCookie {
        name: cookie_name(tenant),
        value: secret,
        same_site: "Lax",
        max_age_s: seconds,
    };
    cookie.set(&mut answer);
    answer
}

/// The secret is used: the browser need not keep it.
fn without_cookie(tenant: &Tenant, answer: Response) -> Response {
    with_cookie(tenant, answer, "", 0)
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header};

    use super::*;

    #[test]
    fn one_cookie_of_ours_counts() {
        let longest = "x".repeat(COOKIE_BYTES_MAX);
        let at = |value: &str| format!("scaiwave-login={value}");
        let cases = [
            (vec!["scaiwave-login=a"], Some("a")),
            (vec!["b=c; scaiwave-login=a;d=e"], Some("a")),
            (vec!["b=c", "scaiwave-login=a"], Some("a")),
            (vec!["scaiwave-login=a; __Host-scaiwave-login=b"], Some("a")),
            (vec!["__Host-scaiwave-login=b"], None),
            (vec!["scaiwave-login=a; scaiwave-login=b"], None),
            (vec!["scaiwave-login=a", "scaiwave-login=a"], None),
            (
                vec!["Scaiwave-Login=a; scaiwave-login-2=b; scaiwave-login"],
                None,
            ),
            (vec![], None),
        ];
        let check = |lines: &[&str], expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            for line in lines {
                let line = HeaderValue::from_str(line).expect(line);
                headers.append(header::COOKIE, line);
            }
            assert_eq!(secret_in(&headers, PLAIN).as_deref(), expected, "{lines:?}");
        };
        for (lines, expected) in cases {
            check(&lines, expected);
        }
        check(&[&at(&longest)], Some(&longest));
        check(&[&at(&format!("{longest}x"))], None);
    }
}
