//! The accept loop: from a listening socket to requests in a router.
//!
//! `axum::serve` sets no limit on how long a client may take to send its headers, on how large they
//! may be, or on how many connections there are, and it does not end a drain. So the loop is ours:
//!
//! 1. *Accept.* Above [`Limits::connections`], or [`Limits::connections_from_one`] of one source, a
//!    connection is closed at once; nobody waits in a queue that the same flood keeps full.
//! 2. *First request.* Where TLS is spoken, the handshake and then the headers must be complete within
//!    [`Limits::header_read_timeout`], whatever the client speaks; hyper's own timeout starts only when
//!    it has recognised HTTP/1.
//! 3. *Serve.* HTTP/1 or HTTP/2, as the client begins. On HTTP/1 the same timeout holds for every
//!    further request, and so bounds how long an idle connection is kept; on HTTP/2 a client that does
//!    not answer pings is cut off. A client that asks and does not take the answer is cut off when a
//!    piece of it has waited for [`Limits::answer_taken`]: until then it lies in our memory.
//! 4. *Drain.* On shutdown the listener closes, idle connections end, requests in flight are
//!    answered, and what is left after [`Limits::drain`] is cut off.
//!
//! Whose request it is stands in it as axum's [`ConnectInfo`]: the peer's address, or what a trusted proxy says
//! ([`Proxies`]), whose connections are not counted as one source.

mod connection;
#[cfg(test)]
mod hostile_tests;
mod places;
mod proxies;
mod socket;
#[cfg(test)]
mod tests;
mod untaken;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
#[cfg(doc)]
use axum::extract::ConnectInfo;
use rustls::ServerConfig;
use scaiwave_federation::Source;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use connection::Connections;
use places::{Full, Places};

pub(crate) use proxies::{ClientHeader, Proxies};

/// How long a client may take to send the headers of a request.
/// Ten seconds cover three lost packets on a bad line; an honest client needs one round trip.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Headers of one request. Ours are under 2 KiB with the longest token; proxies add some.
const MAX_HEADER_BYTES: u32 = 16 * 1024;

/// Open sockets, WebSockets included. An idle one costs some 20 KiB, so all of them 200 MiB.
const MAX_CONNECTIONS: u32 = 10_000;

/// Of those, from one source: a quarter, so that it takes more than one to shut others out. An office
/// behind one address has a socket and a connection for each of a thousand people.
const MAX_CONNECTIONS_FROM_ONE: u32 = MAX_CONNECTIONS / 4;

/// How long a piece of an answer may wait until the client has taken it. The largest answer to a peer
/// is 4 MiB, and peers give up after 30 s.
const ANSWER_TAKEN_WITHIN: Duration = Duration::from_secs(60);

/// How long open requests may go on after shutdown; supervisors commonly kill after 30 s or 90 s.
const DRAIN: Duration = Duration::from_secs(10);

/// Pause after the system refused a socket, mostly for lack of file descriptors: trying again at
/// once would spin until another connection ends.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);
/// Bytes that the system takes for a client and has not sent: some hundred messages.
#[cfg(target_os = "linux")]
const UNSENT_BYTES_MAX: u32 = 128 * 1024;

/// What the loop allows. The defaults are for production; tests shorten the times.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) header_read_timeout: Duration,
    pub(crate) header_bytes: u32,
    pub(crate) connections: u32,
    pub(crate) connections_from_one: u32,
    pub(crate) answer_taken: Duration,
    pub(crate) drain: Duration,
    pub(crate) proxies: Proxies,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_read_timeout: HEADER_READ_TIMEOUT,
            header_bytes: MAX_HEADER_BYTES,
            connections: MAX_CONNECTIONS,
            connections_from_one: MAX_CONNECTIONS_FROM_ONE,
            answer_taken: ANSWER_TAKEN_WITHIN,
            drain: DRAIN,
            proxies: Proxies::default(),
        }
    }
}

/// How the drain ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Drained {
    /// Sockets that were still open at the deadline.
    pub(crate) cut_off: usize,
}

/// Serves until `shutdown`, then drains. Returns when no connection task is left. With `tls`, whoever
/// does not speak it is not heard.
///
/// An upgraded connection (a WebSocket) belongs to the handler that upgraded it: the drain waits
/// for it, but it must watch the shutdown itself.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<Arc<ServerConfig>>,
    limits: Limits,
    shutdown: CancellationToken,
) -> Drained {
    let places = Places::new(limits.connections, limits.connections_from_one);
    let tasks = TaskTracker::new();
    let cut_off = CancellationToken::new();
    let connections = Connections::new(router, tls, &limits, shutdown.clone(), cut_off.clone());

    let mut full = None;
    while let Some(accepted) = shutdown.run_until_cancelled(listener.accept()).await {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error, &shutdown).await;
                continue;
            }
        };
        let source = Source::of(peer.ip()).filter(|_| !limits.proxies.trust(peer.ip()));
        match places.take(source) {
            Ok(place) => {
                full = None;
                prepare(&stream, peer);
                tasks.spawn(connections.serve(stream, place, peer));
            }
            // One line for each time it fills up: a flood must not become a flood of log lines.
            Err(which) if full == Some(which) => {}
            Err(which) => {
                full = Some(which);
                warn(which, peer, &limits);
            }
        }
    }

    drop(listener);
    tasks.close();
    // Each open socket holds a place: when all places are back, every connection has ended.
    let drained = match tokio::time::timeout(limits.drain, places.all_free()).await {
        Ok(()) => Drained { cut_off: 0 },
        Err(_) => Drained {
            cut_off: places.taken(),
        },
    };
    cut_off.cancel();
    tasks.wait().await;
    drained
}

fn warn(full: Full, peer: SocketAddr, limits: &Limits) {
    match full {
        Full::All => tracing::warn!(
            limit = limits.connections,
            "too many connections: new ones are closed"
        ),
        Full::Source => tracing::warn!(
            limit = limits.connections_from_one,
            address = %peer.ip(),
            "too many connections from one source: its new ones are closed"
        ),
    }
}

fn prepare(stream: &TcpStream, peer: SocketAddr) {
    // Frames and answers are written whole; waiting for more to send would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "TCP_NODELAY cannot be set");
    }
    bound_unsent(stream, peer);
}

/// Of what a client does not read the system would keep megabytes, and it would take minutes until it shows
/// that nobody is there. What is on its way is not bounded by it, so far clients are as fast as ever.
#[cfg(target_os = "linux")]
fn bound_unsent(stream: &TcpStream, peer: SocketAddr) {
    let socket = socket2::SockRef::from(stream);
    if let Err(error) = socket.set_tcp_notsent_lowat(UNSENT_BYTES_MAX) {
        tracing::debug!(%peer, %error, "TCP_NOTSENT_LOWAT cannot be set");
    }
}

#[cfg(not(target_os = "linux"))]
fn bound_unsent(_: &TcpStream, _: SocketAddr) {}

/// A client that gave up before it was accepted is its own affair; everything else is the
/// system's, and passes or not whatever we do.
async fn pause_after(error: &io::Error, shutdown: &CancellationToken) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        return;
    }
    tracing::error!(%error, "a connection cannot be accepted");
    shutdown
        .run_until_cancelled(tokio::time::sleep(ACCEPT_PAUSE))
        .await;
}
