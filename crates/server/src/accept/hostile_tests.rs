//! Clients that want to hurt: they ask and do not read, break the rules of HTTP/2, or shake hands for ever.

use axum::routing::get;
use rustls::ServerConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::tests::{
    GET, PATIENCE, QUICK, Server, patiently, quick_headers, read_to_close, read_until,
};
use super::*;

/// Larger than what the two sockets between a client and us can hold.
const LARGE: usize = 16 << 20;

fn quick_answers() -> Limits {
    Limits {
        answer_taken: QUICK,
        ..Limits::default()
    }
}

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { "ok" }))
        .route("/large", get(|| async { vec![b'x'; LARGE] }))
        .route("/hang", get(std::future::pending::<()>))
}

/// A frame of HTTP/2 (RFC 9113 section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len())
        .expect("a short payload")
        .to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// The beginning of a connection, with these settings.
fn preface(settings: &[(u16, u32)]) -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let pairs = settings
        .iter()
        .flat_map(|(name, value)| [&name.to_be_bytes()[..], &value.to_be_bytes()[..]].concat());
    bytes.extend(frame(SETTINGS, 0, 0, &pairs.collect::<Vec<u8>>()));
    bytes
}

/// `GET` of a path, in HPACK without a table (RFC 7541 appendix A).
fn request(path: &str) -> Vec<u8> {
    let mut block = vec![0x82, 0x86, 0x01, 1, b'a', 0x04];
    block.push(u8::try_from(path.len()).expect("a short path"));
    block.extend(path.as_bytes());
    block
}

/// Sends until the server has had enough; says how many times it went well.
async fn until_closed(
    stream: &mut TcpStream,
    most: usize,
    next: impl Fn(usize) -> Vec<u8>,
) -> usize {
    let (mut read, mut write) = stream.split();
    let mut sent = 0;
    let sending = async {
        while sent < most && write.write_all(&next(sent)).await.is_ok() {
            sent += 1;
            tokio::task::yield_now().await;
        }
        std::future::pending::<()>().await;
    };
    let mut heard = Vec::new();
    let hearing = async { read.read_to_end(&mut heard).await.unwrap_or_default() };
    patiently(async {
        tokio::select! {
            () = sending => {}
            _ = hearing => {}
        }
    })
    .await;
    sent
}

/// The next client is answered as if nothing had been.
async fn still_answers(server: &Server) {
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    read_until(&mut stream, "\r\n\r\nok").await;
}

/// Who asks for much and reads nothing is cut off, over HTTP/1 by its socket and over HTTP/2 by its
/// window, which keeps the socket writable.
#[tokio::test]
async fn answers_that_nobody_takes() {
    const INITIAL_WINDOW: u16 = 4;
    let over_2 = [
        preface(&[(INITIAL_WINDOW, 0)]),
        frame(HEADERS, END_STREAM | END_HEADERS, 1, &request("/large")),
    ];
    let over_1 = b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n".to_vec();
    for ask in [over_1, over_2.concat()] {
        let server = Server::with(router(), quick_answers()).await;
        let mut stream = server.connect().await;
        stream.write_all(&ask).await.unwrap();
        // Time itself is the subject here.
        tokio::time::sleep(QUICK * 3).await;
        let got = read_to_close(&mut stream).await;
        assert!(got.len() < LARGE, "all of it came");
        still_answers(&server).await;
        assert_eq!(server.stop().await, Drained { cut_off: 0 });
    }
}

