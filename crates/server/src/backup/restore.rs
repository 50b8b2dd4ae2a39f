use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use scaiwave_engine::rooms::{self, StoredReport};
use scaiwave_store::ServerStore as _;
use scaiwave_store_sqlite::{Options, SqliteServerStore, check_database};

use super::Progress;
use super::manifest::{FileLine, Manifest, copy_and_hash, create_private, sync_directory};
use super::place::must_fit;

/// Where files lie until all of them are known to be right. One that a process before this has left is
/// thrown away.
const STAGE: &str = ".restoring";

/// What was checked, and put in place if that was asked for.
pub(crate) struct Restored {
    pub(crate) made_at_ms: u64,
    pub(crate) tenants: usize,
    pub(crate) bytes: u64,
    pub(crate) checked: StoredReport,
}

/// Checks a backup and makes it the data in `data`, which is empty or not there yet.
pub(crate) async fn restore(
    backup: &Path,
    data: &Path,
    progress: Progress<'_>,
) -> anyhow::Result<Restored> {
    let manifest = Manifest::read(backup)?;
    must_be_free(data)?;
    create(data).with_context(|| format!("{} cannot be made", data.display()))?;
    let stage = data.join(STAGE);
    let restored = check_in(&stage, backup, &manifest, progress).await;
    let restored = match restored {
        Ok(restored) => put_in_place(&stage, data).map(|()| restored),
        refused => refused,
    };
    clear(&stage);
    restored
}

/// Checks a backup, and leaves everything as it is. Copies lie in the backup for as long as it takes: what is
/// checked is opened and brought up to date.
pub(crate) async fn verify(backup: &Path, progress: Progress<'_>) -> anyhow::Result<Restored> {
    let manifest = Manifest::read(backup)?;
    let stage = backup.join(STAGE);
    let checked = check_in(&stage, backup, &manifest, progress).await;
    clear(&stage);
    checked
}

fn must_be_free(data: &Path) -> anyhow::Result<()> {
    let entries = match fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", data.display()));
        }
    };
    for entry in entries {
        let name = entry?.file_name();
        if name != STAGE {
            bail!(
                "{} is not empty (it holds {}): a backup is never laid over other data. Stop the server, move \
                 that directory away, and try again; or name another one with SCAIWAVE_DATA_DIR",
                data.display(),
                name.to_string_lossy()
            );
        }
    }
    Ok(())
}

fn create(directory: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
}

/// Copies a backup to the stage and checks it there.
async fn check_in(
    stage: &Path,
    backup: &Path,
    manifest: &Manifest,
    progress: Progress<'_>,
) -> anyhow::Result<Restored> {
    clear(stage);
    create(&stage.join("tenants")).with_context(|| {
        format!(
            "{} cannot be made, where copies lie while they are checked",
            stage.display()
        )
    })?;
    must_fit(manifest.bytes(), stage)?;
    for (place, line) in manifest.files.iter().enumerate() {
        copy(line, backup, stage)?;
        let (place, all) = (place + 1, manifest.files.len());
        progress(&format!(
            "{} ({place} of {all}): its checksum fits",
            line.path
        ));
    }
    for line in &manifest.files {
        let whole = check_database(&stage.join(&line.path));
        whole.with_context(|| format!("{} is not a whole database", line.path))?;
    }
    let checked = check_rooms(stage, progress).await?;
    Ok(Restored {
        made_at_ms: manifest.made_at_ms,
        tenants: manifest.tenants.len(),
        bytes: manifest.bytes(),
        checked,
    })
}

fn copy(line: &FileLine, backup: &Path, stage: &Path) -> anyhow::Result<()> {
    let path = &line.path;
    let from = backup.join(path);
    let mut from = File::open(&from)
        .with_context(|| format!("{} cannot be read: the backup is not whole", from.display()))?;
    let mut to = create_private(&stage.join(path))
        .with_context(|| format!("a copy of {path} cannot be made"))?;
    let (bytes, sha256) = copy_and_hash(&mut from, &mut to)
        .and_then(|copied| to.sync_all().map(|()| copied))
        .with_context(|| format!("{path} cannot be copied"))?;
    if (bytes, &sha256) != (line.bytes, &line.sha256) {
        bail!(
            "{path} is damaged: it has {bytes} bytes with the SHA-256 {sha256}, and the manifest says {} bytes \
             with {}. Nothing was restored; use another backup",
            line.bytes,
            line.sha256
        );
    }
    Ok(())
}

/// Opens what was copied, as a server of this version does, and follows every room's log to its end.
async fn check_rooms(stage: &Path, progress: Progress<'_>) -> anyhow::Result<StoredReport> {
    let mut sum = StoredReport::default();
    let store = SqliteServerStore::open(stage, Options::default())?;
    for tenant in store.tenants().await? {
        let slug = &tenant.slug;
        let of = || format!("tenants/{slug}.db");
        let opened = store.open(slug).await.with_context(of)?;
        let checked = rooms::verify_stored(&*opened).await.with_context(of)?;
        progress(&format!(
            "tenant {slug}: {} rooms with {} entries hold",
            checked.rooms, checked.entries
        ));
        sum.rooms += checked.rooms;
        sum.entries += checked.entries;
        sum.signatures += checked.signatures;
    }
    Ok(sum)
}

/// Renames every file to where the server looks for it; the list of tenants last, for without it there are
/// none.
fn put_in_place(stage: &Path, data: &Path) -> anyhow::Result<()> {
    let mut moves: Vec<(PathBuf, PathBuf)> = Vec::new();
    let tenants = data.join("tenants");
    create(&tenants)?;
    for entry in fs::read_dir(stage.join("tenants"))? {
        let entry = entry?;
        moves.push((entry.path(), tenants.join(entry.file_name())));
    }
    for entry in fs::read_dir(stage)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            moves.push((entry.path(), data.join(entry.file_name())));
        }
    }
    for (from, to) in moves {
        fs::rename(&from, &to)
            .with_context(|| format!("{} cannot be put in place", to.display()))?;
    }
    sync_directory(&tenants)?;
    sync_directory(data)?;
    Ok(())
}

/// What stays behind is thrown away the next time.
fn clear(stage: &Path) {
    drop(fs::remove_dir_all(stage));
}
