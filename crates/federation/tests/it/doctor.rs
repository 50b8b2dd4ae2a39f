//! The doctor over real sockets: each step fails in its turn, and says so with cause and cure.

use std::sync::Arc;
use std::time::Duration;

use scaiwave_engine::Remote as _;
use scaiwave_engine::doctor::{self, Examination, Report, Status, Step};
use scaiwave_federation::Reach;
use scaiwave_federation::client::Authority;
use scaiwave_protocol::descriptor::{DescriptorDraft, KeyRecord};
use scaiwave_protocol::wire::path;
use scaiwave_protocol::{ServerName, Sign as _, SigningKey};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::peer::Signed as _;
use crate::sockets::{client, http};
use crate::town::{House, Town, name, until};
use crate::world::START as NOW;

fn reach() -> Reach {
    Reach {
        allow_loopback: true,
        hosts: [("peer.test".to_owned(), [127, 0, 0, 1].into())].into(),
        connect_timeout: Duration::from_millis(500),
        request_timeout: Duration::from_secs(2),
        ..Reach::default()
    }
}

async fn examine(server: &ServerName, reach: Reach) -> Examination {
    let (client, _inbound) = client(reach).await;
    client.examine(server).await
}

/// The step at which the way ends, with what was found there.
fn end(seen: &Examination) -> (Step, String) {
    let last = seen.findings.last().unwrap();
    assert_eq!(last.status, Status::Failed, "{:?}", seen.findings);
    assert!(last.cause.is_some() && last.fix.is_some(), "{last:?}");
    assert!(seen.descriptor.is_none());
    let before = &seen.findings[..seen.findings.len() - 1];
    assert!(
        before
            .iter()
            .all(|finding| finding.status != Status::Failed)
    );
    (last.step, last.found.clone())
}

/// Answers every connection with these bytes; none means silence.
async fn answering(host: &str, bytes: Option<Vec<u8>>) -> ServerName {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut silent = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            match &bytes {
                None => silent.push(stream),
                Some(bytes) => {
                    let mut head = [0; 4096];
                    drop(stream.read(&mut head).await);
                    drop(stream.write_all(bytes).await);
                }
            }
        }
    });
    name(&format!("{host}:{port}"))
}

fn descriptor(server: &str, key: &SigningKey) -> Vec<u8> {
    let draft = DescriptorDraft {
        server_name: name(server),
        endpoints: path::endpoints(),
        keys: vec![KeyRecord::first(key.public_key(), NOW - 1000, NOW + 1000)],
        recovery_key: None,
        software_version: "0".to_owned(),
        updated_at: NOW,
    };
    let signed = draft.sign(&key.public_key(), key).unwrap();
    signed.as_json().canonical()
}

#[tokio::test]
async fn no_address() {
    let nowhere = name("nowhere.invalid");
    let (step, found) = end(&examine(&nowhere, reach()).await);
    assert_eq!(step, Step::Name, "{found}");
    let (step, found) = end(&examine(&name("a.localhost:1"), Reach::default()).await);
    assert_eq!(step, Step::Address, "{found}");
    let inside = Reach {
        hosts: [("peer.test".to_owned(), [10, 0, 0, 1].into())].into(),
        ..reach()
    };
    let (step, found) = end(&examine(&name("peer.test"), inside).await);
    assert_eq!(step, Step::Address);
    assert!(found.contains("10.0.0.1 is private"), "{found}");
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let (step, found) = end(&examine(&name(&format!("peer.test:{port}")), reach()).await);
    assert_eq!(step, Step::Connection);
    assert!(found.contains("refused"), "{found}");
}

// Silence, plain text and a certificate that nobody vouches for are told apart.
#[tokio::test]
async fn no_proof() {
    let silent = answering("peer.test", None).await;
    let (step, found) = end(&examine(&silent, reach()).await);
    assert_eq!(
        (step, found.contains("says nothing")),
        (Step::Tls, true),
        "{found}"
    );
    let plain = answering("peer.test", Some(http("200 OK", b"{}"))).await;
    let (step, found) = end(&examine(&plain, reach()).await);
    assert_eq!(step, Step::Tls, "{found}");
}

/// A server with a certificate of its own making, for this name.
async fn with_certificate(for_name: &str, descriptor_of: &str) -> (ServerName, Vec<Authority>) {
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::aws_lc_rs;
    use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

    let made = rcgen::generate_simple_self_signed([for_name.to_owned()]).unwrap();
    let authorities = Authority::read_pem(made.cert.pem().as_bytes()).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = name(&format!("peer.test:{port}"));
    let described = descriptor_of.replace("PORT", &port.to_string());
    let answer = http(
        "200 OK",
        &descriptor(&described, &SigningKey::from_seed(&[9; 32])),
    );
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut head = [0; 4096];
            drop(stream.read(&mut head).await);
            drop(stream.write_all(&answer).await);
            drop(stream.shutdown().await);
        }
    });
    (server, authorities)
}

#[tokio::test]
async fn certificates() {
    let (server, authorities) = with_certificate("peer.test", "peer.test:PORT").await;
    let (step, found) = end(&examine(&server, reach()).await);
    assert_eq!(step, Step::Tls, "nobody vouches for it: {found}");
    let trusting = Reach {
        authorities,
        ..reach()
    };
    let seen = examine(&server, trusting).await;
    assert!(seen.descriptor.is_some(), "{:?}", seen.findings);
    let tls = &seen.findings[3];
    assert_eq!((tls.step, tls.status), (Step::Tls, Status::Ok));
    assert!(tls.found.contains("valid until"), "{}", tls.found);

    let (server, authorities) = with_certificate("other.test", "peer.test:PORT").await;
    let trusting = Reach {
        authorities,
        ..reach()
    };
    let seen = examine(&server, trusting).await;
    let (step, found) = end(&seen);
    assert_eq!(step, Step::Tls, "{found}");
    let cause = seen.findings.last().unwrap().cause.clone().unwrap();
    assert!(cause.contains("another name"), "{found} {cause}");
}

