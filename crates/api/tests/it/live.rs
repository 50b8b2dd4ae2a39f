//! A real WebSocket to a router under test.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderValue, header};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};

/// For what must come: a machine under load is slow.
const PATIENCE: Duration = Duration::from_secs(20);

/// Lets a router listen; gives where.
pub(crate) async fn serve(router: &Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// What somebody's stream says.
pub(crate) struct Socket {
    socket: WebSocketStream<TcpStream>,
}

impl Socket {
    /// Opens the stream of whoever has this ticket or token: `ticket=…`, `token=…`.
    pub(crate) async fn open(router: &Router, host: &str, credential: &str) -> Self {
        let opened = Socket::try_open(router, host, credential).await;
        opened.unwrap_or_else(|status| panic!("no stream: {status}"))
    }

    /// The same where it may be refused: with a status.
    pub(crate) async fn try_open(
        router: &Router,
        host: &str,
        credential: &str,
    ) -> Result<Self, u16> {
        Socket::try_open_at(serve(router).await, host, credential).await
    }

    /// The same at a server that listens already. Each offers compression, of which nothing may come.
    pub(crate) async fn try_open_at(
        address: SocketAddr,
        host: &str,
        credential: &str,
    ) -> Result<Self, u16> {
        let stream = format!("ws://{host}/v1/stream?{credential}");
        let tcp = TcpStream::connect(address).await.unwrap();
        let mut request = stream.into_client_request().unwrap();
        let offer = HeaderValue::from_static("permessage-deflate; client_max_window_bits");
        let headers = request.headers_mut();
        headers.insert(header::SEC_WEBSOCKET_EXTENSIONS, offer);
        match tokio_tungstenite::client_async(request, tcp).await {
            Ok((socket, response)) => {
                let agreed = response.headers().get(header::SEC_WEBSOCKET_EXTENSIONS);
                assert_eq!(agreed, None, "no compression");
                Ok(Socket { socket })
            }
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("no answer: {error}"),
        }
    }

    /// Puts bytes on the wire, whatever they mean.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.socket.get_mut().write_all(bytes).await.unwrap();
    }

    /// The same where the server may have gone before it has heard all.
    pub(crate) async fn pour(&mut self, bytes: &[u8]) {
        drop(self.socket.get_mut().write_all(bytes).await);
    }

    /// The next frame that is so.
    pub(crate) async fn until(&mut self, is: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.next().await.expect("the stream goes on");
            if is(&frame) {
                return frame;
            }
        }
    }

    /// Waits for the end, and gives the code; none when there is none.
    pub(crate) async fn end(&mut self) -> Option<u16> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match next.expect("the server ends it")? {
                Ok(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }

    /// The next text; none when the socket is closed.
    async fn next(&mut self) -> Option<Value> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match next.expect("the stream says something")? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// All frames up to this position of the tenant's stream; `hello` is one. Asks until the server says
    /// that it has told everything up to there. None when the socket was closed.
    pub(crate) async fn up_to(&mut self, position: u64) -> Option<Vec<Value>> {
        let mut heard = Vec::new();
        loop {
            let ping = Message::text(r#"{"type":"ping"}"#);
            self.socket.send(ping).await.ok()?;
            let told = loop {
                let frame = self.next().await?;
                if frame["type"] == "pong" {
                    break frame["position"].as_u64().unwrap();
                }
                heard.push(frame);
            };
            if told >= position {
                return Some(heard);
            }
            tokio::task::yield_now().await;
        }
    }
}
