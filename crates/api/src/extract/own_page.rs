use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderValue, header};
use scaiwave_engine::ClientCode;

use super::tenant::host;
use crate::failure::Failure;
use crate::state::ApiState;

/// The request comes from a page of this very host, or from a program that is no browser.
///
/// Browsers always say which page opens a socket or sends something; other programs do not. A page of a
/// sibling name (`evil.acme.example` beside `chat.acme.example`) shares this host's cookies' site, so
/// `SameSite` alone does not keep it out.
pub(crate) struct OwnPage {
    /// Whether the page came over TLS, as its address says: a proxy may hide that from us. Of programs
    /// that are no browsers, yes.
    pub(crate) is_secure: bool,
}

impl FromRequestParts<ApiState> for OwnPage {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &ApiState) -> Result<Self, Failure> {
        let origin = parts.headers.get(header::ORIGIN);
        if is_own_page(origin, host(parts)?) {
            let is_secure = origin.is_none_or(|origin| origin.as_bytes().starts_with(b"https://"));
            return Ok(OwnPage { is_secure });
        }
        let sentence = "a page of another host may not do this here";
        Err(ClientCode::InsufficientPermission.because(sentence).into())
    }
}

/// The host and the port must be the same, byte by byte.
fn is_own_page(origin: Option<&HeaderValue>, host: &str) -> bool {
    let Some(origin) = origin else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let page = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    page == Some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_same_host_are_own() {
        let cases = [
            (None, true),
            (Some("https://chat.acme.example"), true),
            (Some("http://chat.acme.example"), true),
            (Some("https://chat.acme.example:8443"), false),
            (Some("https://chat.acme.example.evil.example"), false),
            (Some("https://evil.example"), false),
            (Some("https://acme.example"), false),
            (Some("null"), false),
            (Some(""), false),
            (Some("chat.acme.example"), false),
            (Some("ws://chat.acme.example"), false),
            (Some("https://chat.acme.example/"), false),
        ];
        for (origin, expected) in cases {
            let value = origin.map(HeaderValue::from_static);
            assert_eq!(
                is_own_page(value.as_ref(), "chat.acme.example"),
                expected,
                "{origin:?}"
            );
        }
        let with_port = HeaderValue::from_static("http://acme.localhost:8101");
        assert!(is_own_page(Some(&with_port), "acme.localhost:8101"));
        assert!(!is_own_page(Some(&with_port), "acme.localhost"));
    }
}
