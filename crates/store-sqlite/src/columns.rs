//! From rows to records, column by column, and back for what SQLite has no type for.

use std::error::Error;
use std::str::FromStr;

use rusqlite::types::{FromSql, Type, ValueRef};
use rusqlite::{Result, Row};
use scaiwave_protocol::{EventId, Hash};
use scaiwave_store::record::{AuditSeverity, RejectionDirection, Role, Verdict};

/// A row that is read from left to right: a record's members are read in the order of the query.
pub(crate) struct Columns<'r, 's> {
    row: &'r Row<'s>,
    at: usize,
}

impl<'r, 's> Columns<'r, 's> {
    pub(crate) fn of(row: &'r Row<'s>) -> Self {
        Columns { row, at: 0 }
    }

    /// A value that SQLite knows.
    pub(crate) fn value<T: FromSql>(&mut self) -> Result<T> {
        let value = self.row.get(self.at);
        self.at += 1;
        value
    }

    /// Passes over some columns.
    pub(crate) fn skip(&mut self, columns: usize) {
        self.at += columns;
    }

    /// A number that is never negative.
    pub(crate) fn count(&mut self) -> Result<u64> {
        let value: i64 = self.value()?;
        u64::try_from(value).map_err(|error| self.damaged(Type::Integer, error))
    }

    pub(crate) fn maybe_count(&mut self) -> Result<Option<u64>> {
        self.maybe(Self::count)
    }

    /// A text with a grammar.
    pub(crate) fn parsed<T>(&mut self) -> Result<T>
    where
        T: FromStr,
        T::Err: Error + Send + Sync + 'static,
    {
        let parsed = self.row.get_ref(self.at)?.as_str()?.parse();
        self.at += 1;
        parsed.map_err(|error| self.damaged(Type::Text, error))
    }

    pub(crate) fn maybe_parsed<T>(&mut self) -> Result<Option<T>>
    where
        T: FromStr,
        T::Err: Error + Send + Sync + 'static,
    {
        self.maybe(Self::parsed)
    }

    pub(crate) fn event_id(&mut self) -> Result<EventId> {
        self.value().map(EventId::from_bytes)
    }

    pub(crate) fn maybe_event_id(&mut self) -> Result<Option<EventId>> {
        self.maybe(Self::event_id)
    }

    pub(crate) fn hash(&mut self) -> Result<Hash> {
        self.value().map(Hash)
    }

    /// One of a few words or numbers.
    pub(crate) fn one_of<T, R>(&mut self, read: impl FnOnce(T) -> Option<R>) -> Result<R>
    where
        T: FromSql,
    {
        let value = self.value()?;
        read(value).ok_or_else(|| self.damaged(Type::Integer, "a value without a meaning"))
    }

    /// Reads a column with `read` unless it is NULL.
    pub(crate) fn maybe<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<Option<T>> {
        if self.is_null()? {
            self.at += 1;
            return Ok(None);
        }
        read(self).map(Some)
    }

    /// Whether the next column is NULL.
    pub(crate) fn is_null(&self) -> Result<bool> {
        Ok(matches!(self.row.get_ref(self.at)?, ValueRef::Null))
    }

    /// The column that was read last does not hold what was written there.
    fn damaged(
        &self,
        kind: Type,
        error: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> rusqlite::Error {
        rusqlite::Error::FromSqlConversionFailure(self.at - 1, kind, error.into())
    }
}

/// A count as SQLite keeps it. Nothing is cut: the protocol's integers end at 2^53 − 1.
pub(crate) fn int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn maybe_int(count: Option<u64>) -> Option<i64> {
    count.map(int)
}

pub(crate) fn bytes(id: Option<EventId>) -> Option<[u8; 16]> {
    id.map(EventId::to_bytes)
}

pub(crate) fn verdict_number(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Accepted => 0,
        Verdict::Hidden => 1,
        Verdict::Void => 2,
    }
}

pub(crate) fn verdict(number: i64) -> Option<Verdict> {
    let all = [Verdict::Accepted, Verdict::Hidden, Verdict::Void];
    all.into_iter()
        .find(|verdict| verdict_number(*verdict) == number)
}

pub(crate) fn role_number(role: Role) -> i64 {
    match role {
        Role::Member => 0,
        Role::Admin => 1,
    }
}

pub(crate) fn role(number: i64) -> Option<Role> {
    let all = [Role::Member, Role::Admin];
    all.into_iter().find(|role| role_number(*role) == number)
}

pub(crate) fn direction_number(direction: RejectionDirection) -> i64 {
    match direction {
        RejectionDirection::Inbound => 0,
        RejectionDirection::Outbound => 1,
    }
}

pub(crate) fn direction(number: i64) -> Option<RejectionDirection> {
    let all = [RejectionDirection::Inbound, RejectionDirection::Outbound];
    all.into_iter()
        .find(|direction| direction_number(*direction) == number)
}

pub(crate) fn severity_number(severity: AuditSeverity) -> i64 {
    match severity {
        AuditSeverity::Change => 0,
        AuditSeverity::Alarm => 1,
    }
}

pub(crate) fn severity(number: i64) -> Option<AuditSeverity> {
    let all = [AuditSeverity::Change, AuditSeverity::Alarm];
    all.into_iter()
        .find(|severity| severity_number(*severity) == number)
}
