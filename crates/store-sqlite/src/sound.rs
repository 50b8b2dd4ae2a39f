//! Whether a file can be trusted, before it is used.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Result};
use scaiwave_store::StoreError;

use crate::failure::store_error;
use crate::limits::PAGE_MIN;
use crate::log_file::{self, Found};

/// Refuses a database beside which lies a write-ahead log that is not what was written.
pub(crate) fn check_log(database: &Path) -> std::result::Result<(), StoreError> {
    let log = log_of(database);
    let found = log_file::look(&log)
        .map_err(|error| StoreError::Backend(format!("{}: {error}", log.display())))?;
    match found {
        Found::Whole => Ok(()),
        Found::Torn => {
            tracing::warn!(
                file = %log.display(),
                "the last transaction was never whole, as after a power failure: it is left out, and nobody was told \
                 that it was stored"
            );
            Ok(())
        }
        Found::Damaged(what) => Err(StoreError::Damaged(format!(
            "{}: {what}, and it holds what was written last; {CURE}, or move this file away to go on without what \
             stands in it",
            log.display()
        ))),
    }
}

const CURE: &str = "restore a backup with `scaiwave restore`";

/// Names the file in an error that says it is damaged, and the cure.
pub(crate) fn named(path: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::Damaged(what) => {
            StoreError::Damaged(format!("{}: {what}; {CURE}", path.display()))
        }
        other => other,
    }
}

/// Whether a database is whole: every page is where it should be, and every index fits its table. Leaves its
/// files as they are, also where a crash has left a write-ahead log.
pub(crate) fn check_whole(path: &Path) -> std::result::Result<(), StoreError> {
    let ends = ends_with_a_page(path)
        .map_err(|error| StoreError::Backend(format!("{}: {error}", path.display())))?;
    if !ends {
        let what = "it is cut off".to_owned();
        return Err(named(path, StoreError::Damaged(what)));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let checked = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        first_fault(&connection, "integrity_check")
    });
    let fault = match checked {
        Ok(None) => return Ok(()),
        Ok(Some(fault)) => StoreError::Damaged(fault),
        // What it cannot make sense of is as bad as what it says is malformed.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::Unknown) => {
            StoreError::Damaged(error.to_string())
        }
        Err(error) => store_error(&error),
    };
    Err(named(path, fault))
}

/// SQLite takes zeroes for what is missing of the last page. Where there is a log, a copy of it may have been broken
/// off, and the log has the page.
fn ends_with_a_page(path: &Path) -> io::Result<bool> {
    if fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0) {
        return Ok(true);
    }
    let mut file = File::open(path)?;
    let mut head = [0; 18];
    if file.metadata()?.len() < PAGE_MIN {
        return Ok(false);
    }
    file.read_exact(&mut head)?;
    let page = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 1 << 16,
        page => u64::from(page),
    };
    // Of another number SQLite says itself that it is none.
    Ok(page == 0 || file.metadata()?.len() % page == 0)
}

/// The first thing that one of SQLite's own checks finds; none when all is well.
pub(crate) fn first_fault(connection: &Connection, check: &str) -> Result<Option<String>> {
    let sql = format!("PRAGMA {check}(1)");
    let found: String = connection.query_row(&sql, [], |row| row.get(0))?;
    Ok(if found == "ok" {
        None
    } else {
        Some(found.replace('\n', " "))
    })
}

fn log_of(database: &Path) -> PathBuf {
    database.with_extension("db-wal")
}
