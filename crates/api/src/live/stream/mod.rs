//! `GET /v1/stream`: the WebSocket.
//!
//! 1. `handshake`: who asks, from which page. A missing token or a foreign page is answered in HTTP; a
//!    wrong token after the upgrade with close code 4001, because a browser sees nothing else.
//! 2. `sockets`: one socket for each login; the newest wins.
//! 3. `connection`: the one task of a socket: bursts out, typing in, pings, and the end.

mod close;
mod connection;
mod handshake;
mod inbound;
mod sockets;

use axum::extract::{State, WebSocketUpgrade};
use axum::response::Response;
use serde::Deserialize;

use self::connection::Connection;
use self::handshake::Handshake;
pub(crate) use self::sockets::Sockets;
use crate::extract::{Params, position};
use crate::failure::{Failure, Streaming};
use crate::limits::{
    SOCKET_MESSAGE_BYTES_MAX, SOCKET_READ_BYTES, SOCKET_WRITE_BYTES, SOCKETS_PER_PERSON_MAX,
};
use crate::shape::FrameJson;
use crate::state::ApiState;

/// Which of them carries the token: in a browser the first two, elsewhere a header.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Open {
    /// Of `/v1/stream/ticket`.
    ticket: Option<String>,
    /// The access token. Better use a ticket: addresses are written to logs on the way.
    token: Option<String>,
    /// Begin after this position; from now on when it is left out.
    since: Option<u64>,
}

/// The live stream: a WebSocket of JSON texts (`Frame`). The first is
/// `{"type":"hello","session_id","server_name","tenant_id","ts","position"}`.
///
/// The token comes as `?ticket=`, as `Sec-WebSocket-Protocol: bearer, <token>`, as
/// `Authorization: Bearer <token>`, or as `?token=`. Clients may send
/// `{"type":"typing","room_id","typing"}` and `{"type":"ping"}`, which is answered with
/// `{"type":"pong","position"}` after everything up to that position. Close codes: 4001 bad or ended token, 4003 `ping_timeout` or
/// `duplicate_connection` (the same token connected again; the newest stays), 4008 too slow (catch up
/// with `since`), 4009 the server is going away, 1008 too many messages, 1002 a frame that breaks the
/// protocol or is too large.
#[utoipa::path(
    get,
    path = "/v1/stream",
    tag = "live",
    params(Open),
    responses((status = 101, description = "A WebSocket", body = FrameJson<'static>), Streaming)
)]
pub(crate) async fn stream(
    State(state): State<ApiState>,
    handshake: Handshake,
    Params(open): Params<Open>,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, Failure> {
    let upgrade = upgrade
        .map_err(|_| Failure::bad_request("this path is a WebSocket; connect with one"))?
        .max_message_size(SOCKET_MESSAGE_BYTES_MAX)
        .max_frame_size(SOCKET_MESSAGE_BYTES_MAX)
        .read_buffer_size(SOCKET_READ_BYTES)
        .write_buffer_size(SOCKET_WRITE_BYTES)
        .protocols([handshake::PROTOCOL]);
    let since = open
        .since
        .map(|since| position("since", since))
        .transpose()?;
    let credential = handshake.credential(&state, &open)?;
    let bearer = match handshake.authenticate(&credential).await {
        Ok(bearer) => bearer,
        Err(failure) if close::is_bad_token(&failure) => {
            let tracked = state.tasks.token();
            return Ok(upgrade.on_upgrade(async move |socket| {
                close::close(socket, close::BAD_TOKEN).await;
                drop(tracked);
            }));
        }
        Err(failure) => return Err(failure),
    };
    let place = state
        .sockets
        .take(&bearer.viewer.fqid, SOCKETS_PER_PERSON_MAX)?;
    let connection = Connection::new(&state, handshake.tenant, bearer, &credential, since);
    let tracked = state.tasks.token();
    Ok(upgrade.on_upgrade(async move |socket| {
        connection.run(socket).await;
        drop((place, tracked));
    }))
}
