use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use scaiwave_store::ServerStore;
use scaiwave_store::contract::{CASES, SERVER_CASES, fixture};
use scaiwave_store_sqlite::{Options, SqliteServerStore};

/// A store for one case, and the directory that must outlive it.
type Fresh = (SqliteServerStore, Option<tempfile::TempDir>);

/// Here every message is put into the search index at once; in memory they wait for others.
fn in_files() -> Fresh {
    let directory = tempfile::tempdir().unwrap();
    let options = Options {
        search_tail: 1,
        ..Options::default()
    };
    let store = SqliteServerStore::open(directory.path(), options).unwrap();
    (store, Some(directory))
}

fn in_memory() -> Fresh {
    (SqliteServerStore::in_memory().unwrap(), None)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// Runs every case on a store of its own and names all that fail.
fn check(fresh: fn() -> Fresh) {
    let runtime = runtime();
    let mut failed = Vec::new();
    for (name, case) in CASES {
        let run = || {
            let (store, _directory) = fresh();
            runtime.block_on(async {
                store.create_tenant(fixture::tenant("acme")).await.unwrap();
                let tenant = store.open("acme").await.unwrap();
                case(&*tenant).await;
                // Nobody else may hold it, or the file would not be closed.
                assert!(Arc::strong_count(&tenant) <= 2);
            });
        };
        if std::panic::catch_unwind(AssertUnwindSafe(run)).is_err() {
            failed.push(*name);
        }
    }
    for (name, case) in SERVER_CASES {
        let run = || {
            let (store, _directory) = fresh();
            runtime.block_on(case(&store));
        };
        if std::panic::catch_unwind(AssertUnwindSafe(run)).is_err() {
            failed.push(*name);
        }
    }
    assert!(failed.is_empty(), "the contract is broken: {failed:#?}");
}

#[test]
fn files_keep_the_contract() {
    check(in_files);
}

#[test]
fn memory_keeps_the_contract() {
    check(in_memory);
}
