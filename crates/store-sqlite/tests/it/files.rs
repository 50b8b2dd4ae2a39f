//! Files: closed and opened again, written by two processes, from another version.

use scaiwave_store::contract::fixture::{
    self, appended, event_id, good, messages, page, put, room_id,
};
use scaiwave_store::search::{SearchQuery, SearchRooms};
use scaiwave_store::{Change, Commit, Direction, ServerStore, StoreError};
use scaiwave_store_sqlite::{DatabaseCopies, Options, SqliteServerStore, check_database};
use tempfile::TempDir;

fn store(directory: &TempDir) -> SqliteServerStore {
    SqliteServerStore::open(directory.path(), Options::default()).unwrap()
}

pub(crate) async fn acme(directory: &TempDir) -> SqliteServerStore {
    let store = store(directory);
    store.create_tenant(fixture::tenant("acme")).await.unwrap();
    store
}

fn told(seq: u64) -> Change {
    Change::Stream(fixture::stream_row(&room_id(1), event_id(1, seq)))
}

#[tokio::test]
async fn what_was_committed_is_there_after_reopening() {
    let directory = tempfile::tempdir().unwrap();
    let first = acme(&directory).await;
    let tenant = first.open("acme").await.unwrap();
    let mut changes = appended(1, messages(1, 1, 300));
    changes.push(told(1));
    let position = put(&*tenant, changes).await.positions[0];
    assert_eq!(good(tenant.rooms().await).len(), 1);
    drop((tenant, first));
    // Closed for good: the write-ahead log has been copied and is gone.
    assert!(!directory.path().join("tenants/acme.db-wal").exists());

    let tenant = store(&directory).open("acme").await.unwrap();
    let log = good(tenant.entries_after(&room_id(1), 0, 999, usize::MAX).await);
    assert_eq!(log, messages(1, 1, 300));
    let next = put(&*tenant, vec![told(2)]).await.positions[0];
    assert!(next > position);
}

/// Nothing begins anew in the place of what was lost.
#[tokio::test]
async fn a_tenants_file_that_is_missing_or_empty_is_a_loss() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tenants/acme.db");
    drop(acme(&directory).await);
    assert!(
        !path.exists(),
        "a tenant that was never opened has no file yet"
    );
    drop(store(&directory).open("acme").await.unwrap());
    drop(store(&directory).open("acme").await.unwrap());
    let kept = std::fs::read(&path).unwrap();
    for (broken, what) in [(None, "is missing"), (Some(Vec::new()), "is empty")] {
        std::fs::remove_file(&path).unwrap();
        if let Some(bytes) = &broken {
            std::fs::write(&path, bytes).unwrap();
        }
        let Err(StoreError::Damaged(said)) = store(&directory).open("acme").await else {
            panic!("a file that {what} was opened");
        };
        assert!(
            said.contains(what) && said.contains("tenants/acme.db"),
            "{said}"
        );
        assert_eq!(
            std::fs::read(&path).ok(),
            broken,
            "nothing is put in its place"
        );
        std::fs::write(&path, &kept).unwrap();
        drop(store(&directory).open("acme").await.unwrap());
    }
}

/// An admin's command adds an account while the server runs; neither keeps the other from writing,
/// and stream positions stay one sequence.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_write_to_the_same_files() {
    let directory = tempfile::tempdir().unwrap();
    let server = acme(&directory).await;
    let command = store(&directory);
    let (ours, theirs) = (
        server.open("acme").await.unwrap(),
        command.open("acme").await.unwrap(),
    );
    let mut positions = Vec::new();
    for seq in 1..=20 {
        let writer = if seq % 2 == 0 { &ours } else { &theirs };
        let mut changes = appended(1, messages(1, seq, seq));
        changes.push(told(seq));
        positions.extend(put(&**writer, changes).await.positions);
    }
    assert!(positions.windows(2).all(|two| two[0] < two[1]));
    for tenant in [&ours, &theirs] {
        let page = good(tenant.timeline(page(1, None, Direction::Back, 99)).await);
        assert_eq!(page.len(), 20);
    }
    // At the same time, each in a room of its own.
    let fill = |tenant: std::sync::Arc<dyn scaiwave_store::TenantStore>, number: u8| async move {
        for seq in 1..=50 {
            put(&*tenant, appended(number, messages(number, seq, seq))).await;
        }
    };
    let one = tokio::spawn(fill(ours.clone(), 2));
    let two = tokio::spawn(fill(theirs.clone(), 3));
    one.await.unwrap();
    two.await.unwrap();
    assert_eq!(good(ours.rooms().await).len(), 3);

    command.create_tenant(fixture::tenant("zoo")).await.unwrap();
    assert_eq!(server.tenants().await.unwrap().len(), 2);
    assert!(server.open("zoo").await.is_ok());
}

