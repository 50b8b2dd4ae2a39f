use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use scaiwave_store_sqlite::{CopyProgress, DatabaseCopies, SERVER_FILE};

use super::Progress;
use super::manifest::{FileLine, Manifest, TenantLine, is_empty, line_of, sync_directory};
use super::place::must_fit;

/// A step of progress that is worth a line: 64 MiB.
const TOLD_EVERY: u64 = 64 << 20;

/// What was made.
pub(crate) struct Made {
    pub(crate) tenants: usize,
    pub(crate) files: usize,
    pub(crate) bytes: u64,
}

/// Copies everything below `data` into `to`, a directory that is empty or not there yet.
pub(crate) fn make(
    data: &Path,
    to: &Path,
    now: u64,
    progress: Progress<'_>,
) -> anyhow::Result<Made> {
    if !data.join(SERVER_FILE).exists() {
        bail!(
            "{} holds no data of ScaiWave: run this with the configuration of the server (--config, or \
             SCAIWAVE_DATA_DIR)",
            data.display()
        );
    }
    let was_there = match is_empty(to).with_context(|| cannot_be_used(to))? {
        Some(true) => true,
        Some(false) => bail!(
            "{} is not empty, and a backup is never mixed with other files: name a new directory",
            to.display()
        ),
        None => {
            let mut builder = DirBuilder::new();
            builder
                .mode(0o700)
                .create(to)
                .with_context(|| cannot_be_used(to))?;
            false
        }
    };
    must_fit(bytes_below(data), to)?;
    let made = copy(data, to, now, progress);
    if made.is_err() {
        clear(to, was_there);
    }
    made
}

fn cannot_be_used(to: &Path) -> String {
    format!(
        "{} cannot be used: its parent must be there and belong to the user that runs this",
        to.display()
    )
}

fn copy(data: &Path, to: &Path, now: u64, progress: Progress<'_>) -> anyhow::Result<Made> {
    let copies = DatabaseCopies::new(data, to);
    let failed = |what: &str| format!("{what} cannot be copied");
    let tenants = copies.server().with_context(|| failed(SERVER_FILE))?;
    let mut files = vec![line(to, SERVER_FILE)?];
    for (place, tenant) in tenants.iter().enumerate() {
        let slug = &tenant.slug;
        let of = format!("tenant {slug} ({} of {})", place + 1, tenants.len());
        let mut told = 0;
        let copied = copies.tenant(slug, &mut |step: CopyProgress| {
            if step.done >= told + TOLD_EVERY && step.done < step.total {
                told = step.done;
                progress(&format!(
                    "{of}: {} of {} MiB",
                    step.done >> 20,
                    step.total >> 20
                ));
            }
        });
        let Some(path) = copied.with_context(|| failed(&of))? else {
            continue;
        };
        let line = line(to, &path.to_string_lossy())?;
        progress(&format!("{of}: {} MiB copied and hashed", line.bytes >> 20));
        files.push(line);
    }
    let lines = tenants.iter().map(|tenant| TenantLine {
        slug: tenant.slug.clone(),
        server_name: tenant.server_name.to_string(),
    });
    let manifest = Manifest::new(now, lines.collect(), files);
    sync_directory(&to.join("tenants"))?;
    manifest.write(to)?;
    sync_directory(to)?;
    Ok(Made {
        tenants: tenants.len(),
        files: manifest.files.len(),
        bytes: manifest.bytes(),
    })
}

fn line(to: &Path, path: &str) -> anyhow::Result<FileLine> {
    line_of(to, path).with_context(|| format!("{path} cannot be read back"))
}

/// Removes what was begun: half a backup is worse than none. That it cannot be removed is worth no second
/// error.
fn clear(to: &Path, was_there: bool) {
    let leftovers: Vec<PathBuf> = match (was_there, fs::read_dir(to)) {
        (true, Ok(entries)) => entries.flatten().map(|entry| entry.path()).collect(),
        _ => vec![to.to_owned()],
    };
    for path in leftovers {
        let removed = match path.is_dir() {
            true => fs::remove_dir_all(&path),
            false => fs::remove_file(&path),
        };
        drop(removed);
    }
}

/// Bytes of the databases, and of what is not in them yet.
fn bytes_below(data: &Path) -> u64 {
    let sum = |directory: &Path| -> u64 {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        let files = entries.filter_map(|entry| entry.metadata().ok());
        let bytes = files.filter(fs::Metadata::is_file).map(|of| of.len());
        bytes.sum()
    };
    sum(data) + sum(&data.join("tenants"))
}
