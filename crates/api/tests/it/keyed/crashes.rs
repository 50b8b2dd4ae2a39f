//! A process that dies while it does what it was asked, at each of its commits.

use std::sync::Arc;

use scaiwave_engine::store::TenantStore;
use scaiwave_engine::store::record::{Role, TenantRow};
use serde_json::json;

use super::{KEY, Said, Write, alone, ask, done, person, rooms};
use crate::admin::Desk;
use crate::dying::{Dying, Stop};
use crate::town::{House, Town, until};

/// The next process on the same store.
async fn restarted(town: &Town, house: &House, store: Arc<dyn TenantStore>) -> House {
    house.shutdown.cancel();
    let row = TenantRow {
        slug: "acme".to_owned(),
        name: "acme".to_owned(),
        server_name: house.tenant.server_name().clone(),
        created_at: 0,
    };
    town.move_in(row, store).await
}

#[tokio::test]
async fn the_next_process_knows_the_answer() {
    let (town, house, alice) = alone().await;
    let first = done(&alice, KEY, &Write::room()).await;
    let house = restarted(&town, &house, house.store.clone()).await;
    let alice = Desk::again(&town, &house, "alice").await;
    assert_eq!(ask(&alice, KEY, &Write::room()).await, first.repeated());
    assert_eq!(rooms(&house).await, 1);
}

/// Makes a room, and dies at the commit after so many. What the next process says to the same request, and how
/// many rooms there are; none when it did not come to that.
async fn die_at(commits: u32, stop: Stop) -> Option<(Said, usize)> {
    let town = Town::new();
    let mut disk = None;
    let mut dying = None;
    let house = town
        .tenant_on("acme", "acme.example", |store| {
            let process = Dying::new(store.clone());
            disk = Some(store);
            dying = Some(process.clone());
            process
        })
        .await;
    let alice = person(&town, &house, "alice", Role::Member).await;
    let (disk, dying) = (disk.unwrap(), dying.unwrap());
    dying.stop_after(commits, stop);
    ask(&alice, KEY, &Write::room()).await;
    if !dying.is_over() {
        dying.spare();
        return None;
    }
    let house = restarted(&town, &house, disk).await;
    let alice = Desk::again(&town, &house, "alice").await;
    let said = ask(&alice, KEY, &Write::room()).await;
    let rooms = rooms(&house).await;
    assert!(rooms <= 1, "{commits} {stop:?}: made twice");
    Some((said, rooms))
}

// Before the note that it is begun, the request is done by the next process; after its answer is kept, that is
// said again; in between nobody knows, which is said, and nothing is done a second time.
#[tokio::test]
async fn whenever_it_dies_it_is_done_at_most_once() {
    let mut unknown = 0;
    for commits in 0.. {
        let before = die_at(commits, Stop::Before).await;
        let after = die_at(commits, Stop::After).await;
        let (Some((before, there)), Some((after, _))) = (before, after) else {
            assert!(commits >= 3, "begun, done, answered: {commits}");
            break;
        };
        if commits == 0 {
            assert_eq!((before.status, before.again, there), (200, false, 1));
        } else {
            assert_eq!(before.code(), (409, "SW_IDEMPOTENCY_OUTCOME_UNKNOWN"));
            unknown += 1;
        }
        if after.status == 200 {
            assert!(after.again, "{commits}: {after:?}");
        } else {
            assert_eq!(after.code(), (409, "SW_IDEMPOTENCY_OUTCOME_UNKNOWN"));
        }
    }
    assert!(unknown >= 2);
}

// A request that takes too long ends like any other, and is not done a second time.
#[tokio::test(start_paused = true)]
async fn what_took_too_long_is_unknown() {
    let (town, _house, alice) = alone().await;
    let globex = town.tenant("globex", "globex.example").await;
    let bob = globex.person("bob").await.fqid.to_string();
    let open = Write::of("POST", "/v1/me/federated-dms", json!({"fqid": bob}));
    *town.street.silent.lock() = Some(globex.tenant.server_name().clone());
    let said = ask(&alice, KEY, &open).await;
    assert_eq!(said.code(), (503, "SW_INTERNAL"), "{said:?}");
    *town.street.silent.lock() = None;
    // The request itself may be given up a moment after whoever waited for it.
    until("it is given up", || async {
        let said = ask(&alice, KEY, &open).await;
        said.code() != (409, "SW_IDEMPOTENCY_IN_PROGRESS")
    })
    .await;
    let said = ask(&alice, KEY, &open).await;
    assert_eq!(
        said.code(),
        (409, "SW_IDEMPOTENCY_OUTCOME_UNKNOWN"),
        "{said:?}"
    );
}
