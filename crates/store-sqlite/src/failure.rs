//! The one place where SQLite's errors become the port's.

use rusqlite::{Error, ErrorCode, ffi};
use scaiwave_store::{CommitError, StoreError};

/// Why a commit could not be applied.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An expectation, or a rule of the log.
    Conflict(&'static str),
    /// SQLite.
    Sql(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Sql(error)
    }
}

/// What a commit's caller is told.
pub(crate) fn commit_error(failure: Failure) -> CommitError {
    match failure {
        Failure::Conflict(what) => CommitError::Conflict(what),
        Failure::Sql(error) if is_duplicate(&error) => {
            CommitError::Conflict("a value that must be unique is taken")
        }
        Failure::Sql(error) => CommitError::Store(store_error(&error)),
    }
}

/// What a read's caller is told.
pub(crate) fn store_error(error: &Error) -> StoreError {
    if is_damage(error) {
        StoreError::Damaged(error.to_string())
    } else {
        StoreError::Backend(error.to_string())
    }
}

/// Whether what stands in the file is not what was written there.
pub(crate) fn is_damage(error: &Error) -> bool {
    match error {
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::Utf8Error(..) => true,
        other => matches!(
            other.sqlite_error_code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        ),
    }
}

/// A unique key that is taken.
pub(crate) fn is_duplicate(error: &Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    matches!(
        code,
        Some(
            ffi::SQLITE_CONSTRAINT_UNIQUE
                | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                | ffi::SQLITE_CONSTRAINT_ROWID
        )
    )
}

/// Whether the file can be trusted with another write after this error. A full disk was noticed while
/// writing, before anything was promised. After any other error of the disk (above all a failed fsync,
/// which the kernel reports only once) what is on disk is unknown, and a retry that seems to succeed
/// would be a lie.
pub(crate) fn is_survivable(error: &Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::ConstraintViolation
                | ErrorCode::TooBig
        )
    )
}
