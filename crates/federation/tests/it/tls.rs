//! Whom the client believes over TLS (bad-input row T095b): real handshakes with an authority that only
//! this test knows.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use scaiwave_engine::Remote as _;
use scaiwave_federation::Reach;
use scaiwave_federation::client::Authority;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::sockets::{client, http, in_words};
use crate::town::name;

/// A certificate authority.
struct Ca {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Ca {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Ca {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    fn authorities(&self) -> Vec<Authority> {
        Authority::read_pem(self.pem.as_bytes()).unwrap()
    }

    /// What a server with such a certificate needs.
    fn server(&self, params: &CertificateParams) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        config(certificate.der().clone(), &key)
    }
}

fn config(
    certificate: rustls::pki_types::CertificateDer<'static>,
    key: &KeyPair,
) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    Arc::new(config.unwrap())
}

fn named(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).unwrap()
}

fn valid_until(name: &str, year: i32) -> CertificateParams {
    let mut params = named(name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(year, 1, 1);
    params
}

fn self_signed() -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let certificate = named("peer.test").self_signed(&key).unwrap();
    config(certificate.der().clone(), &key)
}

/// What the other side of a connection does first.
enum Speaks {
    /// TLS, with this.
    Tls(Arc<ServerConfig>),
    /// These bytes, whatever it hears.
    Bytes(Vec<u8>),
}

async fn listen(speaks: Speaks) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            match &speaks {
                Speaks::Tls(config) => drop(tokio::spawn(answer(stream, config.clone()))),
                Speaks::Bytes(bytes) => drop(tokio::spawn(say(stream, bytes.clone()))),
            }
        }
    });
    port
}

async fn answer(stream: TcpStream, config: Arc<ServerConfig>) {
    let Ok(mut stream) = TlsAcceptor::from(config).accept(stream).await else {
        return;
    };
    let mut head = [0; 4096];
    drop(stream.read(&mut head).await);
    drop(stream.write_all(&http("200 OK", b"{}")).await);
    drop(stream.shutdown().await);
}

async fn say(mut stream: TcpStream, bytes: Vec<u8>) {
    let mut head = [0; 4096];
    drop(stream.read(&mut head).await);
    drop(stream.write_all(&bytes).await);
    // Until the other side has read it and closes.
    drop(stream.read(&mut head).await);
}

/// The answer of a server that knows nothing newer than TLS 1.1 (RFC 4346 section 7.4.1.3).
fn server_hello_of_tls_1_1() -> Vec<u8> {
    let mut hello = vec![3, 2];
    hello.extend([7; 32]);
    // No session, AES-128-CBC with SHA, no compression.
    hello.extend([0, 0x00, 0x2f, 0]);
    let mut record = vec![
        22,
        3,
        2,
        0,
        4 + hello.len() as u8,
        2,
        0,
        0,
        hello.len() as u8,
    ];
    record.extend(hello);
    record
}

// Only a certificate that an authority which we know has given to this very name, and that has not ended,
// opens the way; every other end is said in words.
#[tokio::test]
async fn whom_the_client_believes() {
    let (known, unknown) = (Ca::new(), Ca::new());
    let here = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    const PASSED: &str = "nonsense: descriptor: the answer is not of this protocol";
    const FAILED: &str = "unreachable: descriptor: TLS failed: ";
    let tls = |config| Speaks::Tls(config);
    let cases = [
        (tls(known.server(&named("peer.test"))), PASSED, ""),
        (
            tls(unknown.server(&named("peer.test"))),
            FAILED,
            "invalid peer certificate",
        ),
        (tls(self_signed()), FAILED, "invalid peer certificate"),
        (
            tls(known.server(&valid_until("peer.test", 2021))),
            FAILED,
            "expired",
        ),
        (
            tls(known.server(&named("other.test"))),
            FAILED,
            "not valid for name",
        ),
        (
            tls(known.server(&named("peer.test.example"))),
            FAILED,
            "not valid for name",
        ),
        (tls(known.server(&here)), FAILED, "not valid for name"),
        (Speaks::Bytes(server_hello_of_tls_1_1()), FAILED, ""),
        (
            Speaks::Bytes(vec![21, 3, 2, 0, 2, 2, 70]),
            FAILED,
            "ProtocolVersion",
        ),
        (Speaks::Bytes(http("200 OK", b"{}")), FAILED, ""),
    ];
    for (n, (speaks, expected, words)) in cases.into_iter().enumerate() {
        let port = listen(speaks).await;
        let reach = Reach {
            allow_loopback: true,
            hosts: [("peer.test".to_owned(), IpAddr::from([127, 0, 0, 1]))].into(),
            authorities: known.authorities(),
            request_timeout: Duration::from_secs(10),
            ..Reach::default()
        };
        let (client, _inbound) = client(reach).await;
        let server = name(&format!("peer.test:{port}"));
        let sentence = in_words(client.descriptor(&server).await.unwrap_err());
        assert!(
            sentence.starts_with(expected) && sentence.contains(words),
            "case {n}: {sentence} instead of {expected}…{words}"
        );
    }
}

// A file that vouches for nobody is refused when it is read, not when a peer cannot be reached.
#[test]
fn authorities_are_certificates() {
    let ca = Ca::new();
    assert_eq!(ca.authorities().len(), 1);
    let twice = format!("{}{}", ca.pem, Ca::new().pem);
    assert_eq!(Authority::read_pem(twice.as_bytes()).unwrap().len(), 2);
    let key = KeyPair::generate().unwrap().serialize_pem();
    for nothing in ["", "hello", key.as_str()] {
        assert!(
            Authority::read_pem(nothing.as_bytes()).is_err(),
            "{nothing}"
        );
    }
}
