//! Real sockets, real time, short limits.

use axum::body::Bytes;
use axum::extract::{ConnectInfo, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::{get, post};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;

use super::*;

/// A test that waits longer than this has failed.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

pub(super) const QUICK: Duration = Duration::from_millis(200);

pub(super) struct Server {
    address: SocketAddr,
    shutdown: CancellationToken,
    ended: JoinHandle<Drained>,
}

impl Server {
    async fn start(limits: Limits) -> Self {
        Self::with(router(), limits).await
    }

    pub(super) async fn with(router: Router, limits: Limits) -> Self {
        Self::open(router, None, limits).await
    }

    pub(super) async fn over_tls(router: Router, tls: Arc<ServerConfig>, limits: Limits) -> Self {
        Self::open(router, Some(tls), limits).await
    }

    async fn open(router: Router, tls: Option<Arc<ServerConfig>>, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let ended = tokio::spawn(serve(listener, router, tls, limits, shutdown.clone()));
        Self {
            address,
            shutdown,
            ended,
        }
    }

    pub(super) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    pub(super) async fn stop(self) -> Drained {
        self.shutdown.cancel();
        patiently(self.ended).await.unwrap()
    }
}

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { "ok" }))
        .route(
            "/peer",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }),
        )
        .route("/echo", post(|body: Bytes| async move { body }))
        .route("/hang", get(std::future::pending::<()>))
        .route("/socket", get(echo_messages))
}

async fn echo_messages(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|mut socket| async move {
        while let Some(Ok(message)) = socket.recv().await {
            if socket.send(message).await.is_err() {
                return;
            }
        }
    })
}

pub(super) fn quick_headers() -> Limits {
    Limits {
        header_read_timeout: QUICK,
        ..Limits::default()
    }
}

pub(super) async fn patiently<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("it takes too long")
}

/// Reads until `end` has come.
pub(super) async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut read = Vec::new();
    while !read.ends_with(end.as_bytes()) {
        let byte = patiently(stream.read_u8())
            .await
            .expect("the connection ended early");
        read.push(byte);
    }
    String::from_utf8(read).unwrap()
}

/// Reads until the server closes. A reset is a close too: it comes when our bytes were not read.
pub(super) async fn read_to_close(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    match patiently(stream.read_to_end(&mut read)).await {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error}"),
    }
    String::from_utf8_lossy(&read).into_owned()
}

pub(super) const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// A client that dawdles before its first request is cut off, whatever it pretends to speak.
#[tokio::test]
async fn slow_beginnings_are_closed() {
    let server = Server::start(quick_headers()).await;
    let beginnings: [&[u8]; 5] = [
        b"",
        b"G",
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        b"PRI * HTTP/2.0\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    for beginning in beginnings {
        let mut stream = server.connect().await;
        stream.write_all(beginning).await.unwrap();
        read_to_close(&mut stream).await;
    }
    assert_eq!(server.stop().await, Drained { cut_off: 0 });
}

/// The limit is on headers only: a request that is being answered, and its body, may take longer.
#[tokio::test]
async fn slow_bodies_are_not() {
    let server = Server::start(quick_headers()).await;
    let mut stream = server.connect().await;
    stream
        .write_all(
            b"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nsl",
        )
        .await
        .unwrap();
    // Time itself is the subject here.
    tokio::time::sleep(QUICK * 2).await;
    stream.write_all(b"ow").await.unwrap();
    assert!(read_to_close(&mut stream).await.ends_with("\r\n\r\nslow"));
}

/// A second request on a kept connection is under the same limit as the first.
#[tokio::test]
async fn idle_connections_are_closed_in_time() {
    let server = Server::start(quick_headers()).await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    read_until(&mut stream, "\r\n\r\nok").await;
    assert_eq!(read_to_close(&mut stream).await, "");
}

#[tokio::test]
async fn headers_have_a_size() {
    let server = Server::start(Limits::default()).await;
    for (length, status) in [(8 * 1024, "200"), (16 * 1024, "431")] {
        let mut stream = server.connect().await;
        let filler = "x".repeat(length);
        let request =
            format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Big: {filler}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = patiently(async {
            let mut start = [0; 12];
            stream.read_exact(&mut start).await.unwrap();
            String::from_utf8_lossy(&start).into_owned()
        });
        assert_eq!(answer.await, format!("HTTP/1.1 {status}"));
    }
}

