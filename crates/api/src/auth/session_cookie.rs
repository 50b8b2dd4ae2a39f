//! The refresh token of a browser: in a cookie that no script can read.

use axum::response::Response;
use http::HeaderMap;

use super::cookie::{self, NewCookie};
use crate::extract::OwnPage;

/// Over TLS.
const SECURE: &str = "__Host-scaiwave_refresh";
/// Without TLS, on one's own machine.
const PLAIN: &str = "scaiwave_refresh";

fn name(page: &OwnPage) -> &'static str {
    if page.is_secure { SECURE } else { PLAIN }
}

/// Sets it for `max_age_s` seconds.
pub(super) fn set(response: &mut Response, page: &OwnPage, token: &str, max_age_s: u64) {
    let cookie = NewCookie {
        name: name(page),
        value: token,
        same_site: "Strict",
        max_age_s,
    };
    cookie.set(response);
}

/// Takes it away, whichever there is.
pub(super) fn clear(response: &mut Response) {
    for name in [SECURE, PLAIN] {
        let gone = NewCookie {
            name,
            value: "",
            same_site: "Strict",
            max_age_s: 0,
        };
        gone.set(response);
    }
}

/// The token that the browser has kept.
pub(super) fn read<'a>(headers: &'a HeaderMap, page: &OwnPage) -> Option<&'a str> {
    cookie::values(headers, name(page)).find(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::COOKIE;

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
