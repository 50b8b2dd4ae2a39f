use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use instant_acme::AccountCredentials;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const CERTIFICATE: &str = "certificate.json";
const ACCOUNT: &str = "account.json";

/// Where the certificate and the account's key outlive the process. Both files are secret: nobody but the
/// user of this process may read them.
#[derive(Debug)]
pub(super) struct Cache {
    directory: PathBuf,
}

/// A certificate and for whom it is.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    /// The authority that it came from.
    pub(super) directory: String,
    pub(super) domains: Vec<String>,
    /// In PEM form, the certificate first.
    pub(super) chain: String,
    /// In PEM form.
    pub(super) key: String,
}

/// Our account at an authority.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptAccount {
    pub(super) directory: String,
    pub(super) contact: Vec<String>,
    /// The account's URL and its key.
    pub(super) credentials: AccountCredentials,
}

impl Cache {
    /// Makes the directory if it is not there, and makes sure that it can be written.
    pub(super) fn open(directory: &Path) -> anyhow::Result<Self> {
        let made = DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory);
        let cache = Self {
            directory: directory.to_owned(),
        };
        made.and_then(|()| cache.write("probe", b""))
            .and_then(|()| fs::remove_file(cache.path("probe")))
            .with_context(|| {
                format!(
                    "tls.acme_cache: {} cannot be written, and a certificate must outlive the process",
                    directory.display()
                )
            })?;
        Ok(cache)
    }

    /// What was kept of this authority for exactly these names.
    pub(super) fn certificate(
        &self,
        directory: &str,
        domains: &[String],
    ) -> anyhow::Result<Option<Kept>> {
        let kept: Option<Kept> = self.read(CERTIFICATE)?;
        Ok(kept.filter(|kept| kept.directory == directory && kept.domains == domains))
    }

    pub(super) fn keep(&self, kept: &Kept) -> anyhow::Result<()> {
        self.write_json(CERTIFICATE, kept)
    }

    /// The account that was kept, if it is one of this authority.
    pub(super) fn account(&self, directory: &str) -> anyhow::Result<Option<KeptAccount>> {
        let kept: Option<KeptAccount> = self.read(ACCOUNT)?;
        Ok(kept.filter(|kept| kept.directory == directory))
    }

    pub(super) fn keep_account(&self, kept: &KeptAccount) -> anyhow::Result<()> {
        self.write_json(ACCOUNT, kept)
    }

    /// What the account's authority has been told.
    pub(super) fn change_contact(&self, directory: &str, contact: &[String]) -> anyhow::Result<()> {
        match self.account(directory)? {
            Some(kept) => self.keep_account(&KeptAccount {
                contact: contact.to_vec(),
                ..kept
            }),
            None => Ok(()),
        }
    }

    pub(super) fn forget_account(&self) -> anyhow::Result<()> {
        fs::remove_file(self.path(ACCOUNT)).context("the account cannot be forgotten")
    }

    /// What to say of a certificate that was kept and cannot be used.
    pub(super) fn unusable(&self) -> String {
        let path = self.path(CERTIFICATE);
        format!(
            "{} cannot be used; without it a new certificate is fetched",
            path.display()
        )
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> anyhow::Result<Option<T>> {
        let path = self.path(name);
        let what = || {
            format!(
                "{} cannot be read; without it a new one is made",
                path.display()
            )
        };
        match fs::read(&path) {
            Ok(json) => serde_json::from_slice(&json).map(Some).with_context(what),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(what),
        }
    }

    fn write_json(&self, name: &str, value: &impl Serialize) -> anyhow::Result<()> {
        let json = serde_json::to_vec_pretty(value)?;
        let written = self.write(name, &json);
        written.with_context(|| format!("{} cannot be written", self.path(name).display()))
    }

    /// All of it or nothing, also when the machine stops in the middle.
    fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let unfinished = self.path(&format!("{name}.new"));
        let mut open = OpenOptions::new();
        let mut file = open
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&unfinished, self.path(name))?;
        File::open(&self.directory)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn kept(directory: &str, domain: &str) -> Kept {
        Kept {
            directory: directory.to_owned(),
            domains: vec![domain.to_owned()],
            chain: "a chain".to_owned(),
            key: "a key".to_owned(),
        }
    }

    fn names(domain: &str) -> [String; 1] {
        [domain.to_owned()]
    }

    /// A certificate is found again by those for whom it is, and only by them.
    #[test]
    fn certificates_are_kept() {
        let place = tempfile::tempdir().expect("a directory");
        let place = place.path().join("data/acme");
        let cache = Cache::open(&place).expect("it is made");
        let look = |directory: &str, domain: &str| {
            Cache::open(&place)
                .and_then(|cache| cache.certificate(directory, &names(domain)))
                .expect("it can be read")
                .map(|kept| kept.chain)
        };
        assert_eq!(look("https://a/", "a.test"), None);
        cache
            .keep(&kept("https://a/", "a.test"))
            .expect("it is written");
        assert_eq!(look("https://a/", "a.test").as_deref(), Some("a chain"));
        assert_eq!(look("https://a/", "b.test"), None, "other names");
        assert_eq!(look("https://b/", "a.test"), None, "another authority");
        cache
            .keep(&kept("https://b/", "b.test"))
            .expect("it is written");
        assert_eq!(look("https://b/", "b.test").as_deref(), Some("a chain"));
    }

    /// The keys are nobody else's business.
    #[test]
    fn nobody_else_may_read() {
        let place = tempfile::tempdir().expect("a directory");
        let place = place.path().join("acme");
        let cache = Cache::open(&place).expect("it is made");
        cache
            .keep(&kept("https://a/", "a.test"))
            .expect("it is written");
        for (path, expected) in [(place.clone(), 0o700), (place.join(CERTIFICATE), 0o600)] {
            let mode = fs::metadata(&path)
                .expect("it is there")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, expected, "{}", path.display());
        }
        let left = fs::read_dir(&place).expect("a directory").count();
        assert_eq!(left, 1, "nothing unfinished lies about");
    }

    /// What cannot be used stops the start, in words that name the file.
    #[test]
    fn unusable_places_are_refused() {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("file");
        fs::write(&file, "hello").expect("written");
        let said = format!(
            "{:#}",
            Cache::open(&file).expect_err("a file is no directory")
        );
        assert!(
            said.contains("tls.acme_cache") && said.contains("/file"),
            "{said}"
        );
        let cache = Cache::open(place.path()).expect("it is made");
        fs::write(place.path().join(CERTIFICATE), "hello").expect("written");
        let broken = cache.certificate("https://a/", &names("a.test")).map(drop);
        let said = format!("{:#}", broken.expect_err("no JSON"));
        assert!(said.contains("certificate.json cannot be read"), "{said}");
    }
}
