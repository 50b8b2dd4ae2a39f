use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::{Limits, Socket};

/// How often an HTTP/2 client is pinged, and how long it may take to answer. Between them they
/// find a client whose machine vanished; without pings it would hold its place for ever.
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(20);

/// Requests that one HTTP/2 client has open at once; a peer needs a handful.
const MAX_STREAMS: u32 = 128;

/// What all connections of one listener have in common.
#[derive(Debug)]
pub(super) struct Connections {
    router: Router,
    http: Arc<Builder<TokioExecutor>>,
    header_read_timeout: Duration,
    shutdown: CancellationToken,
    /// Ends connections where they stand.
    cut_off: CancellationToken,
}

impl Connections {
    pub(super) fn new(
        router: Router,
        limits: &Limits,
        shutdown: CancellationToken,
        cut_off: CancellationToken,
    ) -> Self {
        let mut http = Builder::new(TokioExecutor::new());
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_read_timeout)
            .max_buf_size(limits.header_bytes as usize);
        http.http2()
            .timer(TokioTimer::new())
            .max_header_list_size(limits.header_bytes)
            .max_concurrent_streams(MAX_STREAMS)
            .keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_TIMEOUT);
        let header_read_timeout = limits.header_read_timeout;
        Self {
            router,
            http: Arc::new(http),
            header_read_timeout,
            shutdown,
            cut_off,
        }
    }

    /// Serves one connection to its end. Its errors are the client's: they are worth a trace, not
    /// a log line that strangers could write at will.
    pub(super) fn serve(
        &self,
        socket: Socket,
        peer: SocketAddr,
    ) -> impl Future<Output = ()> + Send + 'static {
        let http = Arc::clone(&self.http);
        let shutdown = self.shutdown.clone();
        let cut_off = self.cut_off.clone();
        let first_request_deadline = tokio::time::sleep(self.header_read_timeout);

        let asked = Arc::new(AtomicBool::new(false));
        let service = self.router.clone().map_request({
            let asked = Arc::clone(&asked);
            move |mut request: Request<Incoming>| {
                // A flag of one task and its children that guards nothing else.
                asked.store(true, Ordering::Relaxed);
                request.extensions_mut().insert(ConnectInfo(peer));
                request
            }
        });

        async move {
            let service = TowerToHyperService::new(service);
            let connection = http.serve_connection_with_upgrades(TokioIo::new(socket), service);
            let mut connection = pin!(connection);
            let mut deadline = pin!(first_request_deadline);
            let mut awaiting_first = true;
            let mut draining = false;
            loop {
                tokio::select! {
                    biased;
                    result = connection.as_mut() => {
                        if let Err(error) = result {
                            tracing::trace!(%peer, %error, "connection ended with an error");
                        }
                        return;
                    }
                    () = cut_off.cancelled() => return,
                    () = shutdown.cancelled(), if !draining => {
                        draining = true;
                        connection.as_mut().graceful_shutdown();
                    }
                    () = deadline.as_mut(), if awaiting_first => {
                        awaiting_first = false;
                        if !asked.load(Ordering::Relaxed) {
                            tracing::trace!(%peer, "no request in time");
                            return;
                        }
                    }
                }
            }
        }
    }
}
