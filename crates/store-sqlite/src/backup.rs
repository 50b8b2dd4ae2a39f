//! Copies of the files of a store, made while its server writes to them.
//!
//! A copy is a file as it was at one moment: the read transaction that is open for as long as the copy
//! takes shows that moment, whatever is written meanwhile. Writers do not wait for it; only the write-ahead
//! log grows until it ends.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, Error, OpenFlags, ffi};
use scaiwave_store::StoreError;
use scaiwave_store::record::TenantRow;

use crate::failure::store_error;
use crate::limits::BACKUP_STEP_PAGES;
use crate::server::{create_private, tenant_file};
use crate::{connection, sound, tenants};

/// The file of what belongs to no tenant, under the data directory.
pub const SERVER_FILE: &str = "server.db";

/// What can be copied.
#[derive(Debug)]
pub struct DatabaseCopies {
    from: PathBuf,
    to: PathBuf,
}

/// How far one copy is.
#[derive(Clone, Copy, Debug)]
pub struct CopyProgress {
    /// Bytes that are there.
    pub done: u64,
    /// Bytes of all of it.
    pub total: u64,
}

impl DatabaseCopies {
    /// From a data directory, which may be in use, to a directory that is there and empty.
    pub fn new(from: impl Into<PathBuf>, to: impl Into<PathBuf>) -> Self {
        DatabaseCopies {
            from: from.into(),
            to: to.into(),
        }
    }

    /// Copies the list of tenants, and gives what stands in the copy.
    pub fn server(&self) -> Result<Vec<TenantRow>, StoreError> {
        create_private(&self.to.join("tenants")).map_err(|error| file_error(&error))?;
        let copy = self.to.join(SERVER_FILE);
        copy_file(&self.from.join(SERVER_FILE), &copy, &mut |_| {})?;
        let copied = Connection::open_with_flags(&copy, OpenFlags::SQLITE_OPEN_READ_ONLY);
        tenants::all(&copied.map_err(|error| store_error(&error))?)
    }

    /// Copies the file of a tenant; gives its path below both directories. None when there is no file yet: the
    /// tenant has never been served.
    pub fn tenant(
        &self,
        slug: &str,
        progress: &mut dyn FnMut(CopyProgress),
    ) -> Result<Option<PathBuf>, StoreError> {
        let from = tenant_file(&self.from, slug);
        if !from.exists() {
            return Ok(None);
        }
        let path = tenant_file(Path::new(""), slug);
        copy_file(&from, &self.to.join(&path), progress)?;
        Ok(Some(path))
    }
}

/// Whether a database is whole: every page is where it should be, and every index fits its table.
pub fn check_database(path: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let opened = Connection::open_with_flags(path, flags);
    expect_no_fault(opened.and_then(|copy| sound::first_fault(&copy, "integrity_check")))
}

fn copy_file(
    from: &Path,
    to: &Path,
    progress: &mut dyn FnMut(CopyProgress),
) -> Result<(), StoreError> {
    if !from.exists() {
        return Err(StoreError::Backend(format!(
            "{} is not there",
            from.display()
        )));
    }
    // The file holds keys: it is ours alone before the first byte is in it.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .map_err(|error| file_error(&error))?;
    copy_pages(from, to, progress).map_err(|error| store_error(&error))?;
    let written = File::open(to).and_then(|file| file.sync_all());
    written.map_err(|error| file_error(&error))?;
    let copied = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_ONLY);
    expect_no_fault(copied.and_then(|copy| sound::first_fault(&copy, "quick_check")))
}

fn copy_pages(
    from: &Path,
    to: &Path,
    progress: &mut dyn FnMut(CopyProgress),
) -> rusqlite::Result<()> {
    let source = connection::reader(from, 1_024)?;
    // The first read chooses the moment.
    source.execute_batch("BEGIN")?;
    look(&source)?;
    let page: u32 = source.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let mut copy = Connection::open(to)?;
    // What is half written is thrown away as a whole.
    copy.pragma_update_and_check(None, "journal_mode", "OFF", |_| Ok(()))?;
    copy.pragma_update(None, "synchronous", "OFF")?;
    let backup = Backup::new(&source, &mut copy)?;
    loop {
        let step = backup.step(BACKUP_STEP_PAGES)?;
        let pages = backup.progress();
        let bytes = |pages: i32| u64::try_from(pages).unwrap_or_default() * u64::from(page);
        progress(CopyProgress {
            done: bytes(pages.pagecount - pages.remaining),
            total: bytes(pages.pagecount),
        });
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            // Nobody else knows the copy, and the moment is held.
            _ => {
                return Err(Error::SqliteFailure(
                    ffi::Error::new(ffi::SQLITE_BUSY),
                    None,
                ));
            }
        }
    }
    drop(backup);
    copy.close().map_err(|(_, error)| error)?;
    stand_alone(to)
}

/// Makes a copy one file with nothing beside it, which can also be read where nothing can be written: until
/// the server opens it, it needs no write-ahead log.
fn stand_alone(copy: &Path) -> rusqlite::Result<()> {
    let copy = Connection::open(copy)?;
    // Only what has been looked at is known to have such a log.
    look(&copy)?;
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error)
}

fn look(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

fn expect_no_fault(found: rusqlite::Result<Option<String>>) -> Result<(), StoreError> {
    match found {
        Ok(None) => Ok(()),
        Ok(Some(fault)) => Err(StoreError::Damaged(fault)),
        Err(error) => Err(store_error(&error)),
    }
}

fn file_error(error: &io::Error) -> StoreError {
    StoreError::Backend(error.to_string())
}
