//! Forward-only migrations. A file's version is its `user_version`.

use rusqlite::Connection;
use rusqlite_migration::{Error, M, MigrationDefinitionError, Migrations};
use scaiwave_store::StoreError;

use crate::failure::store_error;

const SERVER: &[M<'static>] = &[M::up(include_str!("../migrations/server/0001_tenants.sql"))];
const TENANT: &[M<'static>] = &[
    M::up(include_str!("../migrations/tenant/0001_first.sql")),
    M::up(include_str!("../migrations/tenant/0002_audit.sql")),
    M::up(include_str!("../migrations/tenant/0003_history.sql")),
    M::up(include_str!("../migrations/tenant/0004_admin.sql")),
    M::up(include_str!("../migrations/tenant/0005_policy.sql")),
    M::up(include_str!("../migrations/tenant/0006_presence.sql")),
    M::up(include_str!("../migrations/tenant/0007_host.sql")),
    M::up(include_str!("../migrations/tenant/0008_keys.sql")),
    M::up(include_str!("../migrations/tenant/0009_order.sql")),
    M::up(include_str!("../migrations/tenant/0010_declines.sql")),
    M::up(include_str!(
        "../migrations/tenant/0011_repeated_events.sql"
    )),
    M::up(include_str!("../migrations/tenant/0012_refused_events.sql")),
    M::up(include_str!("../migrations/tenant/0014_notifications.sql")),
    M::up(include_str!("../migrations/tenant/0015_accounts.sql")),
];

/// Brings `server.db` up to date.
pub(crate) fn server(connection: &mut Connection) -> Result<(), StoreError> {
    to_latest(SERVER, connection)
}

/// Brings a tenant's file up to date.
pub(crate) fn tenant(connection: &mut Connection) -> Result<(), StoreError> {
    to_latest(TENANT, connection)
}

fn to_latest(steps: &'static [M<'static>], connection: &mut Connection) -> Result<(), StoreError> {
    let Err(error) = Migrations::from_slice(steps).to_latest(connection) else {
        return Ok(());
    };
    if let Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) = error {
        return Err(StoreError::Backend(
            "the database was written by a newer version of ScaiWave; start that version, \
             or restore a backup made before the upgrade"
                .to_owned(),
        ));
    }
    // Two processes may open a new file at the same time; the slower one finds the work done.
    let version: usize = connection
        .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .map(|version| usize::try_from(version).unwrap_or_default())
        .map_err(|error| store_error(&error))?;
    if version == steps.len() {
        return Ok(());
    }
    Err(StoreError::Backend(format!("migration failed: {error}")))
}
