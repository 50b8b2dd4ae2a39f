//! A follower that comes back from a backup, or lacks what its host thinks that it has.

use scaiwave_engine::peering;
use scaiwave_engine::store::record::FollowerRow;
use scaiwave_engine::store::{Change, Commit};
use scaiwave_protocol::Event;

use crate::hosting::copy;
use crate::neighbours::{heard, same_history, say, shared_room};
use crate::town::{Town, until};

// What its people say afterwards bears no number that was given out before, although the backup knows nothing of
// those: the host takes all of it, and what was lost comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_follower_counts_on() {
    let town = Town::new();
    let (directory, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant_in(directory.path(), "globex.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let room_id = shared_room(&acme, &alice, &globex, &bob).await;
    say(&globex, &bob, &room_id, "kept").await;
    same_history(&acme, &globex, &room_id).await;
    until("the host's word for it", || async {
        globex.store.pending(&room_id).await.unwrap().is_empty()
    })
    .await;
    copy(directory.path(), backup.path());
    for n in 0..3 {
        say(&globex, &bob, &room_id, &format!("lost {n}")).await;
    }
    until("everything at the host", || async {
        heard(&acme, &alice, &room_id).await.len() == 4
    })
    .await;
    town.stop(globex).await;
    drop(directory);

    // A moment later, by its clock.
    town.clock.pass(1);
    let globex = town.tenant_in(backup.path(), "globex.example").await;
    peering::doubt(&globex.tenant).await.unwrap();
    say(&globex, &bob, &room_id, "after").await;
    let words = ["kept", "lost 0", "lost 1", "lost 2", "after"];
    until("everything on both sides", || async {
        heard(&acme, &alice, &room_id).await == words
            && heard(&globex, &bob, &room_id).await == words
    })
    .await;
    same_history(&acme, &globex, &room_id).await;
    let log = acme.store.entries_after(&room_id, 0, 100, usize::MAX).await;
    let of_globex = log.unwrap().into_iter();
    let of_globex = of_globex.filter(|row| row.sender == bob.fqid);
    let numbers: Vec<u64> = of_globex
        .map(|row| Event::from_stored(&row.event).unwrap().header().origin_seq)
        .collect();
    assert!(numbers.windows(2).all(|two| two[0] < two[1]), "{numbers:?}");
}

// Whatever made the host believe that a follower is further than it is: the follower names the gap, and is
// sent what it lacks without anybody ringing again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gap_is_filled_at_once() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let room_id = shared_room(&acme, &alice, &globex, &bob).await;
    same_history(&acme, &globex, &room_id).await;
    let head = acme.store.room(&room_id).await.unwrap().unwrap().head.seq;
    let mut rows = acme.store.followers(&room_id).await.unwrap();
    let ahead = FollowerRow {
        acked_seq: head + 1,
        ..rows.remove(0)
    };
    let commit = Commit::of(vec![Change::PutFollower(ahead)]);
    acme.store.commit(commit).await.unwrap();

    say(&acme, &alice, &room_id, "skipped").await;
    say(&acme, &alice, &room_id, "sent").await;
    until("both of them", || async {
        heard(&globex, &bob, &room_id).await == ["skipped", "sent"]
    })
    .await;
    same_history(&acme, &globex, &room_id).await;
}
