use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::Limits;
use super::places::Place;
use super::proxies::Proxies;
use super::socket::{Socket, Stream};
use super::untaken::{Untaken, Watched};
use crate::tls::PROOF;

/// How often an HTTP/2 client is pinged, and how long it may take to answer. Between them they
/// find a client whose machine vanished; without pings it would hold its place for ever.
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(20);

/// Requests that one HTTP/2 client has open at once; a peer needs a handful.
const MAX_STREAMS: u32 = 128;

/// Streams that an HTTP/2 client has reset and that we have not looked at yet. More is the rapid reset
/// attack (CVE-2023-44487): the connection ends.
const MAX_RESET_STREAMS: usize = 20;

/// Streams that we had to reset because the client broke the rules, and that it has opened all the same.
/// More is the same attack from the other side (CVE-2025-8671).
const MAX_FAULTY_STREAMS: usize = 128;

/// Bytes of answers that an HTTP/2 client which does not read makes us keep beside those of the answers
/// themselves.
const MAX_SEND_BUFFER: usize = 64 * 1024;

/// What all connections of one listener have in common.
pub(super) struct Connections {
    router: Router,
    tls: Option<TlsAcceptor>,
    http: Arc<Builder<TokioExecutor>>,
    header_read_timeout: Duration,
    answer_taken: Duration,
    proxies: Proxies,
    shutdown: CancellationToken,
    /// Ends connections where they stand.
    cut_off: CancellationToken,
}

impl Connections {
    pub(super) fn new(
        router: Router,
        tls: Option<Arc<ServerConfig>>,
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
            .max_pending_accept_reset_streams(MAX_RESET_STREAMS)
            .max_local_error_reset_streams(MAX_FAULTY_STREAMS)
            .max_send_buf_size(MAX_SEND_BUFFER)
            .keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_TIMEOUT);
        Self {
            router,
            tls: tls.map(TlsAcceptor::from),
            http: Arc::new(http),
            header_read_timeout: limits.header_read_timeout,
            answer_taken: limits.answer_taken,
            proxies: limits.proxies.clone(),
            shutdown,
            cut_off,
        }
    }

    /// Serves one connection to its end. Its errors are the client's: they are worth a trace, not
    /// a log line that strangers could write at will.
    pub(super) fn serve(
        &self,
        stream: TcpStream,
        place: Place,
        peer: SocketAddr,
    ) -> impl Future<Output = ()> + Send + 'static {
        let http = Arc::clone(&self.http);
        let tls = self.tls.clone();
        let shutdown = self.shutdown.clone();
        let cut_off = self.cut_off.clone();
        let answer_taken = self.answer_taken;
        let first_request_deadline = tokio::time::sleep(self.header_read_timeout);

        let asked = Arc::new(AtomicBool::new(false));
        let untaken = Arc::<Untaken>::default();
        let service = self.router.clone().map_request({
            let asked = Arc::clone(&asked);
            let proxies = self.proxies.clone();
            move |mut request: Request<Incoming>| {
                // A flag of one task and its children that guards nothing else.
                asked.store(true, Ordering::Relaxed);
                let client = proxies.client(peer, request.headers());
                request.extensions_mut().insert(ConnectInfo(client));
                request
            }
        });
        let service = service.map_response({
            let untaken = Arc::clone(&untaken);
            move |response: Response| response.map(|body| Watched::new(body, &untaken))
        });

        async move {
            let mut deadline = pin!(first_request_deadline);
            let stream = tokio::select! {
                biased;
                stream = open(stream, tls) => match stream {
                    Ok(Some(stream)) => stream,
                    Ok(None) => return,
                    Err(error) => {
                        tracing::trace!(%peer, %error, "no TLS");
                        return;
                    }
                },
                () = shutdown.cancelled() => return,
                () = deadline.as_mut() => return,
            };
            let socket = TokioIo::new(Socket::new(stream, place));
            let service = TowerToHyperService::new(service);
            let connection = http.serve_connection_with_upgrades(socket, service);
            let mut overdue = pin!(untaken.overdue(answer_taken));
            let mut connection = pin!(connection);
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
                    () = overdue.as_mut() => {
                        tracing::debug!(%peer, "an answer was not taken in time");
                        return;
                    }
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

/// Shakes hands, where TLS is spoken. Nothing is left to serve when the handshake was all that the other
/// side wanted: to see a proof, after which the connection ends (RFC 8737, section 3).
async fn open(stream: TcpStream, tls: Option<TlsAcceptor>) -> io::Result<Option<Stream>> {
    let Some(acceptor) = tls else {
        return Ok(Some(Stream::Plain(stream)));
    };
    let mut stream = acceptor.accept(stream).await?;
    if stream.get_ref().1.alpn_protocol() == Some(PROOF) {
        stream.shutdown().await?;
        return Ok(None);
    }
    Ok(Some(Stream::Tls(Box::new(stream))))
}
