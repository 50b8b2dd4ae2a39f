//! WebSocket by hand, reading only: a burst of frames in one read, each looked at where it lies.

use anyhow::{Context as _, bail};
use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::wire::{Origin, Wire};

/// Room for some hundred frames.
const BUFFER: usize = 256 * 1024;

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;

/// An open stream of somebody.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    received: BytesMut,
}

impl Socket {
    /// Opens it and waits for the first frame, after which nothing is missed.
    pub(crate) async fn open(origin: &Origin, token: &str) -> anyhow::Result<Self> {
        Self::upgrade(Wire::connect(origin).await?, origin, token).await
    }

    /// The same for somebody whose system takes in only so many bytes that are not read.
    pub(crate) async fn open_narrow(
        origin: &Origin,
        token: &str,
        receive_buffer: u32,
    ) -> anyhow::Result<Self> {
        let wire = Wire::connect_narrow(origin, receive_buffer).await?;
        Self::upgrade(wire, origin, token).await
    }

    async fn upgrade(mut wire: Wire, origin: &Origin, token: &str) -> anyhow::Result<Self> {
        // The key is the example of RFC 6455: what the server makes of it is not checked here.
        let request = format!(
            "GET /v1/stream HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\
             connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            origin.name
        );
        let answer = wire.send(request.as_bytes()).await?;
        if answer.status != 101 {
            bail!(
                "the stream cannot be opened: {}",
                String::from_utf8_lossy(&answer.body)
            );
        }
        let (stream, received) = wire.into_parts();
        let mut socket = Socket { stream, received };
        let mut greeted = false;
        while !greeted {
            socket.burst(|_| greeted = true).await?;
        }
        Ok(socket)
    }

    /// Shows every text that has arrived; waits for one if there is none.
    pub(crate) async fn burst(&mut self, mut each: impl FnMut(&[u8])) -> anyhow::Result<()> {
        let mut any = false;
        loop {
            while let Some((opcode, payload)) = self.frame() {
                match opcode {
                    TEXT => {
                        any = true;
                        each(&payload);
                    }
                    PING => self.pong(&payload).await?,
                    CLOSE => bail!(
                        "the server closed a stream: {}",
                        String::from_utf8_lossy(payload.get(2..).unwrap_or_default())
                    ),
                    _ => {}
                }
            }
            if any {
                return Ok(());
            }
            self.received.reserve(BUFFER);
            let read = self.stream.read_buf(&mut self.received).await;
            if read.context("a stream broke")? == 0 {
                bail!("the server dropped a stream");
            }
        }
    }

    /// The next whole frame: opcode and payload. Servers do not mask.
    fn frame(&mut self) -> Option<(u8, BytesMut)> {
        let bytes = &self.received[..];
        let opcode = bytes.first()? & 0x0f;
        let (length, at) = match *bytes.get(1)? {
            126 => (
                usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
                4,
            ),
            127 => {
                let length = u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?);
                (usize::try_from(length).ok()?, 10)
            }
            short => (usize::from(short), 2),
        };
        if bytes.len() < at + length {
            return None;
        }
        self.received.advance(at);
        Some((opcode, self.received.split_to(length)))
    }

    /// Masked with zeros, as a client must mask.
    async fn pong(&mut self, payload: &[u8]) -> anyhow::Result<()> {
        let length = u8::try_from(payload.len())
            .ok()
            .filter(|length| *length < 126);
        let head = [
            0x8a,
            0x80 | length.context("a ping that is too long")?,
            0,
            0,
            0,
            0,
        ];
        self.stream.write_all(&[&head, payload].concat()).await?;
        Ok(())
    }
}
