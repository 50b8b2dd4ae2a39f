//! Cookies in headers. All of ours go to this host only, and no script reads them.

use axum::response::Response;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// With this prefix a browser takes a cookie from this very host only and over TLS, never from a sibling name
/// (RFC 6265bis section 4.1.3.2).
const OVER_TLS: &str = "__Host-";

/// A cookie that a browser is to keep. An empty one that lives for no time takes an earlier one away.
pub(super) struct NewCookie<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    /// `Strict`: only on the way from our own pages; `Lax`: also when the browser itself comes from another.
    pub(super) same_site: &'static str,
    pub(super) max_age_s: u64,
}

impl NewCookie<'_> {
    pub(super) fn set(&self, response: &mut Response) {
        let NewCookie {
            name,
            value,
            same_site,
            max_age_s,
        } = self;
        let secure = if name.starts_with(OVER_TLS) {
            "; Secure"
        } else {
            ""
        };
        let text = format!(
            "{name}={value}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={max_age_s}{secure}"
        );
        if let Ok(value) = HeaderValue::try_from(text) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
}

/// What a browser has sent under this name, in its order.
pub(super) fn values<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(COOKIE).iter();
    let texts = lines.filter_map(|line| line.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';'));
    let pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
    pairs
        .filter(move |(known, _)| *known == name)
        .map(|(_, value)| value)
}