/// An idle connection does not hold up the end.
#[tokio::test]
async fn drain_ends_idle_connections() {
    let server = Server::start(Limits::default()).await;
    let mut idle = server.connect().await;
    idle.write_all(GET).await.unwrap();
    read_until(&mut idle, "\r\n\r\nok").await;
    let mut silent = server.connect().await;
    // An answered request on a third connection shows that the silent one has been accepted.
    let mut third = server.connect().await;
    third.write_all(GET).await.unwrap();
    read_until(&mut third, "\r\n\r\nok").await;

    let address = server.address;
    assert_eq!(server.stop().await, Drained { cut_off: 0 });
    assert_eq!(read_to_close(&mut idle).await, "");
    assert_eq!(read_to_close(&mut silent).await, "");
    assert!(
        TcpStream::connect(address).await.is_err(),
        "the listener is still open"
    );
}

/// Who has begun to ask gets the answer.
#[tokio::test]
async fn drain_answers_requests_in_flight() {
    let server = Server::start(Limits::default()).await;
    let mut stream = server.connect().await;
    stream
        .write_all(
            b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n",
        )
        .await
        .unwrap();
    // The interim answer shows that the handler waits for the body.
    read_until(&mut stream, "HTTP/1.1 100 Continue\r\n\r\n").await;
    server.shutdown.cancel();
    stream.write_all(b"last").await.unwrap();
    let answer = read_to_close(&mut stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("last"),
        "{answer}"
    );
    assert_eq!(server.stop().await, Drained { cut_off: 0 });
}

/// A request that never ends does not keep the process alive.
#[tokio::test]
async fn drain_has_a_deadline() {
    let server = Server::start(Limits {
        drain: QUICK,
        ..Limits::default()
    })
    .await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let mut other = server.connect().await;
    other.write_all(GET).await.unwrap();
    read_until(&mut other, "\r\n\r\nok").await;
    assert_eq!(server.stop().await, Drained { cut_off: 1 });
    assert_eq!(read_to_close(&mut stream).await, "");
}

/// Above the cap a connection is closed, and an ended one makes room. WebSockets count.
#[tokio::test]
async fn connections_are_counted() {
    let server = Server::start(Limits {
        connections: 1,
        ..Limits::default()
    })
    .await;
    let url = format!("ws://{}/socket", server.address);
    let (mut socket, _) = patiently(tokio_tungstenite::connect_async(&url))
        .await
        .unwrap();

    let mut refused = server.connect().await;
    assert_eq!(read_to_close(&mut refused).await, "");

    socket.close(None).await.unwrap();
    while let Some(Ok(_)) = patiently(socket.next()).await {}
    drop(socket);
    // The server notices the end when it next looks: ask until it has.
    patiently(async {
        loop {
            let mut stream = server.connect().await;
            // A refused connection may be reset while we still write.
            let written = stream.write_all(GET).await;
            let mut byte = [0];
            if written.is_ok() && stream.read_exact(&mut byte).await.is_ok() {
                break;
            }
        }
    })
    .await;
    server.stop().await;
}

/// A WebSocket works, outlives the header timeout, and is waited for by the drain.
#[tokio::test]
async fn websockets_live_on() {
    let server = Server::start(quick_headers()).await;
    let url = format!("ws://{}/socket", server.address);
    let (mut socket, _) = patiently(tokio_tungstenite::connect_async(&url))
        .await
        .unwrap();
    // Time itself is the subject here.
    tokio::time::sleep(QUICK * 2).await;
    server.shutdown.cancel();
    socket.send(Message::text("still here")).await.unwrap();
    let echoed = patiently(socket.next()).await.unwrap().unwrap();
    assert_eq!(echoed, Message::text("still here"));
    drop(socket);
    assert_eq!(server.stop().await, Drained { cut_off: 0 });
}

/// Both versions of HTTP arrive at the router, with the address they come from.
#[tokio::test]
async fn both_versions_and_the_peer_address() {
    let server = Server::start(Limits::default()).await;
    let url = format!("http://{}/peer", server.address);
    for (builder, version) in [
        (
            reqwest::Client::builder().http1_only(),
            http::Version::HTTP_11,
        ),
        (
            reqwest::Client::builder().http2_prior_knowledge(),
            http::Version::HTTP_2,
        ),
    ] {
        let client = builder.no_proxy().build().unwrap();
        let answer = patiently(client.get(&url).send()).await.unwrap();
        assert_eq!(answer.version(), version);
        let peer: SocketAddr = answer.text().await.unwrap().parse().unwrap();
        assert_eq!(peer.ip(), server.address.ip());
    }
    assert_eq!(server.stop().await, Drained { cut_off: 0 });
}
