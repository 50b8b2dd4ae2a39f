//! Bad-input row T151: the system says that it could not bring to the disk what was written.
//!
//! The test runs itself once more for each way to fail: a process can take system calls from itself (seccomp), and
//! not get them back.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use scaiwave_store::contract::fixture::{appended, messages, put, room_id};
use scaiwave_store::{Commit, CommitError, ServerStore as _, StoreError, TenantStore};
use scaiwave_store_sqlite::{Options, SqliteServerStore};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter_all_threads};
use tokio::sync::Notify;

use crate::files::acme;

/// Tells the process that is run what to do: the directory, and what its syncs say.
const DIRECTORY: &str = "FAILED_SYNC_DIRECTORY";
const ERROR: &str = "FAILED_SYNC_ERROR";

/// Messages that are on the disk before it fails.
const SAFE: u64 = 5;

/// From now on no thread of this process can bring anything to a disk.
fn fail_syncs(error: u32) {
    let calls = [
        libc::SYS_fsync,
        libc::SYS_fdatasync,
        libc::SYS_sync_file_range,
    ];
    let rules: BTreeMap<i64, _> = calls.into_iter().map(|call| (call, Vec::new())).collect();
    let machine = TargetArch::try_from(std::env::consts::ARCH).unwrap();
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(error),
        machine,
    );
    let program: BpfProgram = filter.unwrap().try_into().unwrap();
    apply_filter_all_threads(&program).unwrap();
}

fn message(seq: u64) -> Commit {
    Commit::of(appended(1, messages(1, seq, seq)))
}

/// What the process does that is run: the disk fails under it, and it never says that it did not.
async fn work_on_a_failing_disk(directory: &Path, error: u32) {
    let failed = Arc::new(Notify::new());
    let options = Options {
        disk_failed: Some(failed.clone()),
        ..Options::default()
    };
    let store = SqliteServerStore::open(directory, options).unwrap();
    let tenant = store.open_tenant("acme").await.unwrap();
    for seq in 1..=SAFE {
        put(&*tenant, appended(1, messages(1, seq, seq))).await;
    }
    let transactions = tenant.transactions();
    fail_syncs(error);
    let first = tenant.commit(message(SAFE + 1)).await.unwrap_err();
    assert!(
        matches!(first, CommitError::Store(StoreError::Backend(_))),
        "{first:?}"
    );
    let told = tokio::time::timeout(Duration::from_secs(20), failed.notified());
    told.await.unwrap();
    // Nothing is tried again, neither that nor anything else.
    let log = directory.join("tenants/acme.db-wal");
    let left = std::fs::read(&log).unwrap();
    for seq in [SAFE + 1, SAFE + 2] {
        let later = tenant.commit(message(seq)).await.unwrap_err();
        assert!(
            matches!(later, CommitError::Store(StoreError::Closed)),
            "{later:?}"
        );
    }
    assert_eq!(tenant.transactions(), transactions);
    assert!(std::fs::read(&log).unwrap() == left, "it writes on");
    // What was answered can be read until the server ends, and nothing else.
    let rows = tenant.entries_after(&room_id(1), 0, 999, usize::MAX).await;
    assert_eq!(rows.unwrap(), messages(1, 1, SAFE));
    std::process::exit(0);
}

// The writer stops for good at the first sync that fails, whatever the system calls it, and nobody is told that what
// was written with it is stored. The next process has everything that was answered, and goes on.
#[tokio::test]
async fn nothing_is_written_after_a_failed_sync() {
    if let (Some(directory), Ok(error)) = (std::env::var_os(DIRECTORY), std::env::var(ERROR)) {
        work_on_a_failing_disk(Path::new(&directory), error.parse().unwrap()).await;
    }
    for error in [libc::EIO, libc::ENOSPC] {
        let directory = tempfile::tempdir().unwrap();
        drop(acme(&directory).await.open("acme").await.unwrap());
        let ended = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "failed_sync::nothing_is_written_after_a_failed_sync",
            ])
            .env(DIRECTORY, directory.path())
            .env(ERROR, error.to_string())
            .output()
            .unwrap();
        assert!(
            ended.status.success() && ended.stdout.ends_with(b"running 1 test\n"),
            "{} {} {}",
            ended.status,
            String::from_utf8_lossy(&ended.stdout),
            String::from_utf8_lossy(&ended.stderr)
        );
        let store = SqliteServerStore::open(directory.path(), Options::default()).unwrap();
        assert!(store.check_file("acme", false).await.unwrap());
        let tenant = store.open("acme").await.unwrap();
        let rows = tenant
            .entries_after(&room_id(1), 0, 999, usize::MAX)
            .await
            .unwrap();
        // Whether the last one has come to the disk nobody knew.
        let count = rows.len() as u64;
        assert!((SAFE..=SAFE + 1).contains(&count), "{count} stand");
        assert_eq!(rows, messages(1, 1, count));
        put(&*tenant, appended(1, messages(1, count + 1, count + 1))).await;
    }
}
