use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Pieces of answers below this are copied into the connection's own buffers, which are bounded.
const WORTH_WATCHING: usize = 4 * 1024;

/// The pieces of answers that a connection holds because its client has not taken them.
///
/// The socket alone cannot tell: an HTTP/2 client stops the answers it has asked for by its windows,
/// and the socket stays writable. So each piece says itself when it is gone.
#[derive(Debug, Default)]
pub(super) struct Untaken {
    /// Held for a look-up only.
    pieces: Mutex<Pieces>,
    /// Rung when the first piece comes.
    first: Notify,
}

#[derive(Debug, Default)]
struct Pieces {
    next: u64,
    /// By number, so the oldest is the first: when each was handed over.
    since: BTreeMap<u64, Instant>,
}

/// A piece of an answer; dropped when the transport needs it no longer.
struct Piece {
    bytes: Bytes,
    number: u64,
    of: Arc<Untaken>,
}

impl Untaken {
    /// Returns when a piece has waited for as long as this.
    pub(super) async fn overdue(&self, patience: Duration) {
        loop {
            let first = self.first.notified();
            let oldest = self.pieces.lock().since.values().next().copied();
            match oldest {
                Some(since) if since.elapsed() >= patience => return,
                Some(since) => tokio::time::sleep_until(since + patience).await,
                None => first.await,
            }
        }
    }

    fn hold(self: &Arc<Self>, bytes: Bytes) -> Bytes {
        if bytes.len() < WORTH_WATCHING {
            return bytes;
        }
        let mut pieces = self.pieces.lock();
        let number = pieces.next;
        pieces.next += 1;
        pieces.since.insert(number, Instant::now());
        drop(pieces);
        self.first.notify_one();
        Bytes::from_owner(Piece {
            bytes,
            number,
            of: Arc::clone(self),
        })
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.of.pieces.lock().since.remove(&self.number);
    }
}

/// An answer whose pieces are watched.
pub(super) struct Watched {
    body: Body,
    untaken: Arc<Untaken>,
}

impl Watched {
    pub(super) fn new(body: Body, untaken: &Arc<Untaken>) -> Self {
        Watched {
            body,
            untaken: Arc::clone(untaken),
        }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        polled.map_ok(|frame| frame.map_data(|bytes| self.untaken.hold(bytes)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
