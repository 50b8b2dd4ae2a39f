//! One transaction for all that wait.

use scaiwave_store::contract::fixture::{self, appended, good, messages, room_id, together};
use scaiwave_store::{Commit, ServerStore, TenantStore};
use scaiwave_store_sqlite::{Options, SqliteServerStore};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_commits_share_transactions() {
    let directory = tempfile::tempdir().unwrap();
    let server = SqliteServerStore::open(directory.path(), Options::default()).unwrap();
    server.create_tenant(fixture::tenant("acme")).await.unwrap();
    let tenant = server.open_tenant("acme").await.unwrap();
    let commits = (0..100)
        .map(|number| Commit::of(appended(number, messages(number, 1, 1))))
        .collect();
    let answers = together(&*tenant, commits).await;
    assert!(answers.iter().all(Result::is_ok));
    let transactions = tenant.transactions();
    assert!(
        (1..=20).contains(&transactions),
        "100 commits took {transactions} transactions"
    );
    for number in 0..100 {
        let log = good(tenant.entries_after(&room_id(number), 0, 9, 999).await);
        assert_eq!(log.len(), 1);
    }
}

/// More commits than the queue holds: those beyond wait, and all are answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_makes_callers_wait() {
    let directory = tempfile::tempdir().unwrap();
    let server = SqliteServerStore::open(directory.path(), Options::default()).unwrap();
    server.create_tenant(fixture::tenant("acme")).await.unwrap();
    let tenant = server.open_tenant("acme").await.unwrap();
    let commits = vec![Commit::of(vec![fixture::marker(1, 1)]); 3_000];
    let answers = together(&*tenant, commits).await;
    assert_eq!(answers.len(), 3_000);
    assert!(answers.iter().all(Result::is_ok));
}

/// What is in no hurry is written with what comes next, and alone when nothing comes.
#[tokio::test]
async fn the_unhurried_share_a_transaction() {
    let directory = tempfile::tempdir().unwrap();
    let server = SqliteServerStore::open(directory.path(), Options::default()).unwrap();
    server.create_tenant(fixture::tenant("acme")).await.unwrap();
    let tenant = server.open_tenant("acme").await.unwrap();
    let commit = |number| Commit::of(appended(number, messages(number, 1, 1)));
    let (early, next) = tokio::join!(
        tenant.commit(commit(1).unhurried()),
        tenant.commit(commit(2))
    );
    assert!(early.is_ok() && next.is_ok());
    assert_eq!(tenant.transactions(), 1);
    assert!(tenant.commit(commit(3).unhurried()).await.is_ok());
    assert_eq!(tenant.transactions(), 2);
    for number in 1..=3 {
        let log = good(tenant.entries_after(&room_id(number), 0, 9, 999).await);
        assert_eq!(log.len(), 1, "room {number}");
    }
}

/// Whoever asked went away while it waited, and then the file was closed.
#[tokio::test]
async fn an_abandoned_unhurried_commit_stands() {
    let directory = tempfile::tempdir().unwrap();
    let server = SqliteServerStore::open(directory.path(), Options::default()).unwrap();
    server.create_tenant(fixture::tenant("acme")).await.unwrap();
    {
        let tenant = server.open_tenant("acme").await.unwrap();
        let commit = Commit::of(appended(1, messages(1, 1, 1))).unhurried();
        tokio::select! {
            biased;
            _ = tenant.commit(commit) => panic!("it did not wait"),
            () = std::future::ready(()) => {}
        }
    }
    let tenant = server.open_tenant("acme").await.unwrap();
    let log = good(tenant.entries_after(&room_id(1), 0, 9, 999).await);
    assert_eq!(log.len(), 1);
}
