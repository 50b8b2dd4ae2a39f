//! Why a socket ends, as clients are told.

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use scaiwave_engine::ClientCode;

use crate::failure::Failure;
use crate::limits::SOCKET_CLOSE_TIME_MAX;

/// A code and a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Close(u16, &'static str);

/// Log in or refresh, then connect again.
pub(super) const BAD_TOKEN: Close = Close(4001, "bad_token");
/// The client did not answer a ping.
pub(super) const PING_TIMEOUT: Close = Close(4003, "ping_timeout");
/// The same token connected again.
pub(super) const DUPLICATE: Close = Close(4003, "duplicate_connection");
/// The client reads more slowly than its rooms write: catch up with `since`.
pub(super) const TOO_SLOW: Close = Close(4008, "too_slow");
/// Connect again, perhaps to another server.
pub(super) const GOING_AWAY: Close = Close(4009, "going_away");
/// A frame that breaks the protocol or is too large (RFC 6455 section 7.4.1).
pub(super) const UNREADABLE: Close = Close(1002, "unreadable");
/// Policy violation (RFC 6455 section 7.4.1).
pub(super) const TOO_MANY: Close = Close(1008, "too_many_messages");

/// Whether a failure is for 4001. What is the matter is then said to the next request.
pub(super) fn is_bad_token(failure: &Failure) -> bool {
    matches!(
        failure.code(),
        ClientCode::InvalidToken | ClientCode::ExpiredToken | ClientCode::TenantSuspended
    )
}

/// Says why and hangs up; does not wait long for somebody who does not listen.
///
/// What the client has sent meanwhile is read first, up to its own closing: a connection with unread bytes is reset, and
/// the client would not come to the reason.
pub(super) async fn close(mut socket: WebSocket, Close(code, reason): Close) {
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    let closing = async {
        socket.send(Message::Close(Some(frame))).await?;
        while socket.recv().await.transpose()?.is_some() {}
        Ok::<(), axum::Error>(())
    };
    if let Ok(Err(error)) = tokio::time::timeout(SOCKET_CLOSE_TIME_MAX, closing).await {
        tracing::debug!(%error, "a socket was gone before it was closed");
    }
}
