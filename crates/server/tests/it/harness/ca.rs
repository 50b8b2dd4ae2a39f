use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// An authority that only a test believes in.
pub(crate) struct Ca {
    pem: String,
    #[cfg(feature = "acme")]
    key_pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Ca {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("a certificate").pem();
        #[cfg(feature = "acme")]
        let key_pem = key.serialize_pem();
        let issuer = Issuer::new(params, key);
        Ca {
            pem,
            #[cfg(feature = "acme")]
            key_pem,
            issuer,
        }
    }

    /// Its own certificate.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// The key that it signs with.
    #[cfg(feature = "acme")]
    pub(crate) fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// A certificate for a host and its key, both in PEM form, as `change` would have it.
    pub(crate) fn sign(
        &self,
        host: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([host.to_owned()]).expect("a name");
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }

    /// Puts a fresh pair for a host where its server looks for it.
    pub(crate) fn issue(&self, host: &str, directory: &Path) {
        let (certificate, key) = self.sign(host, |_| {});
        fs::write(directory.join("cert.pem"), certificate).expect("written");
        let path = directory.join("key.pem");
        fs::write(&path, key).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
        fs::write(directory.join("ca.pem"), &self.pem).expect("written");
    }

    /// What a server shows to whoever believes this authority and connects; nothing when there is no
    /// handshake.
    pub(crate) async fn shown(
        &self,
        address: SocketAddr,
        host: &'static str,
    ) -> Option<CertificateDer<'static>> {
        let mut roots = rustls::RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(self.pem.as_bytes()).expect("PEM");
        roots.add(authority).expect("an authority");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(address).await.expect("up");
        let name = ServerName::try_from(host).expect("a name");
        let handshake = TlsConnector::from(Arc::new(config)).connect(name, stream);
        let stream = handshake.await.ok()?;
        let chain = stream.get_ref().1.peer_certificates().expect("a chain");
        Some(chain[0].clone())
    }
}