#[tokio::test]
async fn no_descriptor() {
    let key = SigningKey::from_seed(&[9; 32]);
    let mut forged = descriptor("peer.localhost", &key);
    let at = forged
        .windows(4)
        .position(|four| four == b"\"0\"}")
        .unwrap_or(0);
    forged[at + 1] = b'1';
    let other = descriptor("other.localhost", &key);
    let cases = [
        (http("404 Not Found", b""), "HTTP 404"),
        (http("200 OK", b"<html>"), "no descriptor"),
        (http("200 OK", &forged), "no descriptor"),
        (http("200 OK", &other), "another name"),
        (b"hello".to_vec(), "cannot be had"),
    ];
    for (answer, expected) in cases {
        let server = answering("peer.localhost", Some(answer)).await;
        let (step, found) = end(&examine(&server, reach()).await);
        assert_eq!(step, Step::Descriptor, "{found}");
        assert!(found.contains(expected), "{found} instead of {expected}");
    }
}

// --- what is judged here: a tenant's view of a neighbour ---

async fn check(house: &House, server: &str) -> Report {
    doctor::check(&house.tenant, &house.admin(), &name(server))
        .await
        .unwrap()
}

fn status(report: &Report, step: Step) -> Status {
    let found = report.findings.iter().find(|finding| finding.step == step);
    found.unwrap().status
}

// Two tenants that get on: every step that there is to walk is well.
#[tokio::test]
async fn all_is_well() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let report = check(&acme, "globex.example").await;
    assert!(report.went_well(), "{}", report.to_text());
    assert_eq!(status(&report, Step::EchoThere), Status::Ok);
    assert_eq!(status(&report, Step::EchoBack), Status::Ok);
    // The other one has heard the first by now.
    let report = check(&globex, "acme.example").await;
    let back = report.findings.last().unwrap();
    assert!(
        back.found.contains("arrived here 0 s ago"),
        "{}",
        back.found
    );
}

// Our own policy, theirs, and a key that has changed, each at its step.
#[tokio::test]
async fn policies_and_keys() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    acme.policy(|policy| policy.default_mode = scaiwave_engine::policy::Mode::InviteOnly)
        .await;
    let report = check(&acme, "globex.example").await;
    assert_eq!(status(&report, Step::Policy), Status::Failed);
    assert_eq!(status(&report, Step::EchoThere), Status::Skipped);
    acme.policy(|policy| policy.default_mode = scaiwave_engine::policy::Mode::Open)
        .await;

    globex
        .policy(|policy| policy.default_mode = scaiwave_engine::policy::Mode::Closed)
        .await;
    let report = check(&acme, "globex.example").await;
    let echo = report
        .findings
        .iter()
        .find(|finding| finding.step == Step::EchoThere)
        .unwrap();
    assert_eq!(echo.status, Status::Failed);
    assert!(echo.found.contains("SW_FED_PEER_UNKNOWN"), "{}", echo.found);
    let fix = echo.fix.as_ref().unwrap();
    assert!(fix.contains("Ask the other admin"), "{fix}");

    // A server that is known by one key, and now shows another that nothing vouches for.
    let peer = crate::peer::Peer::new(&town, "peer.example", 1);
    let request = peer.send(
        acme.tenant.server_name(),
        &[r#"{"kind":"heads","rooms":{}}"#.to_owned()],
    );
    town.inbound.handle(request.signed()).await;
    until("the peer is known", || async {
        acme.store
            .peer(&name("peer.example"))
            .await
            .unwrap()
            .is_some()
    })
    .await;
    crate::peer::Peer::new(&town, "peer.example", 2);
    let report = check(&acme, "peer.example").await;
    assert_eq!(
        status(&report, Step::Descriptor),
        Status::Ok,
        "{}",
        report.to_text()
    );
    assert_eq!(status(&report, Step::Key), Status::Failed);
}

// A neighbour whose clock is five minutes late, by the Date of its answer.
#[tokio::test]
async fn a_wrong_clock() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("late.localhost:{}", listener.local_addr().unwrap().port());
    let late = std::time::UNIX_EPOCH + Duration::from_millis(NOW - 300_000);
    let head = format!("200 OK\r\ndate: {}", httpdate::fmt_http_date(late));
    let answer = http(
        &head,
        &descriptor(&server, &SigningKey::from_seed(&[9; 32])),
    );
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 4096];
            drop(stream.read(&mut head).await);
            drop(stream.write_all(&answer).await);
        }
    });
    let report = check(&acme, &server).await;
    assert_eq!(
        status(&report, Step::Clock),
        Status::Failed,
        "{}",
        report.to_text()
    );
    let clock = &report.findings[Step::ALL
        .iter()
        .position(|step| *step == Step::Clock)
        .unwrap()];
    assert!(clock.found.contains("300 s behind"), "{}", clock.found);
}

// Only admins may look.
#[tokio::test]
async fn members_may_not() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let alice = acme.person("alice").await;
    let refused = doctor::check(&acme.tenant, &alice, &name("globex.example")).await;
    assert!(refused.is_err());
}
