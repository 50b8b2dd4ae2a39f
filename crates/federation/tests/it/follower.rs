//! What a follower does beside following: it numbers posts, and answers for the log that it holds.

use std::time::Duration;

use scaiwave_engine::{messages, peering, world::BackfillFrom};
use scaiwave_protocol::wire::Backfill;
use scaiwave_protocol::{EventId, json};
use tokio::time::sleep;

use crate::neighbours::{same_history, say, text};
use crate::outage::pair;

// A client that lost the answer asks again while the first one is still being written.
#[tokio::test(start_paused = true)]
async fn the_same_post_twice_at_once() {
    let pair = pair().await;
    let id = EventId::from_bytes([7; 16]);
    let post = |body| {
        messages::post(
            &pair.globex.tenant,
            &pair.bob,
            &pair.room_id,
            text(body),
            Some(id),
        )
    };
    let (first, second, other) = tokio::join!(post("once"), post("once"), post("else"));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!((first.id, second.id), (id, id));
    assert_eq!(other.unwrap_err().code.as_str(), "SW_EVENT_CONFLICT");
    pair.both_heard(1).await;
}

// A follower signs nothing for its host: its pages end where the host has signed.
#[tokio::test(start_paused = true)]
async fn pages_of_a_follower_end_at_checkpoints() {
    let pair = pair().await;
    let before = pair
        .globex
        .store
        .room(&pair.room_id)
        .await
        .unwrap()
        .unwrap()
        .head
        .seq;
    pair.cut("globex.example");
    for n in 0..5 {
        say(&pair.acme, &pair.alice, &pair.room_id, &n.to_string()).await;
    }
    pair.mend();
    sleep(Duration::from_secs(60)).await;
    same_history(&pair.acme, &pair.globex, &pair.room_id).await;
    say(&pair.acme, &pair.alice, &pair.room_id, "later").await;
    same_history(&pair.acme, &pair.globex, &pair.room_id).await;
    // Five entries came under one checkpoint and one under another; (asked after, limit) → last seq.
    for (after, limit, last) in [
        (0, 2, 5),
        (0, 5, 5),
        (0, 6, 6),
        (0, 500, 6),
        (3, 1, 5),
        (5, 1, 6),
    ] {
        let page = peering::serve_backfill(
            &pair.globex.tenant,
            pair.acme.tenant.server_name(),
            &pair.room_id,
            BackfillFrom::After(before + after),
            limit,
        )
        .await
        .unwrap();
        let page = Backfill::parse(json::parse_body(&page).unwrap()).unwrap();
        let seqs: Vec<u64> = page.entries.iter().map(|entry| entry.seq).collect();
        let expected: Vec<u64> = (before + after + 1..=before + last).collect();
        assert_eq!(seqs, expected, "after {after}, limit {limit}");
        assert_eq!(page.checkpoint.at.seq, before + last);
        let chain = |chain, entry: &scaiwave_protocol::log::Entry| entry.chain(&chain);
        let chain = page.entries.iter().fold(page.chain_before, chain);
        assert_eq!(page.checkpoint.at.chain, chain);
    }
}
