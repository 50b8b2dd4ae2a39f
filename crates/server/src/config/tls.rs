use std::path::PathBuf;

use super::keys;
use super::problem::Complaint;
use super::reader::Reader;

/// `[tls]`: whether this process speaks TLS itself, and where its certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tls {
    /// Plain HTTP: on this machine, or behind a reverse proxy that speaks TLS.
    Off,
    /// A pair of files that somebody else renews.
    Files {
        /// The certificate, then those that lead to its authority, in PEM form.
        certificate: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
}

impl Tls {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let certificate = reader.text(keys::TLS_CERT_FILE).map(PathBuf::from);
        let key = reader.text(keys::TLS_KEY_FILE).map(PathBuf::from);
        match (certificate, key) {
            (Some(certificate), Some(key)) => Tls::Files { certificate, key },
            (None, None) => Tls::Off,
            (Some(_), None) => alone(reader, keys::TLS_CERT_FILE, "tls.key_file"),
            (None, Some(_)) => alone(reader, keys::TLS_KEY_FILE, "tls.cert_file"),
        }
    }
}

fn alone(reader: &mut Reader, given: &'static str, missing: &str) -> Tls {
    reader.refuse(
        given,
        Complaint::new(
            format!("a certificate and its key belong together, and {missing} is not there"),
            "name both files, or neither",
        ),
    );
    Tls::Off
}