#[tokio::test]
async fn files_of_a_newer_version_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(acme(&directory).await.open("acme").await.unwrap());
    let age = |file: &str| {
        let file = rusqlite::Connection::open(directory.path().join(file)).unwrap();
        file.pragma_update(None, "user_version", 999).unwrap();
    };
    age("tenants/acme.db");
    let newer = |error: StoreError| error.to_string().contains("newer version");
    let server = store(&directory);
    assert!(newer(server.open("acme").await.err().unwrap()));
    age("server.db");
    let refused = SqliteServerStore::open(directory.path(), Options::default());
    assert!(newer(refused.err().unwrap()));
}

/// Read connections of the pool see a commit as soon as it is answered, also when both are in use.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_read_sees_what_was_answered_before() {
    let directory = tempfile::tempdir().unwrap();
    let server = acme(&directory).await;
    let tenant = server.open("acme").await.unwrap();
    for seq in 1..=50 {
        put(&*tenant, appended(1, messages(1, seq, seq))).await;
        let readers: Vec<_> = (0..6)
            .map(|_| {
                let tenant = tenant.clone();
                tokio::spawn(async move { good(tenant.room(&room_id(1)).await) })
            })
            .collect();
        for reader in readers {
            assert_eq!(reader.await.unwrap().unwrap().head.seq, seq);
        }
    }
}

/// No trace of an erased text is left in the file once the log has been copied.
#[tokio::test]
async fn erased_text_is_gone_from_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let server = acme(&directory).await;
    let tenant = server.open("acme").await.unwrap();
    let said = |seq| fixture::saying(1, seq, "content of qzxwj");
    put(&*tenant, appended(1, (1..=200).map(said).collect())).await;
    drop((tenant, server));
    // The index keeps three letters of a word together, and no more of it.
    let holds = |part: &[u8]| {
        let file = std::fs::read(directory.path().join("tenants/acme.db")).unwrap();
        file.windows(part.len()).any(|found| found == part)
    };
    assert!(holds(b"content of") && holds(b"qzx"));
    let server = store(&directory);
    let tenant = server.open("acme").await.unwrap();
    let erase = (1..=200)
        .map(|seq| {
            Change::Erase(
                room_id(1),
                event_id(1, seq),
                fixture::erasure(&fixture::bob(), seq),
            )
        })
        .collect();
    tenant.commit(Commit::of(erase)).await.unwrap();
    drop((tenant, server));
    assert!(!holds(b"content of"));
    assert!(!holds(b"qzx") && !holds(b"zxw") && !holds(b"xwj"));
}

/// Messages wait until there are enough to be indexed together, and are found all the same.
#[tokio::test]
async fn messages_are_indexed_together() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options {
        search_tail: 4,
        ..Options::default()
    };
    let server = SqliteServerStore::open(directory.path(), options).unwrap();
    server.create_tenant(fixture::tenant("acme")).await.unwrap();
    let tenant = server.open("acme").await.unwrap();
    let file = rusqlite::Connection::open(directory.path().join("tenants/acme.db")).unwrap();
    let count = |of: &str| -> i64 { file.query_one(of, [], |row| row.get(0)).unwrap() };
    for (seq, waiting) in [(1, 1), (2, 2), (3, 3), (4, 0), (5, 1)] {
        put(
            &*tenant,
            appended(1, vec![fixture::saying(1, seq, "words")]),
        )
        .await;
        assert_eq!(count("SELECT count(*) FROM search_tail"), waiting, "{seq}");
        let indexed = count("SELECT count(*) FROM search WHERE search MATCH 'wor'");
        assert_eq!(indexed, seq as i64 - waiting);
        let query = SearchQuery {
            rooms: SearchRooms::Named(vec![room_id(1)]),
            terms: vec!["ord".chars().collect()],
            limit: 9,
            ..SearchQuery::default()
        };
        let found = good(tenant.search(query).await);
        assert_eq!(found.rows.len() as u64, seq);
    }
}

