use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::calendar::Life;
use super::pair::Pair;
use crate::tls::PROOF;

/// What those who connect get to see. Neither lock is held across an await, or while the other is.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// For people and servers; looked up for each handshake.
    pair: RwLock<Option<Pair>>,
    /// For the authority, by name; none but while a certificate is ordered.
    proofs: RwLock<HashMap<String, Arc<CertifiedKey>>>,
}

impl Shown {
    /// From now on, to everybody who connects.
    pub(super) fn show(&self, pair: Pair) {
        *self.pair.write() = Some(pair);
    }

    /// Of the certificate that is shown, if there is one.
    pub(super) fn life(&self) -> Option<Life> {
        self.pair.read().as_ref().map(|pair| pair.life)
    }

    /// From now on, to an authority that asks about this name.
    pub(super) fn prove(&self, name: &str, proof: Arc<CertifiedKey>) {
        self.proofs.write().insert(name.to_owned(), proof);
    }

    pub(super) fn clear_proofs(&self) {
        self.proofs.write().clear();
    }
}

impl ResolvesServerCert for Shown {
    /// The proof for whoever offers that protocol alone (RFC 8737, section 3), the certificate for all
    /// others, whatever name they ask for: it is the client that judges.
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let wants_proof = hello.alpn().is_some_and(|offered| offered.eq([PROOF]));
        if wants_proof {
            let name = hello.server_name()?.to_ascii_lowercase();
            return self.proofs.read().get(&name).cloned();
        }
        let pair = self.pair.read();
        pair.as_ref().map(|pair| pair.certified.clone())
    }
}

#[cfg(test)]
mod tests {
    use rustls::ClientConfig;
    use rustls::pki_types::{CertificateDer, ServerName};
    use tokio::io::AsyncReadExt as _;
    use tokio::net::{TcpListener, TcpStream};
    use tokio_rustls::TlsConnector;
    use tokio_rustls::client::TlsStream;
    use tokio_util::sync::CancellationToken;

    use super::super::order;
    use super::*;
    use crate::{accept, tls};

    /// A client that offers these protocols and takes any certificate.
    async fn connect(
        address: std::net::SocketAddr,
        host: &'static str,
        offered: &[&[u8]],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .expect("versions")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Credulous(provider)))
            .with_no_client_auth();
        config.alpn_protocols = offered.iter().map(|name| name.to_vec()).collect();
        let stream = TcpStream::connect(address).await?;
        let name = ServerName::try_from(host).expect("a name");
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
    }

    fn seen(stream: &TlsStream<TcpStream>) -> CertificateDer<'static> {
        let chain = stream.get_ref().1.peer_certificates().expect("a chain");
        chain[0].clone()
    }

    /// One port for all: whoever offers the proof's protocol alone sees the proof of the name that it asks
    /// for and nothing after it; everybody else is served, with the certificate.
    #[tokio::test]
    async fn proofs_and_people_share_a_port() {
        let made = rcgen::generate_simple_self_signed(["a.test".to_owned()]).expect("it is made");
        let pair = Pair::read(&made.cert.pem(), &made.signing_key.serialize_pem());
        let shown = Arc::<Shown>::default();
        let config = tls::server_config_with_proofs(shown.clone()).expect("a configuration");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shutdown = CancellationToken::new();
        let router = axum::Router::new().route("/", axum::routing::get(|| async { "ok" }));
        let limits = accept::Limits::default();
        let serving = accept::serve(listener, router, Some(config), limits, shutdown.clone());
        let serving = tokio::spawn(serving);

        let people: &[&[u8]] = &[b"h2", b"http/1.1"];
        connect(address, "a.test", people)
            .await
            .expect_err("there is no certificate yet");
        shown.show(pair.expect("a pair"));
        shown.prove("a.test", order::proof("a.test", &[7; 32]).expect("a proof"));
        let person = connect(address, "a.test", people)
            .await
            .expect("a handshake");
        assert_eq!(&seen(&person), made.cert.der());
        assert_eq!(person.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let both = connect(address, "a.test", &[PROOF, b"h2"])
            .await
            .expect("a handshake");
        assert_eq!(
            &seen(&both),
            made.cert.der(),
            "who offers more wants to talk"
        );

        let mut authority = connect(address, "a.test", &[PROOF])
            .await
            .expect("a handshake");
        assert_eq!(authority.get_ref().1.alpn_protocol(), Some(PROOF));
        let proof = seen(&authority);
        // id-pe-acmeIdentifier, critical, with the digest (RFC 8737, section 3).
        let identifier = [&[0x01, 0x01, 0xff, 0x04, 0x22, 0x04, 0x20][..], &[7; 32]].concat();
        let holds = proof
            .windows(identifier.len())
            .any(|window| window == identifier);
        assert!(holds, "the proof holds the digest");
        let mut rest = Vec::new();
        authority
            .read_to_end(&mut rest)
            .await
            .expect("an orderly end");
        assert!(rest.is_empty(), "nothing is said after the proof");

        connect(address, "b.test", &[PROOF])
            .await
            .expect_err("no proof for this name");
        shown.clear_proofs();
        connect(address, "a.test", &[PROOF])
            .await
            .expect_err("no proof any more");
        shutdown.cancel();
        serving.await.expect("it ends");
    }

    /// An authority that looks at a proof takes any certificate: it is what it looks at.
    #[derive(Debug)]
    struct Credulous(Arc<rustls::crypto::CryptoProvider>);

    impl rustls::client::danger::ServerCertVerifier for Credulous {
        fn verify_server_cert(
            &self,
            _certificate: &CertificateDer<'_>,
            _others: &[CertificateDer<'_>],
            _name: &ServerName<'_>,
            _ocsp: &[u8],
            _now: rustls::pki_types::UnixTime,
        ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
            Ok(rustls::client::danger::ServerCertVerified::assertion())
        }

        fn verify_tls12_signature(
            &self,
            _message: &[u8],
            _certificate: &CertificateDer<'_>,
            _signature: &rustls::DigitallySignedStruct,
        ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
            Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
        }

        fn verify_tls13_signature(
            &self,
            _message: &[u8],
            _certificate: &CertificateDer<'_>,
            _signature: &rustls::DigitallySignedStruct,
        ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
            Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
        }

        fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
            self.0.signature_verification_algorithms.supported_schemes()
        }
    }
}
