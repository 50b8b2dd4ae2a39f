//! Forward-only migrations. A file's version is its `user_version`.

use rusqlite::{Connection, Transaction};
use rusqlite_migration::{Error, M, MigrationDefinitionError, Migrations};
use scaiwave_store::StoreError;

use crate::apply::search;
use crate::failure::{is_damage, store_error};

const SERVER: &[&str] = &[
    include_str!("../migrations/server/0001_tenants.sql"),
    include_str!("../migrations/server/0002_standings.sql"),
    include_str!("../migrations/server/0003_opened.sql"),
];

/// In the order in which they came: a file that has the first of them gets the others.
const TENANT: &[&str] = &[
    include_str!("../migrations/tenant/0001_first.sql"),
    include_str!("../migrations/tenant/0002_audit.sql"),
    include_str!("../migrations/tenant/0003_history.sql"),
    include_str!("../migrations/tenant/0004_admin.sql"),
    include_str!("../migrations/tenant/0005_policy.sql"),
    include_str!("../migrations/tenant/0006_presence.sql"),
    include_str!("../migrations/tenant/0007_host.sql"),
    include_str!("../migrations/tenant/0008_keys.sql"),
    include_str!("../migrations/tenant/0009_order.sql"),
    include_str!("../migrations/tenant/0010_declines.sql"),
    include_str!("../migrations/tenant/0011_repeated_events.sql"),
    include_str!("../migrations/tenant/0012_refused_events.sql"),
    include_str!("../migrations/tenant/0014_notifications.sql"),
    include_str!("../migrations/tenant/0015_accounts.sql"),
    include_str!("../migrations/tenant/0013_search.sql"),
    include_str!("../migrations/tenant/0021_search_in_time.sql"),
    include_str!("../migrations/tenant/0016_identities.sql"),
    include_str!("../migrations/tenant/0017_unsearched_rooms.sql"),
    include_str!("../migrations/tenant/0018_joined.sql"),
    include_str!("../migrations/tenant/0022_usage.sql"),
    include_str!("../migrations/tenant/0030_profiles.sql"),
    include_str!("../migrations/tenant/0031_keyed_requests.sql"),
    SHORT_PIECES,
];
/// After it, what is stored already is put into the index.
const SHORT_PIECES: &str = include_str!("../migrations/tenant/0032_short_pieces.sql");

fn steps(all: &'static [&'static str]) -> Vec<M<'static>> {
    let step = |sql: &&'static str| match *sql {
        SHORT_PIECES => M::up_with_hook(sql, |transaction: &Transaction<'_>| {
            Ok(search::build(transaction)?)
        }),
        sql => M::up(sql),
    };
    all.iter().map(step).collect()
}

/// Brings `server.db` up to date.
pub(crate) fn server(connection: &mut Connection) -> Result<(), StoreError> {
    to_latest(&steps(SERVER), connection)
}

/// Brings a tenant's file up to date.
pub(crate) fn tenant(connection: &mut Connection) -> Result<(), StoreError> {
    to_latest(&steps(TENANT), connection)
}

