//! The socket side: from axum's requests to [`Inbound::handle`] and back.
//!
//! A body is read only when the head is worth it, within 30 s, and while there is room for it in
//! memory: in all, and for the address it comes from.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse as _, Response as AxumResponse};
use axum::routing::any;
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, HOST, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt as _;
use scaiwave_protocol::Code;
use scaiwave_protocol::descriptor::WELL_KNOWN_PATH;
use scaiwave_protocol::limits::SEND_BYTES_MAX;
use scaiwave_protocol::wire::error;

use crate::inbound::in_flight::{InFlight, Place};
use crate::inbound::{Inbound, PREFIX, Request, Response, Source};
use crate::limits;

/// What the socket allows. The default is for production; tests shorten the time.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a body may take.
    pub body_read: Duration,
    /// Bytes of bodies in memory, over all.
    pub body_bytes: usize,
    /// The same from one address.
    pub address_body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_read: limits::BODY_READ_TIMEOUT,
            body_bytes: limits::BODY_BYTES_IN_FLIGHT_MAX,
            address_body_bytes: limits::ADDRESS_BODY_BYTES_IN_FLIGHT_MAX,
        }
    }
}

struct Edge {
    inbound: Arc<Inbound>,
    body_read: Duration,
    bodies: Arc<InFlight<()>>,
    bodies_by_address: Arc<InFlight<Source>>,
}

/// Room for one body, given back when the request has been answered.
type Room = (Place<()>, Option<Place<Source>>);

/// Routes for everything that other servers ask. The address of the other end is taken from axum's
/// [`ConnectInfo`], where the accept loop puts it; without one no limit by address holds.
pub fn router(inbound: Arc<Inbound>, limits: Limits) -> Router {
    let edge = Arc::new(Edge {
        inbound,
        body_read: limits.body_read,
        bodies: InFlight::new(limits.body_bytes),
        bodies_by_address: InFlight::new(limits.address_body_bytes),
    });
    Router::new()
        .route(WELL_KNOWN_PATH, any(handle))
        .route(&format!("{PREFIX}{{*rest}}"), any(handle))
        .with_state(edge)
}

async fn handle(State(edge): State<Arc<Edge>>, request: axum::extract::Request) -> AxumResponse {
    let (parts, body) = request.into_parts();
    let remote = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let mut request = Request {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers,
        body: Bytes::new(),
        remote,
    };
    // HTTP/2 has no Host but an authority.
    if let Some(authority) = parts.uri.authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        request.headers.insert(HOST, host);
    }
    let mut room = None;
    if edge.inbound.wants_body(&request) {
        let bytes = announced(&request);
        if !edge.inbound.has_room_for_body(&request, bytes) {
            return too_much();
        }
        room = edge.room(&request, bytes);
        if room.is_none() {
            return too_much();
        }
        match tokio::time::timeout(edge.body_read, read(body, bytes)).await {
            Ok(Ok(body)) => request.body = body,
            Ok(Err(_)) => return StatusCode::BAD_REQUEST.into_response(),
            Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
        }
    }
    let Response {
        status,
        headers,
        body,
    } = edge.inbound.handle(request).await;
    drop(room);
    (status, headers, body).into_response()
}

/// As many bytes as the head announces; a megabyte when it announces nothing.
fn announced(head: &Request) -> usize {
    let announced = head
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    match announced.and_then(|length| length.parse::<usize>().ok()) {
        Some(bytes) => bytes.min(SEND_BYTES_MAX),
        // A question over HTTP/1 has neither a length nor a body.
        None if head.method == http::Method::GET => 0,
        None => SEND_BYTES_MAX,
    }
}

impl Edge {
    fn room(&self, head: &Request, bytes: usize) -> Option<Room> {
        let place = self.bodies.enter((), bytes)?;
        let by_address = match head.remote.and_then(Source::of) {
            Some(source) => Some(self.bodies_by_address.enter(source, bytes)?),
            None => None,
        };
        Some((place, by_address))
    }
}

/// Reads a body, but little more than the limit: the pipeline sees that it is too large.
async fn read(mut body: Body, announced: usize) -> Result<Bytes, axum::Error> {
    let mut first = Bytes::new();
    // Most bodies come in one piece, which is not copied; the pieces of others are let go as they come.
    let mut pieces = BytesMut::new();
    while first.len() + pieces.len() <= SEND_BYTES_MAX
        && let Some(frame) = body.frame().await
    {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        if first.is_empty() && pieces.is_empty() {
            first = data;
            continue;
        }
        if pieces.is_empty() {
            pieces.reserve(announced.max(first.len() + data.len()));
            pieces.extend_from_slice(&std::mem::take(&mut first));
        }
        pieces.extend_from_slice(&data);
    }
    Ok(match pieces.is_empty() {
        true => first,
        false => pieces.freeze(),
    })
}

fn too_much() -> AxumResponse {
    let refusal = Code::RateLimited.because("too many bodies at once; try again in a moment");
    let body = error::to_json(&refusal).canonical();
    let status = StatusCode::TOO_MANY_REQUESTS;
    let headers = [
        (http::header::CONTENT_TYPE, "application/json".to_owned()),
        (RETRY_AFTER, limits::RATE_RETRY_AFTER_S.to_string()),
    ];
    (status, headers, body).into_response()
}
