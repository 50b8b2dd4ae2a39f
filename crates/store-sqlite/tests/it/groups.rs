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
