use std::net::IpAddr;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use scaiwave_protocol::wire::error;

use super::turned_away::TurnedAway;

/// A request as it came, over a socket or from a tenant next door.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: Method,
    /// As it stands in the request line, percent-encoded.
    pub path: String,
    /// Without its question mark.
    pub query: Option<String>,
    /// With `host`, also over HTTP/2.
    pub headers: HeaderMap,
    /// The whole body; empty when [`super::Inbound::wants_body`] said that it is not worth reading.
    pub body: Bytes,
    /// Who is at the other end of the socket; `None` for a tenant next door.
    pub remote: Option<IpAddr>,
}

/// What is answered.
#[derive(Clone, Debug)]
pub struct Response {
    /// HTTP status.
    pub status: StatusCode,
    /// Content type and what else is needed.
    pub headers: HeaderMap,
    /// JSON, or empty.
    pub body: Bytes,
}

impl Request {
    /// The first value of a header, if it is text.
    pub(super) fn header(&self, name: impl AsRef<str>) -> Option<&str> {
        self.headers.get(name.as_ref())?.to_str().ok()
    }

    /// Every value of a header. One that is not text stands there as an empty one, so that it is
    /// counted and then refused.
    pub(super) fn header_values(&self, name: &str) -> Vec<&str> {
        let values = self.headers.get_all(name).iter();
        values
            .map(|value| value.to_str().unwrap_or_default())
            .collect()
    }
}

impl Response {
    /// 200 with a JSON body that nobody may keep.
    pub(super) fn json(body: impl Into<Bytes>) -> Self {
        Response {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: body.into(),
        }
        .with(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .with(CACHE_CONTROL, HeaderValue::from_static("no-store"))
    }

    /// The answer to a request that was turned away; `now_ms` becomes its `Date`, so that a peer
    /// whose clock is wrong learns by how much.
    pub(super) fn refusal(turned_away: &TurnedAway, now_ms: u64) -> Self {
        let mut response = Self::json(error::to_json(&turned_away.refusal).canonical());
        response.status = turned_away.status;
        if let Ok(date) = HeaderValue::from_str(&http_date(now_ms)) {
            response = response.with(DATE, date);
        }
        if let Some(seconds) = turned_away.retry_after_s() {
            response = response.with(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// Adds or replaces a header.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

fn http_date(ms: u64) -> String {
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_millis(ms))
}
