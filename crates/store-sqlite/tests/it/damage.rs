//! What a disk does to files: bytes that are not what was written, logs that are cut off. A store is opened with
//! what was there, or refused with a sentence that names the file; of a log that is cut off, the last commit is
//! there as a whole or not at all.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use scaiwave_store::contract::fixture::{appended, good, messages, put, room_id};
use scaiwave_store::record::EntryRow;
use scaiwave_store::{ServerStore, StoreError};
use scaiwave_store_sqlite::{Options, SqliteServerStore};
use tempfile::TempDir;

use crate::files::acme;

/// Commits of one message each that stand in the write-ahead log alone.
const LOGGED: u64 = 6;
/// Messages that stand in the database itself.
const COPIED: u64 = 40;

/// The files of a process that was killed, and where in its log the last commit begins.
struct Killed {
    directory: TempDir,
    last_commit: usize,
}

impl Killed {
    async fn new() -> Self {
        let original = directory();
        let first = acme(&original).await;
        let tenant = first.open("acme").await.unwrap();
        put(&*tenant, appended(1, messages(1, 1, COPIED))).await;
        drop((tenant, first));

        let second = SqliteServerStore::open(original.path(), Options::default()).unwrap();
        let tenant = second.open("acme").await.unwrap();
        let mut last_commit = 0;
        for seq in COPIED + 1..=COPIED + LOGGED {
            last_commit = fs::read(log(original.path())).map_or(0, |log| log.len());
            put(&*tenant, appended(1, messages(1, seq, seq))).await;
        }
        // What lies on the disk at this moment is what a kill leaves.
        let directory = directory();
        copy(original.path(), directory.path());
        Killed {
            directory,
            last_commit,
        }
    }

    fn log(&self) -> Vec<u8> {
        fs::read(log(self.directory.path())).unwrap()
    }

    /// Starts with a log that is another one.
    async fn with_log(&self, bytes: &[u8]) -> Result<Vec<EntryRow>, StoreError> {
        self.with(&log(Path::new("")), bytes).await
    }

    /// Starts with a file that is another one.
    async fn with(&self, file: &Path, bytes: &[u8]) -> Result<Vec<EntryRow>, StoreError> {
        let directory = directory();
        copy(self.directory.path(), directory.path());
        fs::write(directory.path().join(file), bytes).unwrap();
        start(directory.path()).await
    }
}

/// Where files are fast: nothing here depends on a disk.
fn directory() -> TempDir {
    let memory = Path::new("/dev/shm");
    match memory.is_dir() {
        true => tempfile::tempdir_in(memory).unwrap(),
        false => tempfile::tempdir().unwrap(),
    }
}

/// As a server starts: what was not left in order is looked through.
async fn start(directory: &Path) -> Result<Vec<EntryRow>, StoreError> {
    let store = SqliteServerStore::open(directory, Options::default())?;
    assert!(!store.take_end_mark("acme")?, "nobody ended in order");
    assert!(store.check_file("acme", false).await?, "it is small");
    let tenant = store.open("acme").await?;
    tenant.entries_after(&room_id(1), 0, 999, usize::MAX).await
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("tenants")).unwrap();
    for part in ["", "tenants"] {
        for entry in fs::read_dir(from.join(part)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), to.join(part).join(entry.file_name())).unwrap();
            }
        }
    }
}

fn log(directory: &Path) -> PathBuf {
    directory.join("tenants/acme.db-wal")
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    // Another bit each time, and each of them.
    bytes[at] ^= 1 << (at / 7 % 8);
    bytes
}

/// Numbers of messages.
fn whole() -> Vec<EntryRow> {
    messages(1, 1, COPIED + LOGGED)
}

fn without_the_last() -> Vec<EntryRow> {
    messages(1, 1, COPIED + LOGGED - 1)
}

fn names(error: &StoreError, file: &str) -> bool {
    let said = error.to_string();
    matches!(error, StoreError::Damaged(_))
        && said.contains(file)
        && said.contains("scaiwave restore")
}

/// T152: a power failure leaves any part of the last commit.
#[tokio::test]
async fn a_commit_is_absent_or_whole_wherever_the_log_is_cut() {
    let killed = Killed::new().await;
    let bytes = killed.log();
    assert_eq!(killed.with_log(&bytes).await.unwrap(), whole());
    let mut cuts: Vec<usize> = (killed.last_commit..bytes.len()).step_by(512).collect();
    cuts.push(bytes.len() - 1);
    assert!(cuts.len() > 16, "{} cuts", cuts.len());
    for cut in cuts {
        let mut zeroed = bytes.clone();
        zeroed[cut..].fill(0);
        for torn in [&bytes[..cut], &zeroed] {
            let found = killed.with_log(torn).await;
            assert_eq!(found.unwrap(), without_the_last(), "cut at {cut}");
        }
    }
}

/// A byte of the log is another one. In what was on disk before the last commit it is found, where SQLite itself
/// would leave out everything behind it without a word; the last commit cannot be told from one that never was
/// whole.
#[tokio::test]
async fn a_flipped_byte_in_the_log_is_found() {
    let killed = Killed::new().await;
    let bytes = killed.log();
    let (mut refused, mut torn) = (0, 0);
    for at in (0..bytes.len()).step_by(bytes.len() / 150) {
        match killed.with_log(&flipped(&bytes, at)).await {
            Err(error) => {
                assert!(names(&error, "acme.db-wal"), "byte {at}: {error}");
                refused += 1;
            }
            Ok(found) if at >= killed.last_commit => {
                assert_eq!(found, without_the_last(), "byte {at}");
                torn += 1;
            }
            // The salts of a frame are in no checksum; a frame that is out of place is.
            Ok(found) => assert_eq!(found, whole(), "byte {at}"),
        }
    }
    assert!(refused > 60 && torn > 10, "{refused} refused, {torn} torn");
}