fn to_latest(steps: &[M<'_>], connection: &mut Connection) -> Result<(), StoreError> {
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
    Err(match error {
        Error::RusqliteError { err, .. } if is_damage(&err) => store_error(&err),
        error => StoreError::Backend(format!("migration failed: {error}")),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use rusqlite::Batch;
    use rusqlite::fallible_iterator::FallibleIterator as _;

    use super::*;
    use crate::connection;

    /// A file from before there was an index: what is shown in it is found afterwards, and nothing else.
    #[test]
    fn what_was_stored_before_is_indexed() {
        let mut file = connection::memory().expect("a database");
        let before: Vec<_> = steps(TENANT).into_iter().take(12).collect();
        to_latest(&before, &mut file).expect("the older version");
        let event = br#"{"content":{"body":"old words","msgtype":"swp.text"}}"#;
        let line = |seq: i64, kind: &str, verdict: i64, shown: bool| {
            file.execute(
                "INSERT INTO entries (id, term, ts, chain, hash, event_id, kind, sender, verdict,
                     shown, event)
                 VALUES (?1, 1, ?1, X'', X'', CAST(?1 AS BLOB), ?2, '@ann:one.example', ?3, ?4, ?5)",
                (seq, kind, verdict, shown, event.as_slice()),
            )
        };
        for (seq, kind, verdict, shown) in [
            (1, "swp.room.message", 0, true),
            (2, "swp.room.message", 1, false),
            (3, "swp.room.name", 0, true),
            (4, "swp.room.message", 0, true),
        ] {
            line(seq, kind, verdict, shown).expect("a line");
        }
        file.execute(
            "INSERT INTO erasures (id, by, at) VALUES (4, '@ann:one.example', 1)",
            [],
        )
        .expect("an erasure");
        tenant(&mut file).expect("this version");
        let mut query = file
            .prepare(
                "SELECT d.entry FROM search s JOIN search_docs d ON d.doc = s.rowid
                 WHERE s.search MATCH '\"old\" \"wor\"'",
            )
            .expect("an index");
        let found = query.query_map([], |row| row.get(0)).expect("hits");
        let found: Vec<i64> = found.collect::<Result<_, _>>().expect("ids");
        assert_eq!(found, [1]);
    }

    /// What a file is: everything in its schema, and its version.
    fn shape(file: &Connection) -> (Vec<(String, String, Option<String>)>, i64) {
        let mut query = file
            .prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")
            .expect("a schema");
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        let rows = rows.expect("rows").collect::<Result<_, _>>();
        let version = file.pragma_query_value(None, "user_version", |row| row.get(0));
        (rows.expect("a schema"), version.expect("a version"))
    }

    /// Where files are fast: nothing here depends on a disk.
    fn directory() -> tempfile::TempDir {
        let memory = Path::new("/dev/shm");
        match memory.is_dir() {
            true => tempfile::tempdir_in(memory).expect("a directory"),
            false => tempfile::tempdir().expect("a directory"),
        }
    }

    /// The files of a process that was killed, as the next one finds them.
    fn killed(file: &Path, aside: &Path) -> Connection {
        for end in ["db", "db-wal"] {
            let from = file.with_extension(end);
            if from.exists() {
                fs::copy(from, aside.with_extension(end)).expect("a copy");
            }
        }
        connection::writer(aside, 256).expect("it opens")
    }

    /// T139: a process is killed behind every statement of every migration, with all that the statement has changed
    /// already in the write-ahead log. The next start completes it.
    #[test]
    fn a_migration_that_was_broken_off_is_completed() {
        for all in [SERVER, TENANT] {
            let mut fresh = connection::memory().expect("a database");
            to_latest(&steps(all), &mut fresh).expect("this version");
            let expected = shape(&fresh);
            let mut cuts = 0;
            let directory = directory();
            let path = directory.path().join("a.db");
            for (place, sql) in all.iter().enumerate() {
                let done: Vec<_> = steps(all).into_iter().take(place).collect();
                for statements in 1.. {
                    let mut file = connection::writer(&path, 256).expect("it opens");
                    to_latest(&done, &mut file).expect("the older version");
                    // Pages that a statement changes go into the log at once.
                    file.pragma_update(None, "cache_size", 1).expect("set");
                    file.execute_batch("BEGIN IMMEDIATE").expect("begun");
                    let mut batch = Batch::new(&file, sql);
                    let mut ran = 0;
                    while ran < statements
                        && let Some(mut statement) = batch.next().expect("a statement")
                    {
                        statement.raw_execute().expect("it runs");
                        ran += 1;
                    }
                    if ran < statements {
                        break;
                    }
                    let aside = directory.path().join(format!("{place}-{statements}.db"));
                    let mut next = killed(&path, &aside);
                    let (_, version) = shape(&next);
                    assert_eq!(version, i64::try_from(place).expect("few"), "{sql}");
                    to_latest(&steps(all), &mut next).expect("completed");
                    assert_eq!(
                        shape(&next),
                        expected,
                        "after {statements} statements of {sql}"
                    );
                    cuts += 1;
                }
            }
            assert!(cuts >= all.len(), "{cuts} cuts in {} migrations", all.len());
        }
    }

    /// A file from before anything was counted: what is there already counts, once.
    #[test]
    fn what_was_stored_before_is_counted() {
        let mut file = connection::memory().expect("a database");
        let before: Vec<_> = steps(TENANT).into_iter().take(19).collect();
        to_latest(&before, &mut file).expect("the older version");
        let uncounted = file.prepare("SELECT n FROM usage").is_err();
        assert!(uncounted, "the older version counts nothing");
        file.execute_batch(
            "INSERT INTO participants (local_id, display_name, folded_name, role, bot, created_at, deactivated_at)
             VALUES ('ann', 'Ann', 'ann', 1, 0, 1, NULL), ('bob', 'Bob', 'bob', 0, 0, 1, NULL),
                    ('dan', 'Dan', 'dan', 0, 0, 1, 2), ('eve', 'Eve', 'eve', 0, 0, 1, NULL);
             INSERT INTO rooms (room, host, base_seq, base_chain, first_seq, core)
             VALUES (1, 'one.example', 0, X'', 1, X''), (2, 'two.example', 0, X'', 1, X'');",
        )
        .expect("people and rooms");
        tenant(&mut file).expect("this version");
        assert_eq!(
            counted(&file),
            [("closed", 1), ("open", 3), ("rooms", 2)].map(named)
        );
        file.execute_batch(
            "UPDATE participants SET deactivated_at = 3 WHERE local_id = 'eve';
             INSERT INTO rooms (room, host, base_seq, base_chain, first_seq, core)
             VALUES (3, 'one.example', 0, X'', 1, X'');",
        )
        .expect("what comes after");
        assert_eq!(
            counted(&file),
            [("closed", 2), ("open", 2), ("rooms", 3)].map(named)
        );
    }

    fn named((name, n): (&str, i64)) -> (String, i64) {
        (name.to_owned(), n)
    }

    fn counted(file: &Connection) -> Vec<(String, i64)> {
        let mut query = file
            .prepare("SELECT name, n FROM usage ORDER BY name")
            .expect("counts");
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.expect("rows")
            .collect::<Result<_, _>>()
            .expect("counts")
    }
}
