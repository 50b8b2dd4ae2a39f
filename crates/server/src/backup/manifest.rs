use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Component, Path};

use anyhow::{Context as _, bail};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What this version writes and reads.
const FORMAT: &str = "scaiwave-backup-v1";
/// The manifest's name in a backup.
pub(super) const MANIFEST: &str = "manifest.json";
/// The manifest's own checksum, as `sha256sum` writes it.
const CHECKSUM: &str = "manifest.json.sha256";
/// Bytes of a manifest: ten thousand tenants have 3 MiB.
const BYTES_MAX: u64 = 64 << 20;
/// Bytes that are hashed at a time.
const PIECE: usize = 1 << 20;

/// What a backup consists of.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    /// The version of ScaiWave.
    pub(super) made_by: String,
    /// Ms since the Unix epoch, before the first file was copied.
    pub(super) made_at_ms: u64,
    pub(super) tenants: Vec<TenantLine>,
    pub(super) files: Vec<FileLine>,
}

/// A tenant, for people who look for the right backup.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TenantLine {
    pub(super) slug: String,
    pub(super) server_name: String,
}

/// A file and what it must be.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FileLine {
    /// Below the backup, and below the data directory.
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Manifest {
    pub(super) fn new(made_at_ms: u64, tenants: Vec<TenantLine>, files: Vec<FileLine>) -> Self {
        Manifest {
            format: FORMAT.to_owned(),
            made_by: env!("CARGO_PKG_VERSION").to_owned(),
            made_at_ms,
            tenants,
            files,
        }
    }

    /// Writes it and its checksum.
    pub(super) fn write(&self, backup: &Path) -> anyhow::Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        let sum = format!("{}  {MANIFEST}\n", hash_of(text.as_bytes()));
        // The manifest last: without it there is no backup.
        for (name, text) in [(CHECKSUM, sum), (MANIFEST, text)] {
            write_private(&backup.join(name), text.as_bytes())
                .with_context(|| format!("{name} cannot be written"))?;
        }
        Ok(())
    }

    /// Reads it, checks it against its checksum, and refuses names of files that lead elsewhere.
    pub(super) fn read(backup: &Path) -> anyhow::Result<Self> {
        let text = read_limited(&backup.join(MANIFEST)).with_context(|| {
            format!(
                "{} has no {MANIFEST} that can be read: it is no backup, or one that was broken off. Name a \
                 directory that `scaiwave backup` has finished",
                backup.display()
            )
        })?;
        let sum = read_limited(&backup.join(CHECKSUM))
            .with_context(|| format!("{CHECKSUM} cannot be read: the backup is not whole"))?;
        let expected = String::from_utf8_lossy(&sum);
        if expected.split_whitespace().next() != Some(hash_of(&text).as_str()) {
            bail!("{MANIFEST} or {CHECKSUM} is damaged: they do not fit. Use another backup");
        }
        let manifest: Manifest = serde_json::from_slice(&text)
            .with_context(|| format!("{MANIFEST} is not one that this version reads"))?;
        if manifest.format != FORMAT {
            bail!(
                "this backup has the form {:?}, made by version {}; restore it with that version",
                manifest.format,
                manifest.made_by
            );
        }
        if let Some(line) = manifest.files.iter().find(|line| !stays_inside(&line.path)) {
            bail!("{MANIFEST} names {:?}, which no backup contains", line.path);
        }
        Ok(manifest)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|line| line.bytes).sum()
    }
}

/// `a.db` or `tenants/a.db`: nothing that leads out of a directory.
fn stays_inside(path: &str) -> bool {
    let mut components = Path::new(path).components();
    let inner = components.all(|component| matches!(component, Component::Normal(_)));
    inner && path.ends_with(".db")
}

fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    File::open(path)?.take(BYTES_MAX).read_to_end(&mut text)?;
    Ok(text)
}

/// A new file that nobody else can read, on disk when this returns.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create_private(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

pub(super) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

/// The line of a file that is there.
pub(super) fn line_of(root: &Path, path: &str) -> io::Result<FileLine> {
    let mut file = File::open(root.join(path))?;
    let (bytes, sha256) = copy_and_hash(&mut file, &mut io::sink())?;
    Ok(FileLine {
        path: path.to_owned(),
        bytes,
        sha256,
    })
}

/// Copies what there is; gives its bytes and its SHA-256 in hex: of what was written, not of what may be read
/// later.
pub(super) fn copy_and_hash(from: &mut File, to: &mut dyn Write) -> io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; PIECE];
    let mut bytes = 0;
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            return Ok((bytes, HEXLOWER.encode(&hash.finalize())));
        }
        hash.update(&piece[..read]);
        to.write_all(&piece[..read])?;
        bytes += read as u64;
    }
}

fn hash_of(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Makes the names in a directory last.
pub(super) fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Whether nothing lies there; none when there is no such directory.
pub(super) fn is_empty(directory: &Path) -> io::Result<Option<bool>> {
    match fs::read_dir(directory) {
        Ok(mut entries) => Ok(Some(entries.next().is_none())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_stay_inside() {
        for path in ["server.db", "tenants/acme.db"] {
            assert!(stays_inside(path), "{path}");
        }
        for path in [
            "../a.db",
            "/a.db",
            "tenants/../../a.db",
            "./a.db",
            "a",
            "",
            "tenants/a.ended",
        ] {
            assert!(!stays_inside(path), "{path}");
        }
    }

    #[test]
    fn a_manifest_comes_back_and_another_is_refused() {
        let backup = tempfile::tempdir().expect("a directory");
        let line = FileLine {
            path: "server.db".to_owned(),
            bytes: 3,
            sha256: hash_of(b"abc"),
        };
        let written = Manifest::new(7, Vec::new(), vec![line]);
        written.write(backup.path()).expect("written");
        let read = Manifest::read(backup.path()).expect("read");
        assert_eq!((read.made_at_ms, read.bytes()), (7, 3));
        let path = backup.path().join(MANIFEST);
        let text = fs::read_to_string(&path).expect("text");
        fs::write(&path, text.replace("\"bytes\": 3", "\"bytes\": 4")).expect("written");
        let error = Manifest::read(backup.path()).expect_err("it was changed");
        assert!(error.to_string().contains("is damaged"), "{error}");
    }
}
