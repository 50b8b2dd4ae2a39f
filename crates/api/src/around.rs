//! What happens around every request: an id, a time limit, a net for panics, the security headers, and
//! the body of every failure.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use scaiwave_engine::{ClientCode, World};
use scaiwave_protocol::binary;

use crate::failure::Failure;
use crate::limits::{REQUEST_ID_BYTES_MAX, REQUEST_TIME_MAX};
use crate::state::ApiState;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// These wait on purpose and have limits of their own.
const WITHOUT_TIME_LIMIT: &[&str] = &["/v1/sync", "/v1/stream"];

/// Stands among a response's extensions when a request was refused: the code that its body tells.
#[derive(Clone, Copy, Debug)]
pub struct RefusedWith(pub ClientCode);

/// Stands among a request's extensions: its name.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

impl Default for RequestId {
    fn default() -> Self {
        RequestId(HeaderValue::from_static("none"))
    }
}

/// Makes names for requests: random for each start of the process, then counted.
#[derive(Debug)]
pub(crate) struct RequestIds {
    prefix: String,
    next: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(world: &World) -> Self {
        RequestIds {
            prefix: binary::encode(&world.random::<6>()),
            next: AtomicU64::new(1),
        }
    }

    /// A proxy's own id is kept when it is short and plain, so that logs can be joined.
    fn of(&self, headers: &HeaderMap) -> HeaderValue {
        let plain = |id: &&HeaderValue| {
            let letters = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
            (1..=REQUEST_ID_BYTES_MAX).contains(&id.len()) && id.as_bytes().iter().all(letters)
        };
        if let Some(id) = headers.get(REQUEST_ID).filter(plain) {
            return id.clone();
        }
        let id = format!(
            "{}-{:x}",
            self.prefix,
            self.next.fetch_add(1, Ordering::Relaxed)
        );
        HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("none"))
    }
}

/// The outermost layer.
pub(crate) async fn around(
    State(state): State<ApiState>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = state.request_ids.of(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let path = request.uri().path();
    let mut response = if WITHOUT_TIME_LIMIT.contains(&path) {
        next.run(request).await
    } else {
        match tokio::time::timeout(REQUEST_TIME_MAX, next.run(request)).await {
            Ok(response) => response,
            Err(_) => took_too_long().into_response(),
        }
    };
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        *response.body_mut() = Body::from(failure.body(id.to_str().unwrap_or_default()));
        response
            .extensions_mut()
            .insert(RefusedWith(failure.code()));
    }
    // The pattern of the path: ids and queries are nobody's business who reads logs.
    tracing::debug!(
        request_id = id.to_str().unwrap_or_default(),
        %method,
        route = route.as_ref().map_or("none", MatchedPath::as_str),
        status = response.status().as_u16(),
        took_ms = began.elapsed().as_secs_f64() * 1000.0,
        "answered"
    );
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    add_security(headers);
    response
}

/// Whoever waited learns that nobody knows.
pub(crate) fn took_too_long() -> Failure {
    let denial =
        ClientCode::Internal.because("the request took too long; whether it was done is not known");
    Failure::from(denial).with_status(StatusCode::SERVICE_UNAVAILABLE)
}

fn add_security(headers: &mut HeaderMap) {
    // Data for programs: never guessed at, never framed, never kept by a cache on the way.
    const ALWAYS: [(HeaderName, &str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    const UNLESS_SET: [(HeaderName, &str); 2] = [
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in UNLESS_SET {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

/// A panic in one request is that request's failure only.
#[expect(
    clippy::needless_pass_by_value,
    reason = "what `CatchPanicLayer` calls"
)]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(
        panic = text.unwrap_or("without a text"),
        "a handler panicked"
    );
    Failure::from(ClientCode::Internal.because("the server made a mistake; the log says which"))
        .into_response()
}

/// No such path.
pub(crate) async fn no_such_path() -> Failure {
    ClientCode::NotFound.because("there is no such path").into()
}

/// The path is right, the method is not.
pub(crate) async fn no_such_method() -> Failure {
    Failure::bad_request("this path does not take this method")
        .with_status(StatusCode::METHOD_NOT_ALLOWED)
}
