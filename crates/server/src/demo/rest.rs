//! One JSON request at a time, each on a connection of its own: a server that was killed in between
//! leaves nothing behind.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// Longer than any request may take on the server.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Where to ask. `.localhost` names are loopback by definition, whatever the system's resolver knows.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// Name and port, as in `Host`.
    pub(super) name: String,
    pub(super) address: SocketAddr,
}

/// Asks, and gives status and body.
pub(super) async fn request(
    origin: &Origin,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> anyhow::Result<(StatusCode, Value)> {
    tokio::time::timeout(TIMEOUT, exchange(origin, method, path, token, body))
        .await
        .with_context(|| format!("{} did not answer in time", origin.name))?
}

async fn exchange(
    origin: &Origin,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> anyhow::Result<(StatusCode, Value)> {
    let stream = TcpStream::connect(origin.address)
        .await
        .with_context(|| format!("{} cannot be reached", origin.name))?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, &origin.name);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let bytes = body.map(|json| Bytes::from(json.to_string()));
    let request = request.body(Full::new(bytes.unwrap_or_default()))?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let bytes = response.into_body().collect().await?.to_bytes();
    driver.abort();
    let json = serde_json::from_slice(&bytes)
        .with_context(|| format!("{} answered no JSON ({status})", origin.name))?;
    Ok((status, json))
}
