//! What was held before nobody of a server was in the room is joined to what comes after, unasked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use scaiwave_engine::{RemoteError, rooms, upkeep};
use scaiwave_protocol::event::content as kinds;
use scaiwave_protocol::{Event, EventId};

use super::{Late, in_all_the_same, log, redact, scroll};
use crate::neighbours::same_history;
use crate::town::until;

impl Late {
    async fn last_said(&self) -> EventId {
        self.say(1).await;
        same_history(&self.acme, &self.globex, &self.room_id).await;
        let log = log(&self.globex, &self.room_id).await;
        log.last().unwrap().event_id
    }

    async fn bob_is_removed(&self) {
        let (acme, bob) = (&self.acme.tenant, &self.bob.fqid);
        rooms::kick(acme, &self.alice, &self.room_id, bob, None)
            .await
            .unwrap();
        until("bob is out", || async {
            let member = self.globex.store.member(&self.room_id, bob).await;
            member.unwrap().unwrap().membership == kinds::Membership::Leave
        })
        .await;
        // What is sent to bob's server is sent in the order of its time.
        self.town.clock.pass(1);
    }

    async fn has_words(&self, id: &EventId) -> bool {
        let entry = self.globex.store.entry(&self.room_id, id).await;
        let entry = entry.unwrap().unwrap();
        !Event::from_stored(&entry.event).unwrap().is_erased()
    }
}

// Words that were taken away while nobody of ours was there do not stay until somebody scrolls up to them.
#[tokio::test]
async fn what_was_redacted_meanwhile_goes() {
    let late = Late::new().await;
    late.bob_joins().await;
    let told = late.last_said().await;
    late.bob_is_removed().await;
    late.say(5).await;
    redact(&late, told).await;
    late.bob_joins().await;
    assert!(late.has_words(&told).await);

    // While the host does not give them out they stay; some minutes later it is asked again.
    let refused = Arc::new(AtomicUsize::new(0));
    let count = refused.clone();
    *late.town.street.meddler.lock() = Some(Box::new(move |url, answer| {
        if !url.contains("/backfill") {
            return Ok(answer);
        }
        count.fetch_add(1, Ordering::Relaxed);
        Err(RemoteError::Unreachable("lost on the way".to_owned()))
    }));
    upkeep::run(&late.globex.tenant).await;
    until("the host was asked", || async {
        refused.load(Ordering::Relaxed) > 0
    })
    .await;
    assert!(late.has_words(&told).await);
    *late.town.street.meddler.lock() = None;
    until("they are gone", || async {
        late.town.clock.pass(60_000);
        upkeep::run(&late.globex.tenant).await;
        !late.has_words(&told).await
    })
    .await;
    // The past from before bob's first join still waits for somebody who looks.
    assert!(late.first_seq().await > 1);
    scroll(&late.globex, &late.bob, &late.room_id, 200).await;
    in_all_the_same(&late).await;
}