/// The index keeps no piece of what is said in a room that is not searched, and nothing of it waits.
#[tokio::test]
async fn an_unsearched_room_leaves_nothing_in_the_index() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options {
        search_tail: 1,
        ..Options::default()
    };
    let server = SqliteServerStore::open(directory.path(), options).unwrap();
    server.create_tenant(fixture::tenant("acme")).await.unwrap();
    let tenant = server.open("acme").await.unwrap();
    let mut changes = appended(1, vec![fixture::saying(1, 1, "content of qzxwj")]);
    if let Change::PutRoom(row) = &mut changes[0] {
        row.searched = false;
    }
    put(&*tenant, changes).await;
    let gone = fixture::erasure(&fixture::bob(), 1);
    put(
        &*tenant,
        vec![Change::Erase(room_id(1), event_id(1, 1), gone)],
    )
    .await;
    put(&*tenant, appended(2, vec![fixture::saying(2, 1, "words")])).await;
    drop((tenant, server));
    let file = rusqlite::Connection::open(directory.path().join("tenants/acme.db")).unwrap();
    let count = |of: &str| -> i64 { file.query_one(of, [], |row| row.get(0)).unwrap() };
    assert_eq!(count("SELECT count(*) FROM entries"), 2);
    assert_eq!(count("SELECT count(*) FROM search_tail"), 0);
    let indexed = |piece: &str| {
        count(&format!(
            "SELECT count(*) FROM search WHERE search MATCH '{piece}'"
        ))
    };
    assert_eq!((indexed("wor"), indexed("qzx")), (1, 0));
}

/// Only the very file that an orderly end has left is taken for the newest; after a crash, after a copy
/// has taken its place, and after somebody else has written to it, it is not.
#[tokio::test]
async fn an_orderly_end_is_recognised_once() {
    let directory = tempfile::tempdir().unwrap();
    let first = acme(&directory).await;
    assert!(first.take_end_mark("acme").unwrap(), "there is no file yet");
    let end = |store: SqliteServerStore| {
        store.mark_ends(&["acme".to_owned()]).unwrap();
        drop(store);
    };
    let tenant = first.open("acme").await.unwrap();
    first.mark_ends(&["acme".to_owned()]).unwrap();
    assert!(!first.take_end_mark("acme").unwrap(), "it was still open");
    drop(tenant);
    end(first);

    let second = store(&directory);
    assert!(second.take_end_mark("acme").unwrap());
    assert!(
        !second.take_end_mark("acme").unwrap(),
        "the answer is given once"
    );
    end(second);

    // A copy with the same bytes under the same name, mark included.
    let (file, aside) = (
        directory.path().join("tenants/acme.db"),
        directory.path().join("aside.db"),
    );
    std::fs::copy(&file, &aside).unwrap();
    std::fs::copy(&aside, &file).unwrap();
    let third = store(&directory);
    assert!(!third.take_end_mark("acme").unwrap(), "it was written over");
    end(third);

    let fourth = store(&directory);
    drop(fourth.open("acme").await.unwrap());
    put(&*fourth.open("acme").await.unwrap(), vec![told(1)]).await;
    drop(fourth);
    let fifth = store(&directory);
    assert!(
        !fifth.take_end_mark("acme").unwrap(),
        "others have written to it"
    );
}

/// A backup of a store that nobody uses, and of one that somebody writes to: both are whole, have nothing
/// beside them, and the files are as they were before, so that the next start goes on at once.
#[tokio::test]
async fn backups_leave_the_files_as_they_are() {
    let directory = tempfile::tempdir().unwrap();
    let running = acme(&directory).await;
    let tenant = running.open("acme").await.unwrap();
    put(&*tenant, appended(1, messages(1, 1, 300))).await;
    let backup = |name: &str| {
        let to = directory.path().join(name);
        std::fs::create_dir(&to).unwrap();
        let copies = DatabaseCopies::new(directory.path(), &to);
        assert_eq!(copies.server().unwrap().len(), 1);
        let mut told = Vec::new();
        let copied = copies.tenant("acme", &mut |step| told.push(step)).unwrap();
        assert_eq!(copied.unwrap(), std::path::Path::new("tenants/acme.db"));
        assert!(
            told.last()
                .is_some_and(|last| last.done == last.total && last.total > 0)
        );
        assert!(copies.tenant("globex", &mut |_| {}).unwrap().is_none());
        check_database(&to.join("tenants/acme.db")).unwrap();
        assert_eq!(std::fs::read_dir(to.join("tenants")).unwrap().count(), 1);
        to
    };
    let early = backup("early");
    put(&*tenant, appended(1, messages(1, 301, 301))).await;
    drop(tenant);
    running.mark_ends(&["acme".to_owned()]).unwrap();
    let late = backup("late");
    assert!(
        running.take_end_mark("acme").unwrap(),
        "the backup has written to the file"
    );
    for (to, entries) in [(early, 300), (late, 301)] {
        let copy = SqliteServerStore::open(&to, Options::default()).unwrap();
        assert!(
            !copy.take_end_mark("acme").unwrap(),
            "a copy goes on as if it were the original"
        );
        let tenant = copy.open("acme").await.unwrap();
        let log = good(tenant.entries_after(&room_id(1), 0, 999, usize::MAX).await);
        assert_eq!(log.len(), entries);
    }
}
