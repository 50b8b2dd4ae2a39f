use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use parking_lot::RwLock;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::signal::unix::Signal;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// A certificate that somebody else renews: an administrator, or a program beside us.
#[derive(Debug)]
pub(crate) struct Files {
    certificate: PathBuf,
    key: PathBuf,
    /// Looked up for each handshake, replaced by [`Files::reload`]; never held across an await.
    shown: RwLock<Shown>,
}

#[derive(Debug)]
struct Shown {
    pair: Arc<CertifiedKey>,
    /// What the files held: a second look finds out whether something changed.
    content: (Vec<u8>, Vec<u8>),
}

impl Files {
    /// Reads the pair, and refuses one that does not fit together or lies open to everybody.
    pub(crate) fn load(certificate: &Path, key: &Path) -> anyhow::Result<Arc<Self>> {
        let content = read(certificate, key)?;
        let pair = pair(certificate, key, &content)?;
        Ok(Arc::new(Files {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            shown: RwLock::new(Shown { pair, content }),
        }))
    }

    /// Takes a new certificate when it is there, for as long as this is polled: at once on SIGHUP, within a
    /// minute without.
    pub(crate) async fn keep(self: Arc<Self>, mut hang_up: Signal) {
        loop {
            tokio::select! {
                _ = hang_up.recv() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            match self.reload() {
                Ok(true) => tracing::info!("the certificate was replaced"),
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(
                        error = format!("{error:#}"),
                        "the certificate cannot be read again: the one from before stays in use"
                    );
                }
            }
        }
    }

    /// Looks at the files again; says whether there is a new pair. One that is not usable, such as one
    /// of which only one file has been written yet, changes nothing.
    pub(crate) fn reload(&self) -> anyhow::Result<bool> {
        let content = read(&self.certificate, &self.key)?;
        if content == self.shown.read().content {
            return Ok(false);
        }
        let pair = pair(&self.certificate, &self.key, &content)?;
        *self.shown.write() = Shown { pair, content };
        Ok(true)
    }
}

impl ResolvesServerCert for Files {
    /// Whatever name is asked for: it is the client that judges.
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown.read().pair.clone())
    }
}

fn read(certificate: &Path, key: &Path) -> anyhow::Result<(Vec<u8>, Vec<u8>)> {
    let mode = fs::metadata(key).with_context(|| unreadable(key))?.mode();
    if mode & 0o007 != 0 {
        bail!(
            "the key {} may be read by everybody on this machine: chmod 640 it, or 600",
            key.display()
        );
    }
    Ok((
        fs::read(certificate).with_context(|| unreadable(certificate))?,
        fs::read(key).with_context(|| unreadable(key))?,
    ))
}

fn unreadable(path: &Path) -> String {
    format!("{} cannot be read", path.display())
}

fn pair(
    certificate: &Path,
    key: &Path,
    (chain, secret): &(Vec<u8>, Vec<u8>),
) -> anyhow::Result<Arc<CertifiedKey>> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .with_context(|| format!("{} is not in PEM form", certificate.display()))?;
    if chain.is_empty() {
        bail!("there is no certificate in {}", certificate.display());
    }
    let secret = PrivateKeyDer::from_pem_slice(secret)
        .with_context(|| format!("there is no private key in {}", key.display()))?;
    let pair = CertifiedKey::from_der(chain, secret, &aws_lc_rs::default_provider());
    let pair = pair.with_context(|| {
        format!(
            "{} and {} do not make a pair",
            certificate.display(),
            key.display()
        )
    })?;
    Ok(Arc::new(pair))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tempfile::TempDir;
    use tokio::signal::unix::{SignalKind, signal};

    use super::*;

    struct Desk {
        directory: TempDir,
    }

    impl Desk {
        fn new() -> Self {
            let directory = tempfile::tempdir().expect("a directory");
            Desk { directory }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.directory.path().join(name)
        }

        fn write(&self, name: &str, text: &str, mode: u32) {
            let path = self.path(name);
            fs::write(&path, text).expect("it is written");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it is ours");
        }

        fn write_pair(&self, (certificate, key): &(String, String)) {
            self.write("cert.pem", certificate, 0o644);
            self.write("key.pem", key, 0o600);
        }

        fn load(&self) -> anyhow::Result<Arc<Files>> {
            Files::load(&self.path("cert.pem"), &self.path("key.pem"))
        }
    }

    /// A certificate and its key, both in PEM form.
    fn issue() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["a.test".to_owned()]).expect("it is made");
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    /// What cannot be used is refused at the start, in words that name the file.
    #[test]
    fn unusable_pairs_are_refused() {
        let (one, other) = (issue(), issue());
        let cases = [
            ((one.0.as_str(), one.1.as_str(), 0o600), Ok(())),
            ((one.0.as_str(), one.1.as_str(), 0o640), Ok(())),
            (
                (one.0.as_str(), one.1.as_str(), 0o644),
                Err("may be read by everybody"),
            ),
            (
                (one.0.as_str(), other.1.as_str(), 0o600),
                Err("do not make a pair"),
            ),
            (
                ("hello", one.1.as_str(), 0o600),
                Err("there is no certificate in"),
            ),
            (
                (one.0.as_str(), "hello", 0o600),
                Err("there is no private key in"),
            ),
        ];
        for ((certificate, key, mode), expected) in cases {
            let desk = Desk::new();
            desk.write("cert.pem", certificate, 0o644);
            desk.write("key.pem", key, mode);
            match (desk.load(), expected) {
                (Ok(_), Ok(())) => {}
                (Err(error), Err(words)) => {
                    let said = format!("{error:#}");
                    assert!(said.contains(words), "{said} instead of {words}");
                    assert!(said.contains(".pem"), "{said} names no file");
                }
                (loaded, expected) => panic!("{loaded:?} instead of {expected:?}"),
            }
        }
        assert!(Desk::new().load().is_err(), "no files");
    }

    /// A new pair is taken; half of one, or none, leaves the old one in use.
    #[test]
    fn new_pairs_are_taken_whole() {
        let (old, new) = (issue(), issue());
        let desk = Desk::new();
        desk.write_pair(&old);
        let files = desk.load().expect("a pair");
        let shown = || files.shown.read().pair.clone();
        let first = shown();
        assert!(!files.reload().expect("nothing changed"));
        desk.write("cert.pem", &new.0, 0o644);
        files.reload().expect_err("half of a pair");
        assert!(Arc::ptr_eq(&first, &shown()));
        desk.write_pair(&new);
        assert!(files.reload().expect("a pair"));
        assert!(!Arc::ptr_eq(&first, &shown()));
        fs::remove_file(desk.path("key.pem")).expect("it is there");
        files.reload().expect_err("no key");
    }

    /// Nobody has to send a signal.
    #[tokio::test(start_paused = true)]
    async fn a_new_pair_is_taken_within_a_minute() {
        let desk = Desk::new();
        desk.write_pair(&issue());
        let files = desk.load().expect("a pair");
        let shown = || files.shown.read().pair.clone();
        let first = shown();
        let hang_up = signal(SignalKind::hangup()).expect("it can be listened for");
        let keeping = tokio::spawn(files.clone().keep(hang_up));
        desk.write_pair(&issue());
        tokio::time::sleep(LOOK_EVERY - Duration::from_millis(1)).await;
        assert!(Arc::ptr_eq(&first, &shown()));
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert!(!Arc::ptr_eq(&first, &shown()));
        keeping.abort();
    }
}
