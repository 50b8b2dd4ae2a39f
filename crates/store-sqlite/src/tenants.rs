//! The table of tenants in `server.db`.

use rusqlite::{Connection, OptionalExtension as _, Result, params};
use scaiwave_store::record::TenantRow;
use scaiwave_store::{CommitError, StoreError};

use crate::columns::{Columns, int};
use crate::failure::{commit_error, store_error};

/// Whether a slug can name a file: `[a-z0-9-]{1,32}`.
pub(crate) fn is_slug(slug: &str) -> bool {
    (1..=32).contains(&slug.len())
        && slug
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

pub(crate) fn create(connection: &Connection, tenant: &TenantRow) -> Result<(), CommitError> {
    if !is_slug(&tenant.slug) {
        return Err(CommitError::Conflict(
            "a slug must be 1–32 of a–z, 0–9 and `-`",
        ));
    }
    insert(connection, tenant).map_err(|error| commit_error(error.into()))
}

fn insert(connection: &Connection, tenant: &TenantRow) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO tenants (slug, name, server_name, created_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            tenant.slug,
            tenant.name,
            tenant.server_name.as_str(),
            int(tenant.created_at)
        ])
        .map(|_| ())
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<TenantRow>, StoreError> {
    list(connection).map_err(|error| store_error(&error))
}

fn list(connection: &Connection) -> Result<Vec<TenantRow>> {
    connection
        .prepare_cached("SELECT slug, name, server_name, created_at FROM tenants ORDER BY slug")?
        .query_map([], |row| {
            let mut columns = Columns::of(row);
            Ok(TenantRow {
                slug: columns.value()?,
                name: columns.value()?,
                server_name: columns.parsed()?,
                created_at: columns.count()?,
            })
        })?
        .collect()
}

pub(crate) fn exists(connection: &Connection, slug: &str) -> Result<bool, StoreError> {
    let found = connection
        .prepare_cached("SELECT 1 FROM tenants WHERE slug = ?1")
        .and_then(|mut query| query.query_row([slug], |_| Ok(())).optional());
    match found {
        Ok(row) => Ok(row.is_some()),
        Err(error) => Err(store_error(&error)),
    }
}
