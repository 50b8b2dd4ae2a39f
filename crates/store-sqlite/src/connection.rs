//! How a connection is opened: every setting and its reason.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Result};

use crate::limits::{BUSY_TIMEOUT, STATEMENTS_MAX, WAL_BYTES_KEPT};

/// A connection that writes to a file.
pub(crate) fn writer(path: &Path, cache_kib: u32) -> Result<Connection> {
    let connection = Connection::open(path)?;
    settings(&connection, cache_kib)?;
    // Readers and the writer do not wait for each other.
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // A commit is on disk before it is answered (WAL syncs once a transaction).
    connection.pragma_update(None, "synchronous", "FULL")?;
    // The writer copies the log itself: SQLite's own hook swallows the errors of its fsyncs.
    connection.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", WAL_BYTES_KEPT, |_| Ok(()))?;
    Ok(connection)
}

/// A connection that only reads a file which a writer has opened before.
pub(crate) fn reader(path: &Path, cache_kib: u32) -> Result<Connection> {
    let connection = Connection::open(path)?;
    settings(&connection, cache_kib)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// A database that ends with its connection.
pub(crate) fn memory() -> Result<Connection> {
    let connection = Connection::open_in_memory()?;
    settings(&connection, 4_096)?;
    Ok(connection)
}

fn settings(connection: &Connection, cache_kib: u32) -> Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // Without this, a statement is planned anew whenever another value is bound to a range or a limit, to
    // see whether another index would do: a third of the time of reads by key.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    // Sorting and savepoints stay out of the file system.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // No table declares a foreign key; the bundled build checks them unless told.
    connection.pragma_update(None, "foreign_keys", false)?;
    // What a redaction removes is overwritten, not left in a free part of a page.
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    // A view or trigger that somebody plants in the file must not run functions with effects.
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(())
}
