//! A server that gets its certificate by itself, from an ACME authority that others have written
//! (acme2certifier), in processes of their own and over real sockets.

mod authority;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::harness::{Ca, Process, eventually, free_port};
use authority::Authority;

const DAY: Duration = Duration::from_secs(86_400);

/// A server that asks this authority for a certificate; not started yet.
fn server(ca: &Ca, authority: &Authority, port: u16) -> Process {
    let settings = vec![
        ("SCAIWAVE_TLS_ACME_DOMAINS", "a.test,chat.a.test".to_owned()),
        ("SCAIWAVE_TLS_ACME_CONTACT", "admin@example.org".to_owned()),
        ("SCAIWAVE_TLS_ACME_DIRECTORY", authority.url()),
        ("SCAIWAVE_TLS_ACME_CA_FILE", "ca.pem".to_owned()),
    ];
    let server = Process::set_up("a.test", port, settings);
    fs::write(server.directory().join("ca.pem"), ca.pem()).expect("written");
    server
}

/// What was kept for the next start.
fn kept(server: &Process, name: &str) -> Value {
    let path = server.directory().join("data/acme").join(name);
    let json = fs::read(path).expect("it was kept");
    serde_json::from_slice(&json).expect("JSON")
}

fn log(server: &Process) -> String {
    fs::read_to_string(server.directory().join("server.log")).unwrap_or_default()
}

/// From nothing to a certificate for two names; the same one after a restart; and, when its end is near, a
/// new one in the running process: the authority is away at first, so the old one stays in use meanwhile.
#[tokio::test]
async fn a_certificate_comes_by_itself() {
    let ca = Ca::new();
    let port = free_port();
    let mut authority = Authority::new(&ca, port);
    authority.run().await;
    let mut server = server(&ca, &authority, port);
    let address = server.address();
    server.run_until_it_says_so().await;
    let first = eventually("a certificate", async || ca.shown(address, "a.test").await).await;
    assert_eq!(ca.shown(address, "chat.a.test").await, Some(first.clone()));
    assert_eq!(authority.issued(), 1);
    let browser = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([reqwest::Certificate::from_pem(ca.pem().as_bytes()).expect("PEM")])
        .resolve("a.test", address)
        .build()
        .expect("a browser");
    let url = format!("https://a.test:{port}/v1/auth/config");
    let answer = browser.get(url).send().await.expect("an answer");
    assert_eq!(
        (answer.status(), answer.version()),
        (http::StatusCode::OK, http::Version::HTTP_2)
    );

    // Kept: nothing is ordered at the next start.
    let account = kept(&server, "account.json");
    eventually("the certificate is kept", async || {
        server
            .directory()
            .join("data/acme/certificate.json")
            .exists()
            .then_some(())
    })
    .await;
    let requests = authority.log().lines().count();
    server.kill().await;
    server.run_until_it_says_so().await;
    assert_eq!(ca.shown(address, "a.test").await, Some(first.clone()));
    assert_eq!(
        authority.log().lines().count(),
        requests,
        "nobody was asked"
    );
    server.kill().await;

    // Near its end, and nobody there who could give a new one.
    let mut certificate = kept(&server, "certificate.json");
    let (chain, key) = ca.sign("a.test", |params| {
        let now = rcgen::date_time_ymd(1970, 1, 1) + since_epoch();
        params.not_before = now - 61 * DAY;
        params.not_after = now + 29 * DAY;
    });
    certificate["chain"] = chain.into();
    certificate["key"] = key.into();
    let path = server.directory().join("data/acme/certificate.json");
    fs::write(path, certificate.to_string()).expect("written");
    authority.stop().await;
    server.run_until_it_says_so().await;
    let old = ca.shown(address, "a.test").await.expect("the old one");
    assert_ne!(old, first);
    eventually("the failure is logged", async || {
        log(&server)
            .contains("the certificate could not be renewed")
            .then_some(())
    })
    .await;
    assert_eq!(ca.shown(address, "a.test").await, Some(old.clone()));

    authority.run().await;
    server.hang_up();
    let new = eventually("a new certificate", async || {
        ca.shown(address, "a.test")
            .await
            .filter(|shown| *shown != old)
    })
    .await;
    assert_ne!(new, first);
    assert_eq!(authority.issued(), 2);
    assert_eq!(
        kept(&server, "account.json"),
        account,
        "the account is the same"
    );
}

/// An authority that finds somebody else at port 443 of the name gives nothing, and the log says what to look
/// at; who connects meanwhile gets no handshake.
#[tokio::test]
async fn a_name_that_leads_elsewhere() {
    let ca = Ca::new();
    let elsewhere = somebody_else(&ca).await;
    let mut authority = Authority::new(&ca, elsewhere.port());
    authority.run().await;
    let mut server = server(&ca, &authority, free_port());
    server.run_until_it_says_so().await;
    let said =
        "the authority does not see the proof for a.test; does port 443 of that name lead here?";
    eventually("the failure is logged", async || {
        log(&server).contains(said).then_some(())
    })
    .await;
    assert_eq!(ca.shown(server.address(), "a.test").await, None);
    assert_eq!(authority.issued(), 0);
}

/// A web server that has never heard of ACME.
async fn somebody_else(ca: &Ca) -> SocketAddr {
    let (certificate, key) = ca.sign("a.test", |_| {});
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).expect("PEM")];
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a pair");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(acceptor.accept(stream).await);
        }
    });
    address
}

fn since_epoch() -> Duration {
    SystemTime::UNIX_EPOCH.elapsed().expect("after 1970")
}
