//! What happens while a peer cannot be reached, and when it is back. Time is tokio's and runs by itself.

use std::time::Duration;

use scaiwave_engine::Viewer;
use scaiwave_protocol::RoomId;
use tokio::time::{Instant, sleep};

use crate::neighbours::{heard, same_history, say, shared_room};
use crate::town::{House, Town, name, until};

/// Two servers that share a room: acme, whose alice made it, and globex with bob.
pub(crate) struct Pair {
    pub(crate) town: Town,
    pub(crate) acme: House,
    pub(crate) globex: House,
    pub(crate) alice: Viewer,
    pub(crate) bob: Viewer,
    pub(crate) room_id: RoomId,
}

pub(crate) async fn pair() -> Pair {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let room_id = shared_room(&acme, &alice, &globex, &bob).await;
    same_history(&acme, &globex, &room_id).await;
    Pair {
        town,
        acme,
        globex,
        alice,
        bob,
        room_id,
    }
}

impl Pair {
    pub(crate) fn cut(&self, server: &str) {
        *self.town.street.cut_off.lock() = Some((name(server), 0));
    }

    /// How often it was tried meanwhile.
    pub(crate) fn mend(&self) -> usize {
        self.town
            .street
            .cut_off
            .lock()
            .take()
            .map_or(0, |(_, tries)| tries)
    }

    pub(crate) async fn both_heard(&self, count: usize) {
        until("both sides", || async {
            let [a, b] = [
                heard(&self.acme, &self.alice, &self.room_id).await,
                heard(&self.globex, &self.bob, &self.room_id).await,
            ];
            a.len() == count && a == b
        })
        .await;
    }
}

// Five minutes of pauses up to a minute; then the first request of the peer ends the pause at once.
#[tokio::test(start_paused = true)]
async fn a_contact_ends_the_pause() {
    let pair = pair().await;
    pair.cut("globex.example");
    say(
        &pair.acme,
        &pair.alice,
        &pair.room_id,
        "while you were away",
    )
    .await;
    sleep(Duration::from_secs(300)).await;
    let tries = pair.mend();
    assert!((8..=20).contains(&tries), "{tries} tries");
    assert!(
        heard(&pair.globex, &pair.bob, &pair.room_id)
            .await
            .is_empty()
    );

    let back = Instant::now();
    say(&pair.globex, &pair.bob, &pair.room_id, "here again").await;
    pair.both_heard(2).await;
    assert!(
        back.elapsed() < Duration::from_secs(1),
        "{:?}",
        back.elapsed()
    );
}

// Without a contact, the worker comes by itself within the pause of a minute.
#[tokio::test(start_paused = true)]
async fn nobody_needs_to_call() {
    let pair = pair().await;
    pair.cut("globex.example");
    say(
        &pair.acme,
        &pair.alice,
        &pair.room_id,
        "while you were away",
    )
    .await;
    sleep(Duration::from_secs(300)).await;
    pair.mend();
    sleep(Duration::from_secs(60)).await;
    pair.both_heard(1).await;
}

// What our own people write does not shorten the pause: a dead peer is not knocked at more often.
#[tokio::test(start_paused = true)]
async fn our_own_activity_does_not_knock() {
    let pair = pair().await;
    pair.cut("globex.example");
    for n in 0..100 {
        say(&pair.acme, &pair.alice, &pair.room_id, &n.to_string()).await;
        sleep(Duration::from_millis(10)).await;
    }
    let tries = pair.mend();
    assert!(tries <= 3, "{tries} tries");
    sleep(Duration::from_secs(60)).await;
    pair.both_heard(100).await;
}

// A peer that reaches us while we cannot reach it does not make us knock at its own rate.
#[tokio::test(start_paused = true)]
async fn one_way_only() {
    let pair = pair().await;
    pair.cut("globex.example");
    for n in 0..100 {
        say(&pair.globex, &pair.bob, &pair.room_id, &n.to_string()).await;
        sleep(Duration::from_millis(100)).await;
    }
    let tries = pair.mend();
    assert!(tries <= 20, "{tries} tries in ten seconds");
    sleep(Duration::from_secs(60)).await;
    pair.both_heard(100).await;
}

// The follower writes on while the host is away; all of it is there afterwards, once and in order.
#[tokio::test(start_paused = true)]
async fn writing_while_the_host_is_away() {
    const COUNT: usize = 300;
    let pair = pair().await;
    pair.cut("acme.example");
    let words: Vec<String> = (0..COUNT).map(|n| n.to_string()).collect();
    for word in &words {
        say(&pair.globex, &pair.bob, &pair.room_id, word).await;
    }
    sleep(Duration::from_secs(10)).await;
    let pending = pair.globex.store.pending(&pair.room_id).await.unwrap();
    assert_eq!(pending.len(), COUNT);
    pair.mend();
    // Several batches of submits are needed, and no further ring of the bell may be.
    sleep(Duration::from_secs(60)).await;
    until("nothing pending", || async {
        pair.globex
            .store
            .pending(&pair.room_id)
            .await
            .unwrap()
            .is_empty()
    })
    .await;
    same_history(&pair.acme, &pair.globex, &pair.room_id).await;
    let mut log = pair
        .acme
        .store
        .entries_after(&pair.room_id, 0, 1000, usize::MAX)
        .await
        .unwrap();
    log.retain(|entry| entry.kind == "swp.room.message");
    let sequenced: Vec<_> = log.iter().map(|entry| entry.event_id).collect();
    let written: Vec<_> = pending.iter().map(|row| row.event_id).collect();
    assert_eq!(sequenced, written);
}
