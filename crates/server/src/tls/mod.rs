//! How this process proves to those who call it that it is who they called.
//!
//! TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1. The certificate can be replaced while the process runs:
//! connections that stand keep what they have, new ones get the new one.

#[cfg(feature = "acme")]
mod acme;
mod files;

use std::sync::Arc;

use anyhow::Context as _;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::server::ResolvesServerCert;

#[cfg(feature = "acme")]
pub(crate) use acme::Acme;
pub(crate) use files::Files;

/// What is offered to those who call, the best first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// What an ACME authority asks for that wants to see a proof, and nothing else (RFC 8737, section 4).
pub(crate) const PROOF: &[u8] = b"acme-tls/1";

/// What the accept loop needs to speak TLS with this certificate.
pub(crate) fn server_config(
    certificate: Arc<dyn ResolvesServerCert>,
) -> anyhow::Result<Arc<ServerConfig>> {
    Ok(Arc::new(settings(certificate)?))
}

/// The same, with proofs for an ACME authority on the same port. They come last: who offers more than
/// the proof wants to talk.
#[cfg(feature = "acme")]
pub(crate) fn server_config_with_proofs(
    certificate: Arc<dyn ResolvesServerCert>,
) -> anyhow::Result<Arc<ServerConfig>> {
    let mut settings = settings(certificate)?;
    settings.alpn_protocols.push(PROOF.to_vec());
    Ok(Arc::new(settings))
}

fn settings(certificate: Arc<dyn ResolvesServerCert>) -> anyhow::Result<ServerConfig> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .context("TLS cannot be set up")?
        .with_no_client_auth()
        .with_cert_resolver(certificate);
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
    Ok(config)
}
