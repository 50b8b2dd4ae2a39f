//! The table of tenants in `server.db`.

use rusqlite::{Connection, OptionalExtension as _, Result, params};
use scaiwave_store::record::{TenantLimits, TenantRow, TenantStanding};
use scaiwave_store::{CommitError, StoreError};

use crate::columns::{Columns, int, maybe_int};
use crate::failure::{commit_error, store_error};

const NOBODY: CommitError = CommitError::Conflict("there is no tenant of this slug");

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

/// Whether the tenant's file was opened before; none when there is no such tenant.
pub(crate) fn was_opened(connection: &Connection, slug: &str) -> Result<Option<bool>, StoreError> {
    connection
        .prepare_cached("SELECT opened FROM tenants WHERE slug = ?1")
        .and_then(|mut query| query.query_row([slug], |row| row.get(0)).optional())
        .map_err(|error| store_error(&error))
}

/// Notes that the tenant's file is there.
pub(crate) fn set_opened(connection: &Connection, slug: &str) -> Result<(), StoreError> {
    connection
        .execute("UPDATE tenants SET opened = 1 WHERE slug = ?1", [slug])
        .map(|_| ())
        .map_err(|error| store_error(&error))
}

pub(crate) fn rename(connection: &Connection, slug: &str, name: &str) -> Result<(), CommitError> {
    let renamed = connection.execute(
        "UPDATE tenants SET name = ?2 WHERE slug = ?1",
        params![slug, name],
    );
    match renamed.map_err(|error| commit_error(error.into()))? {
        0 => Err(NOBODY),
        _ => Ok(()),
    }
}

pub(crate) fn standings(
    connection: &Connection,
) -> Result<Vec<(String, TenantStanding)>, StoreError> {
    all_standings(connection).map_err(|error| store_error(&error))
}

fn all_standings(connection: &Connection) -> Result<Vec<(String, TenantStanding)>> {
    connection
        .prepare_cached(
            "SELECT slug, participants, rooms, storage_bytes, requests_per_minute, suspended_at
             FROM standings ORDER BY slug",
        )?
        .query_map([], |row| {
            let mut columns = Columns::of(row);
            let slug = columns.value()?;
            let limits = TenantLimits {
                participants: columns.maybe_count()?,
                rooms: columns.maybe_count()?,
                storage_bytes: columns.maybe_count()?,
                requests_per_minute: columns.maybe_count()?,
            };
            let suspended_at = columns.maybe_count()?;
            Ok((
                slug,
                TenantStanding {
                    limits,
                    suspended_at,
                },
            ))
        })?
        .collect()
}

pub(crate) fn put_standing(
    connection: &Connection,
    slug: &str,
    standing: &TenantStanding,
) -> Result<(), CommitError> {
    if was_opened(connection, slug)?.is_none() {
        return Err(NOBODY);
    }
    let TenantStanding {
        limits,
        suspended_at,
    } = *standing;
    let put = || {
        connection
            .prepare_cached("INSERT OR REPLACE INTO standings VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![
                slug,
                maybe_int(limits.participants),
                maybe_int(limits.rooms),
                maybe_int(limits.storage_bytes),
                maybe_int(limits.requests_per_minute),
                maybe_int(suspended_at)
            ])
    };
    put()
        .map(drop)
        .map_err(|error: rusqlite::Error| commit_error(error.into()))
}
