use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderValue, header};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::{self, Message};

use super::PATIENCE;
use super::rest::Origin;

/// A WebSocket. What it has said is kept, so that the order of waiting does not matter.
pub(crate) struct Stream {
    socket: WebSocketStream<TcpStream>,
    heard: Vec<Value>,
}

impl Stream {
    pub(super) async fn open(origin: &Origin, token: &str) -> Self {
        Stream::begin(origin, Self::bearing(origin, token)).await
    }

    pub(super) async fn open_at(origin: &Origin, path: &str) -> Self {
        let address = format!("ws://{}{path}", origin.name);
        let request = address.into_client_request().expect("a request");
        Stream::begin(origin, request).await
    }

    /// The status with which a stream is refused.
    pub(super) async fn refused(origin: &Origin, token: &str) -> u16 {
        match Self::connect(origin, Self::bearing(origin, token)).await {
            Err(tungstenite::Error::Http(response)) => response.status().as_u16(),
            other => panic!("no refusal: {other:?}"),
        }
    }

    fn bearing(origin: &Origin, token: &str) -> Request {
        let address = format!("ws://{}/v1/stream", origin.name);
        let mut request = address.into_client_request().expect("a request");
        let token = HeaderValue::from_str(&format!("Bearer {token}")).expect("a token");
        request.headers_mut().insert(header::AUTHORIZATION, token);
        request
    }

    async fn connect(
        origin: &Origin,
        request: Request,
    ) -> Result<WebSocketStream<TcpStream>, tungstenite::Error> {
        let socket = TcpStream::connect(origin.address)
            .await
            .expect("the server is there");
        let (socket, _) = tokio_tungstenite::client_async(request, socket).await?;
        Ok(socket)
    }

    async fn begin(origin: &Origin, request: Request) -> Self {
        let socket = Self::connect(origin, request).await;
        let mut stream = Stream {
            socket: socket.expect("a stream"),
            heard: Vec::new(),
        };
        stream
            .until("hello", |frame| frame["type"] == "hello")
            .await;
        stream
    }

    /// Says something to the server.
    pub(crate) async fn say(&mut self, frame: Value) {
        let text = Message::Text(frame.to_string().into());
        self.socket.send(text).await.expect("the server listens");
    }

    /// Whether a frame that is so has been heard up to now.
    pub(crate) fn has_heard(&self, is: impl Fn(&Value) -> bool) -> bool {
        self.heard.iter().any(is)
    }

    /// The first frame that is so, among those heard and those to come.
    pub(crate) async fn until(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        if let Some(frame) = self.heard.iter().find(|frame| is(frame)) {
            return frame.clone();
        }
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let next = tokio::time::timeout_at(deadline, self.socket.next()).await;
            let Ok(next) = next else {
                panic!("waited in vain: {what}; heard {:#?}", self.heard)
            };
            let message = next.expect("the stream goes on").expect("a message");
            if let Message::Text(text) = message {
                let frame: Value = serde_json::from_str(&text).expect("JSON");
                self.heard.push(frame.clone());
                if is(&frame) {
                    return frame;
                }
            }
        }
    }

    /// Waits until the server closes it; gives the code.
    pub(crate) async fn closed(&mut self) -> u16 {
        let waiting = async {
            loop {
                let next = self.socket.next().await;
                let message = next.expect("the server says why").expect("a message");
                if let Message::Close(frame) = message {
                    break frame.expect("a code").code.into();
                }
            }
        };
        let closed = tokio::time::timeout(PATIENCE, waiting).await;
        closed.expect("the socket is closed")
    }

    /// Waits until an event has its place here.
    pub(crate) async fn sequenced(&mut self, event: &Value) -> Value {
        let id = &event["id"];
        let what = format!("{id} has its place");
        self.until(&what, |frame| {
            frame["event"]["id"] == *id && frame["event"]["seq"].is_u64()
        })
        .await
    }
}
