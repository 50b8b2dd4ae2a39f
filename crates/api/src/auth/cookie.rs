//! The refresh token of a browser: in a cookie that no script can read.

use axum::response::Response;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::extract::OwnPage;

/// Over TLS: with this prefix a browser takes it from this very host only, never from a sibling name
/// (RFC 6265bis section 4.1.3.2).
const SECURE: &str = "__Host-scaiwave_refresh";
/// Without TLS, on one's own machine.
const PLAIN: &str = "scaiwave_refresh";

/// Sets it for `max_age_s` seconds.
pub(super) fn set(response: &mut Response, page: &OwnPage, token: &str, max_age_s: u64) {
    let (name, secure) = if page.is_secure {
        (SECURE, "; Secure")
    } else {
        (PLAIN, "")
    };
    let text =
        format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age_s}{secure}");
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// Takes it away, whichever there is.
pub(super) fn clear(response: &mut Response) {
    const GONE: [&str; 2] = [
        "__Host-scaiwave_refresh=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure",
        "scaiwave_refresh=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0",
    ];
    for gone in GONE {
        let value = HeaderValue::from_static(gone);
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// The token that the browser has kept.
pub(super) fn read<'a>(headers: &'a HeaderMap, page: &OwnPage) -> Option<&'a str> {
    let wanted = if page.is_secure { SECURE } else { PLAIN };
    let lines = headers.get_all(COOKIE).iter();
    let mut pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_must_fit_the_page() {
        let cases = [
            ("__Host-scaiwave_refresh=a", true, Some("a")),
            ("__Host-scaiwave_refresh=a", false, None),
            ("scaiwave_refresh=a", false, Some("a")),
            ("scaiwave_refresh=a", true, None),
            ("x=1; scaiwave_refresh=a=b; y=2", false, Some("a=b")),
            ("scaiwave_refresh=", false, None),
            ("xscaiwave_refresh=a", false, None),
            ("", false, None),
        ];
        for (line, is_secure, expected) in cases {
            let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(line))]);
            assert_eq!(read(&headers, &OwnPage { is_secure }), expected, "{line}");
        }
    }
}
