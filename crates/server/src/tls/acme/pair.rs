use std::sync::Arc;

use anyhow::{Context as _, bail};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::calendar::Life;

/// A certificate with its key, and how long it is good for.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) certified: Arc<CertifiedKey>,
    pub(super) life: Life,
}

impl Pair {
    /// Both in PEM form; the certificate first, then those that lead to its authority.
    pub(super) fn read(chain: &str, key: &str) -> anyhow::Result<Self> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain.as_bytes())
            .collect::<Result<_, _>>()
            .context("the certificate is not in PEM form")?;
        let Some(first) = chain.first() else {
            bail!("there is no certificate");
        };
        let life = Life::of(first)?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).context("there is no key")?;
        let certified = CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())
            .context("the certificate and the key do not make a pair")?;
        Ok(Self {
            certified: Arc::new(certified),
            life,
        })
    }
}
