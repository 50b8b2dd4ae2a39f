//! HTTP/1.1 by hand: one request at a time on a kept connection.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// Enough for any answer of ours at once.
const BUFFER: usize = 64 * 1024;

/// Where a server is, and what it is called.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    received: BytesMut,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: BytesMut,
}

/// The bytes of a request.
pub(crate) fn request(
    method: &str,
    path: &str,
    origin: &Origin,
    token: Option<&str>,
    body: &[u8],
) -> Vec<u8> {
    let token = token.map_or(String::new(), |token| {
        format!("authorization: Bearer {token}\r\n")
    });
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {}\r\n{token}content-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        origin.name,
        body.len()
    );
    [head.as_bytes(), body].concat()
}

impl Wire {
    pub(crate) async fn connect(origin: &Origin) -> anyhow::Result<Self> {
        Self::over(TcpStream::connect(origin.address).await?)
    }

    /// A connection whose system takes in only about so many bytes that are not read.
    pub(crate) async fn connect_narrow(origin: &Origin, bytes: u32) -> anyhow::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(bytes)?;
        Self::over(socket.connect(origin.address).await?)
    }

    fn over(stream: TcpStream) -> anyhow::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Wire {
            stream,
            received: BytesMut::with_capacity(BUFFER),
        })
    }

    /// Sends the bytes of a request and reads the answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        let (status, length) = self.head().await?;
        while self.received.len() < length {
            self.more().await?;
        }
        Ok(Answer {
            status,
            body: self.received.split_to(length),
        })
    }

    /// Reads up to the empty line; gives the status and the body's length.
    pub(crate) async fn head(&mut self) -> anyhow::Result<(u16, usize)> {
        let end = loop {
            match memchr::memmem::find(&self.received, b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => self.more().await?,
            }
        };
        let head = std::str::from_utf8(&self.received[..end]).context("a head that is no text")?;
        let status = head.get(9..12).and_then(|digits| digits.parse().ok());
        let status = status.context("a head without a status")?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let wanted = name.eq_ignore_ascii_case("content-length");
            wanted.then(|| value.trim().parse().ok())?
        });
        if length.is_none() && head.to_ascii_lowercase().contains("transfer-encoding") {
            bail!("the answer comes in chunks, which this generator does not read");
        }
        self.received.advance(end);
        Ok((status, length.unwrap_or(0)))
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        self.received.reserve(BUFFER);
        if self.stream.read_buf(&mut self.received).await? == 0 {
            bail!("the server hung up");
        }
        Ok(())
    }

    /// The connection as it is after an upgrade, with what has arrived already.
    pub(crate) fn into_parts(self) -> (TcpStream, BytesMut) {
        (self.stream, self.received)
    }
}
