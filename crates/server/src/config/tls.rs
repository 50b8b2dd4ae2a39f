use std::path::PathBuf;

#[cfg(feature = "acme")]
use super::acme::Acme;
use super::keys;
use super::problem::Complaint;
use super::reader::Reader;
use super::server::Server;

/// What a certificate from an ACME authority needs; all of them without effect without the first.
const ACME: [&str; 5] = [
    keys::TLS_ACME_DOMAINS,
    keys::TLS_ACME_CONTACT,
    keys::TLS_ACME_DIRECTORY,
    keys::TLS_ACME_CACHE,
    keys::TLS_ACME_CA_FILE,
];

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
    /// One that this process gets and renews by itself.
    #[cfg(feature = "acme")]
    Acme(Acme),
}

impl Tls {
    pub(super) fn read(reader: &mut Reader, server: &Server) -> Self {
        let certificate = reader.text(keys::TLS_CERT_FILE).map(PathBuf::from);
        let key = reader.text(keys::TLS_KEY_FILE).map(PathBuf::from);
        if let Some(given) = ACME.into_iter().find(|path| reader.is_set(path)) {
            return acme(
                reader,
                server,
                given,
                certificate.is_some() || key.is_some(),
            );
        }
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

fn acme(reader: &mut Reader, server: &Server, given: &'static str, files: bool) -> Tls {
    if files {
        reader.refuse(
            given,
            Complaint::new(
                "there are certificate files as well, and a certificate has one source",
                "remove the acme settings, or tls.cert_file and tls.key_file",
            ),
        );
        return Tls::Off;
    }
    read_acme(reader, server, given)
}

#[cfg(feature = "acme")]
fn read_acme(reader: &mut Reader, server: &Server, given: &'static str) -> Tls {
    Acme::read(reader, server, given).map_or(Tls::Off, Tls::Acme)
}

#[cfg(not(feature = "acme"))]
fn read_acme(reader: &mut Reader, _server: &Server, given: &'static str) -> Tls {
    reader.refuse(
        given,
        Complaint::new(
            "this program was built without ACME",
            "name tls.cert_file and tls.key_file, or use one that was built with the feature acme",
        ),
    );
    Tls::Off
}