/// Logs and shared memory that are no such thing.
#[tokio::test]
async fn what_lies_beside_a_database_is_looked_at() {
    let killed = Killed::new().await;
    let bytes = killed.log();
    let garbage: Vec<u8> = (0..9_000_u32).map(|n| (n * 7 + n / 256) as u8).collect();
    let headless = [&[0; 32], &bytes[32..]].concat();
    for (what, log) in [("garbage", &garbage), ("no header", &headless)] {
        let error = killed.with_log(log).await.unwrap_err();
        assert!(
            names(&error, "acme.db-wal: its header is damaged"),
            "{what}: {error}"
        );
    }
    // Of these nothing can be seen from what is left: shared rooms ask the other servers.
    for (what, log) in [
        ("empty", &[][..]),
        ("begun", &bytes[..20]),
        ("zeroes", &[0; 8_272][..]),
    ] {
        let found = killed.with_log(log).await;
        assert_eq!(found.unwrap(), messages(1, 1, COPIED), "{what}");
    }
    // The shared memory is made anew by whoever comes first.
    let shared = Path::new("tenants/acme.db-shm");
    for shm in [&[][..], &garbage, &[0; 32_768], &[0xff; 32_768]] {
        assert_eq!(killed.with(shared, shm).await.unwrap(), whole());
    }
}

/// What stays of a database of which one byte is another: all that was there, or a refusal that names it. Values that
/// no index holds are compared above this crate, by the hash that is stored with them.
#[tokio::test]
async fn a_flipped_byte_in_the_database_is_found_where_pages_are_bound() {
    let directory = directory();
    let first = acme(&directory).await;
    let tenant = first.open("acme").await.unwrap();
    put(&*tenant, appended(1, messages(1, 1, COPIED))).await;
    drop((tenant, first));
    let path = Path::new("tenants/acme.db");
    let bytes = fs::read(directory.path().join(path)).unwrap();
    let killed = Killed {
        directory,
        last_commit: 0,
    };
    let page = 4096;
    // The database's header, and the header and the first pointers of every page.
    let header: Range<usize> = 0..100;
    let pages = (0..bytes.len()).step_by(page).flat_map(|page| {
        let begin = if page == 0 { 100 } else { page };
        begin..begin + 12
    });
    let all = messages(1, 1, COPIED);
    let (mut refused, mut same) = (0, 0);
    for at in header.chain(pages.step_by(3)) {
        match killed.with(path, &flipped(&bytes, at)).await {
            Ok(found) => {
                assert!(found == all, "byte {at}");
                same += 1;
            }
            // The version of the schema: no page is wrong.
            Err(StoreError::Backend(said)) if (60..64).contains(&at) => {
                assert!(
                    said.contains("newer version") || said.contains("migration"),
                    "{said}"
                );
                refused += 1;
            }
            Err(error) => {
                assert!(names(&error, "acme.db"), "byte {at}: {error}");
                refused += 1;
            }
        }
    }
    assert!(
        refused > 100 && same > 30,
        "{refused} refused, {same} the same"
    );
    for cut in [
        1,
        50,
        100,
        page,
        bytes.len() / 2 / page * page,
        bytes.len() - page,
        bytes.len() - 1,
    ] {
        let error = killed.with(path, &bytes[..cut]).await.unwrap_err();
        assert!(names(&error, "acme.db"), "cut at {cut}: {error}");
    }
}

/// A look at a log is good for the opening that follows it, and for no other.
#[tokio::test]
async fn every_opening_has_its_look_at_the_log() {
    let killed = Killed::new().await;
    let (bytes, path) = (killed.log(), log(killed.directory.path()));
    let store = SqliteServerStore::open(killed.directory.path(), Options::default()).unwrap();
    assert!(store.check_file("acme", false).await.unwrap());
    drop(store.open("acme").await.unwrap());
    // The copied log is gone with whoever closed the file last; what lies there now is another matter.
    fs::write(&path, flipped(&bytes, 3)).unwrap();
    let error = store.open_tenant("acme").await.unwrap_err();
    assert!(names(&error, "acme.db-wal"), "{error}");
    let error = store.check_file("acme", false).await.unwrap_err();
    assert!(names(&error, "acme.db-wal"), "{error}");
    // A look that found something is not remembered as one that found nothing.
    let error = store.open_tenant("acme").await.unwrap_err();
    assert!(names(&error, "acme.db-wal"), "{error}");
}

/// A file that is too large to be looked through at a start is not, unless somebody takes the time.
#[tokio::test]
async fn a_start_does_not_look_through_a_large_file() {
    let directory = directory();
    drop(acme(&directory).await.open("acme").await.unwrap());
    let path = directory.path().join("tenants/acme.db");
    let size = fs::metadata(&path).unwrap().len();
    for (start_check_bytes, looked) in [(size, true), (size - 1, false)] {
        let options = Options {
            start_check_bytes,
            ..Options::default()
        };
        let store = SqliteServerStore::open(directory.path(), options).unwrap();
        assert_eq!(store.check_file("acme", false).await.unwrap(), looked);
        assert!(store.check_file("acme", true).await.unwrap());
    }
    // Nobody else's file.
    let store = SqliteServerStore::in_memory().unwrap();
    assert!(store.check_file("acme", true).await.unwrap());
    assert_eq!(good(store.tenants().await).len(), 0);
}
