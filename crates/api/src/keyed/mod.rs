//! Writes that come with an `Idempotency-Key`: each is done once, and whoever asks again with the same key gets
//! the first answer again.
//!
//! This is a layer around all endpoints. Which of them take a key is read from the document (`writes.rs`), so
//! that none is forgotten; what of an answer is kept is in `kept.rs`. Without the header nothing of this happens.

mod kept;
mod writes;

use std::panic::resume_unwind;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use scaiwave_engine::ClientCode;
use scaiwave_engine::keyed::{self, Answered, Begun, RequestKey};
use scaiwave_engine::store::record::Role;
use tokio::time::timeout;

use self::kept::{Keeping, settle};
pub(crate) use self::writes::{Writes, describe, of_document};
use crate::answer::json_bytes;
use crate::around::{RequestId, took_too_long};
use crate::extract::{Caller, Writer, whole_body};
use crate::failure::Failure;
use crate::limits::REQUEST_TIME_MAX;
use crate::state::ApiState;

/// In HTTP/1 and in documents it is written `Idempotency-Key`.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Stands at an answer that was given before.
pub(crate) const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What the layer knows.
#[derive(Clone)]
pub(crate) struct Layer {
    pub(crate) state: ApiState,
    /// The operations that take a key.
    pub(crate) writes: Arc<Writes>,
}

/// Lets through what has no key or takes none.
pub(crate) async fn keyed(State(layer): State<Layer>, request: Request, next: Next) -> Response {
    if !request.headers().contains_key(IDEMPOTENCY_KEY) {
        return next.run(request).await;
    }
    let route = request.extensions().get::<MatchedPath>();
    let Some(keeping) = route.and_then(|route| layer.writes.of(request.method(), route.as_str()))
    else {
        return next.run(request).await;
    };
    let answered = once(&layer.state, keeping, request, next).await;
    answered.unwrap_or_else(IntoResponse::into_response)
}

async fn once(
    state: &ApiState,
    keeping: Keeping,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let (mut parts, body) = request.into_parts();
    let writer = Writer::of(&mut parts, state).await?;
    let key = key_of(&parts.headers)?;
    let body = whole_body(Request::from_parts(parts.clone(), body), state).await?;
    let seal = seal(&key, &parts, &writer, keeping, &body);
    let Caller { tenant, viewer } = writer.caller;
    let first = match keyed::begin(&tenant, &viewer, &key, seal).await? {
        Begun::First(first) => first,
        Begun::Again(answered) => return Ok(again(answered)),
    };
    let id = parts.extensions.get::<RequestId>().cloned();
    let id = id.unwrap_or_default();
    let request = Request::from_parts(parts, Body::from(body));
    // It comes to its end also when nobody waits for it any more: that is when it is asked again.
    let done = state.tasks.spawn(async move {
        match timeout(REQUEST_TIME_MAX, next.run(request)).await {
            Ok(response) => settle(first, keeping, response, &id).await,
            // Where it was nobody knows, and the request stays begun.
            Err(_) => took_too_long().into_response(),
        }
    });
    done.await.map_err(|error| match error.try_into_panic() {
        // Where it stopped nobody knows, and the request stays begun. The net for panics is further out.
        Ok(panic) => resume_unwind(panic),
        Err(_) => ClientCode::Internal.because("the server stops").into(),
    })
}

/// The one key.
fn key_of(headers: &HeaderMap) -> Result<RequestKey, Failure> {
    let mut all = headers.get_all(IDEMPOTENCY_KEY).iter();
    match (all.next(), all.next()) {
        (Some(only), None) => Ok(RequestKey::parse(only.as_bytes())?),
        _ => Err(Failure::at(
            "idempotency-key",
            "a request has one key and not several",
        )),
    }
}

/// What makes it this request and no other. Whose token may do less does not hear what was answered to one that
/// may do more.
fn seal(
    key: &RequestKey,
    parts: &Parts,
    writer: &Writer,
    keeping: Keeping,
    body: &[u8],
) -> [u8; 32] {
    let address = parts.uri.path_and_query();
    let address = address.map_or(parts.uri.path(), |address| address.as_str());
    let is_admin = writer.caller.viewer.role == Role::Admin;
    let powers = [u8::from(is_admin), u8::from(writer.is_login)];
    // Of what may hold a password there is not even a hash.
    let body = match keeping {
        Keeping::Answer => body,
        Keeping::OnlyThat => &[],
    };
    let method = parts.method.as_str().as_bytes();
    key.seal(&[method, address.as_bytes(), &powers, body])
}

fn again(answered: Answered) -> Response {
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::OK);
    let mut response = json_bytes(status, answered.body);
    response
        .headers_mut()
        .insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    response
}