/// An answer that is taken is not cut off, however long the connection lives, and a question that is
/// still being thought about is no answer.
#[tokio::test]
async fn answers_that_are_taken() {
    let server = Server::with(router(), quick_answers()).await;
    let mut stream = server.connect().await;
    for _ in 0..3 {
        stream
            .write_all(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        read_until(&mut stream, "\r\n\r\n").await;
        let mut body = vec![0; LARGE];
        patiently(stream.read_exact(&mut body)).await.unwrap();
        // Time itself is the subject here.
        tokio::time::sleep(QUICK).await;
    }
    let mut thinking = server.connect().await;
    thinking
        .write_all(b"GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let silence = tokio::time::timeout(QUICK * 3, thinking.read_u8()).await;
    assert!(silence.is_err(), "it was cut off while it waited");
}

/// CVE-2023-44487: requests that are taken back as soon as they are made end the connection.
#[tokio::test]
async fn rapid_resets() {
    let server = Server::with(router(), Limits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(&preface(&[])).await.unwrap();
    let sent = until_closed(&mut stream, 100_000, |n| {
        let id = u32::try_from(2 * n + 1).expect("few streams");
        let mut pair = frame(HEADERS, END_STREAM | END_HEADERS, id, &request("/hang"));
        pair.extend(frame(RST_STREAM, 0, id, &[0, 0, 0, 8]));
        pair
    })
    .await;
    assert!(sent < 100_000, "it was heard to the end");
    still_answers(&server).await;
}

/// Headers that are continued for ever end the connection when they are larger than allowed, or when
/// there are more pieces than headers need.
#[tokio::test]
async fn endless_continuations() {
    // A header that is neither indexed nor remembered, and nothing.
    let big = [
        &[0x00, 1, b'x', 0x7f, 0x80, 0x7e][..],
        &[b'y'; 16_000 + 255],
    ]
    .concat();
    let empty = Vec::new();
    for piece in [big, empty] {
        let server = Server::with(router(), Limits::default()).await;
        let mut stream = server.connect().await;
        stream.write_all(&preface(&[])).await.unwrap();
        let piece = &piece[..piece.len().min(16_384)];
        let sent = until_closed(&mut stream, 100_000, |n| match n {
            0 => frame(HEADERS, END_STREAM, 1, &request("/")),
            _ => frame(CONTINUATION, 0, 1, piece),
        })
        .await;
        assert!(sent < 100_000, "it was heard to the end");
        still_answers(&server).await;
    }
}

/// Questions about the connection itself, without reading an answer: what we would have to say does not
/// pile up.
#[tokio::test]
async fn pings_without_end() {
    let server = Server::with(router(), Limits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(&preface(&[])).await.unwrap();
    // Nothing is read, so that the answers fill the sockets and then stop us from reading on.
    let flood = frame(PING, 0, 0, &[7; 8]).repeat(1_000);
    let mut taken = 0;
    let mut flooding = async || {
        while stream.write_all(&flood).await.is_ok() {
            taken += flood.len();
        }
    };
    let stopped = tokio::time::timeout(Duration::from_secs(2), flooding()).await;
    assert!(stopped.is_err() || taken < 64 << 20, "{taken} bytes");
    assert!(taken < 64 << 20, "{taken} bytes of pings were read");
    still_answers(&server).await;
}

fn tls() -> Arc<ServerConfig> {
    let made = rcgen::generate_simple_self_signed(["a.test".to_owned()]).expect("a certificate");
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let chain = vec![made.cert.der().clone()];
    let pair = rustls::sign::CertifiedKey::from_der(chain, key.into(), &provider);
    let shown = rustls::sign::SingleCertAndKey::from(pair.expect("a pair"));
    crate::tls::server_config(Arc::new(shown)).expect("a configuration")
}

/// Where TLS is spoken, whoever begins with something else, an old version, or nothing, is not heard.
#[tokio::test]
async fn hands_that_are_not_shaken() {
    let server = Server::over_tls(router(), tls(), quick_headers()).await;
    // The client of TLS 1.1, without any extension (RFC 4346 section 7.4.1.2).
    let mut old = vec![22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2];
    old.extend([7; 32]);
    old.extend([0, 0, 2, 0, 0x2f, 1, 0]);
    let beginnings: [&[u8]; 6] = [
        b"",
        GET,
        &[22, 3, 1],
        &[22, 3, 1, 2, 0, 1],
        &old,
        &[0xff; 4096],
    ];
    for beginning in beginnings {
        let mut stream = server.connect().await;
        let began = std::time::Instant::now();
        stream.write_all(beginning).await.unwrap();
        let heard = read_to_close(&mut stream).await;
        assert!(!heard.contains("HTTP/1.1 200"), "{beginning:?}");
        assert!(began.elapsed() < PATIENCE / 2, "{beginning:?}");
    }
    assert_eq!(server.stop().await, Drained { cut_off: 0 });
}
