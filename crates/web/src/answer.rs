use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::files::{Files, Found};
use crate::{encoding, policy};

/// The page.
const PAGE: &str = "index.html";
/// How the addresses within the page begin: `web/src/app/routes.tsx` has the same. Whatever else somebody asks
/// for is not here, and must not get a page in its place.
const PLACES: [&str; 9] = [
    "rooms",
    "unread",
    "mentions",
    "drafts",
    "invitations",
    "search",
    "preferences",
    "admin",
    "setup",
];
/// Names below carry a hash of what is in them, so what a name stands for never changes.
const HASHED: &str = "assets/";
/// Kept for as long as there is room.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Kept, and asked about each time: a new server has a new page.
const ASK_FIRST: &str = "no-cache";

const NOTE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>ScaiWave</title>\
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:38rem;margin:15vh auto;padding:0 1.5rem;\
color:#1c1f24;background:#fff}code{background:#eef1f5;border-radius:4px;padding:.15em .4em}\
@media(prefers-color-scheme:dark){body{color:#e4e7ec;background:#14171c}code{background:#262b34}\
a{color:#8ab4ff}}</style><h1>ScaiWave is running</h1>\
<p>This program was built without its web client. With Node.js 20.19 or newer installed, \
<code>cargo xtask web</code> builds it; then build and start the server again.</p>\
<p>The client API is there all the same: <a href=\"/docs\">its endpoints</a>.</p></html>";

/// What a browser gets for a path.
pub(crate) fn to(method: &Method, path: &str, headers: &HeaderMap, files: &dyn Files) -> Response {
    let mut response = if method == Method::GET || method == Method::HEAD {
        found(path.trim_start_matches('/'), headers, files)
    } else {
        (
            StatusCode::METHOD_NOT_ALLOWED,
            [(ALLOW, HeaderValue::from_static("GET, HEAD"))],
        )
            .into_response()
    };
    add_security(response.headers_mut());
    response
}

fn found(path: &str, headers: &HeaderMap, files: &dyn Files) -> Response {
    if is_packed(path) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(file) = files.get(path).filter(|_| !path.is_empty()) {
        return answer(path, file, headers, files);
    }
    if !is_place(path) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match files.get(PAGE) {
        Some(page) => answer(PAGE, page, headers, files),
        None => note(),
    }
}

/// Packed files are forms of others, not files with addresses.
fn is_packed(path: &str) -> bool {
    [".br", ".gz"].iter().any(|end| path.ends_with(end))
}

fn is_place(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or(path);
    path.is_empty() || PLACES.contains(&first)
}

fn answer(path: &str, file: Found, headers: &HeaderMap, files: &dyn Files) -> Response {
    let tag = tag(&file.sha256);
    let cache = if path.starts_with(HASHED) {
        FOR_EVER
    } else {
        ASK_FIRST
    };
    let mut response = if is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        whole(path, file, headers, files)
    };
    let own = response.headers_mut();
    own.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    own.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        own.insert(ETAG, tag);
    }
    own.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy::OF_THE_CLIENT),
    );
    response
}

fn whole(path: &str, file: Found, headers: &HeaderMap, files: &dyn Files) -> Response {
    let packed = encoding::accepted(headers)
        .find_map(|(name, end)| Some((name, files.get(&format!("{path}{end}"))?)));
    let (encoding, bytes) = match packed {
        Some((name, packed)) => (Some(name), packed.bytes),
        None => (None, file.bytes),
    };
    let mut response = Body::from(Bytes::from_owner(bytes)).into_response();
    let own = response.headers_mut();
    if let Ok(kind) = HeaderValue::try_from(file.content_type) {
        own.insert(CONTENT_TYPE, kind);
    }
    if let Some(encoding) = encoding {
        own.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// Weak: the packed forms are the same file in other bytes.
fn tag(sha256: &[u8; 32]) -> String {
    let hex: String = sha256[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("W/\"{hex}\"")
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag))
}

fn note() -> Response {
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(policy::OF_THE_NOTE),
        ),
    ];
    (headers, NOTE).into_response()
}

fn add_security(headers: &mut HeaderMap) {
    const ALWAYS: [(HeaderName, &str); 5] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("permissions-policy"),
            policy::OF_THE_DEVICE,
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests;
