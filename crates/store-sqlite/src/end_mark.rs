//! A mark beside a tenant's file that says which file an orderly end has left.
//!
//! Its time of last change is the file system's own: whatever puts another file in its place, or writes
//! over it, moves that. The mark is taken away when it is read, so that a crash leaves none.

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

fn mark_of(database: &Path) -> PathBuf {
    database.with_extension("ended")
}

/// What cannot be the same of two files, or of one file at two times.
#[cfg(unix)]
fn describe(metadata: &Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    Some(format!(
        "inode {} size {} changed {}.{:09}\n",
        metadata.ino(),
        metadata.size(),
        metadata.ctime(),
        metadata.ctime_nsec()
    ))
}

/// Where the system does not tell, nothing is marked.
#[cfg(not(unix))]
fn describe(_metadata: &Metadata) -> Option<String> {
    None
}

/// Marks a file that nobody writes to any more.
pub(crate) fn write(database: &Path) -> io::Result<()> {
    let Some(text) = describe(&fs::metadata(database)?) else {
        return Ok(());
    };
    let mut file = File::create(mark_of(database))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Whether the file is the one that was marked, or there is none yet. Takes the mark away.
pub(crate) fn take(database: &Path) -> io::Result<bool> {
    let metadata = match fs::metadata(database) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let mark = mark_of(database);
    let text = match fs::read_to_string(&mark) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    fs::remove_file(&mark)?;
    // What is in the write-ahead log was not copied by an orderly end.
    let left_over = fs::metadata(database.with_extension("db-wal")).is_ok_and(|wal| wal.len() > 0);
    Ok(!left_over && describe(&metadata) == Some(text))
}
