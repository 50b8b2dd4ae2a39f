//! A person's WebSocket, read in a task of its own.

use anyhow::Context as _;
use futures_util::StreamExt as _;
use http::{HeaderValue, header};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use super::person::Person;
use super::screen::Side;

/// Something that a stream says; nothing when it has ended.
pub(super) type Heard = (Side, Option<Value>);

/// An open stream; dropping it hangs up.
#[derive(Debug)]
pub(super) struct Stream(JoinHandle<()>);

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Opens a stream after `since`, or from now on. What it says goes to `heard`.
pub(super) async fn open(
    person: &Person,
    side: Side,
    since: Option<u64>,
    heard: mpsc::Sender<Heard>,
) -> anyhow::Result<Stream> {
    let origin = person.origin();
    let since = since.map_or(String::new(), |since| format!("?since={since}"));
    let mut request = format!("ws://{}/v1/stream{since}", origin.name).into_client_request()?;
    let token = HeaderValue::from_str(&format!("Bearer {}", person.token()))?;
    request.headers_mut().insert(header::AUTHORIZATION, token);
    let socket = TcpStream::connect(origin.address).await?;
    let (mut socket, _) = tokio_tungstenite::client_async(request, socket)
        .await
        .with_context(|| format!("the stream of {} cannot be opened", person.fqid))?;
    Ok(Stream(tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else {
                continue;
            };
            let Ok(frame) = serde_json::from_str(&text) else {
                continue;
            };
            if heard.send((side, Some(frame))).await.is_err() {
                return;
            }
        }
        // Nobody listens any more when the demo is at its end.
        drop(heard.send((side, None)).await);
    })))
}
