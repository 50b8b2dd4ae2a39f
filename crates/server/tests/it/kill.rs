//! kill -9 of either server, at any moment, under load: nothing that was answered with 200 is lost,
//! nothing is doubled, and both servers show the same.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::{Method, StatusCode};
use scaiwave_testkit::SplitMix;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::harness::{Client, PATIENCE, Pair, equal_histories};

/// Over both servers.
const KILLS: usize = 32;
/// Between two kills, at most so many messages are answered.
const MESSAGES_BETWEEN: usize = 100;
/// On each server.
const WRITERS: usize = 3;

/// What a writer knows to be safe, in its order.
type Answered = Vec<String>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_when_servers_are_killed() {
    let seed = std::env::var("SCAIWAVE_TEST_SEED")
        .ok()
        .and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or(20_261_122);
    // Shown when the test fails.
    println!("seed {seed}: repeat with SCAIWAVE_TEST_SEED={seed}");
    let mut random = SplitMix::new(seed);
    let mut pair = Pair::start().await;
    let room = pair.room().await;

    let stop = Arc::new(AtomicBool::new(false));
    let (count, mut counted) = watch::channel(0_usize);
    let mut writers = JoinSet::new();
    for (side, client) in [("a", &pair.alice), ("b", &pair.bob)] {
        for n in 0..WRITERS {
            let writer = Writer {
                name: format!("{side}{n}"),
                client: client.clone(),
                path: format!("/v1/rooms/{room}/send"),
                random: SplitMix::new(random.next_u64()),
                stop: stop.clone(),
                count: count.clone(),
            };
            writers.spawn(writer.write());
        }
    }
    for kill in 0..KILLS {
        let target = *counted.borrow() + random.below(MESSAGES_BETWEEN);
        let reached = counted.wait_for(|count| *count >= target);
        let reached = tokio::time::timeout(PATIENCE, reached).await;
        assert!(
            reached.is_ok_and(|reached| reached.is_ok()),
            "nothing is answered at kill {kill}"
        );
        let both = random.one_in(8);
        let first = random.one_in(2);
        for (server, chosen) in [(&mut pair.a, first || both), (&mut pair.b, !first || both)] {
            if chosen {
                server.kill().await;
            }
        }
        for (server, chosen) in [(&mut pair.a, first || both), (&mut pair.b, !first || both)] {
            if chosen {
                server.run().await;
            }
        }
    }
    stop.store(true, Ordering::Relaxed);
    let writers = tokio::time::timeout(PATIENCE, writers.join_all()).await;
    let answered: HashMap<String, Answered> = writers.expect("writers end").into_iter().collect();

    let history = equal_histories(&pair.alice, &pair.bob, &room).await;
    let places: HashMap<&str, usize> = history.ids().into_iter().zip(0..).collect();
    let mut total = 0;
    for (writer, ids) in &answered {
        assert!(!ids.is_empty(), "{writer} was never answered");
        let own: Vec<usize> = ids
            .iter()
            .map(|id| {
                *places
                    .get(id.as_str())
                    .unwrap_or_else(|| panic!("lost: {id} of {writer}"))
            })
            .collect();
        assert!(
            own.is_sorted(),
            "the words of {writer} were reordered: {own:?}"
        );
        total += ids.len();
    }
    // Each writer may have one that got its place without an answer: it was stopped in between.
    let messages = history
        .lines
        .iter()
        .filter(|line| line.3 == "swp.room.message")
        .count();
    assert!(
        (total..=total + answered.len()).contains(&messages),
        "{messages} stand, {total} answered"
    );
    println!("{KILLS} kills, {total} messages");
}

struct Writer {
    name: String,
    client: Client,
    path: String,
    random: SplitMix,
    stop: Arc<AtomicBool>,
    count: watch::Sender<usize>,
}

impl Writer {
    /// One message after the other; each is sent until it is answered, always under its own id.
    async fn write(mut self) -> (String, Answered) {
        let mut answered = Vec::new();
        while !self.stop.load(Ordering::Relaxed) {
            let id = self.uuid();
            let body = format!("{} {}", self.name, answered.len());
            let message = json!({"content": {"body": body}, "event_uuid": id});
            while !self.is_answered(&message).await {
                if self.stop.load(Ordering::Relaxed) {
                    return (self.name, answered);
                }
                // The server is being started again.
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            answered.push(id);
            self.count.send_modify(|count| *count += 1);
        }
        (self.name, answered)
    }

    async fn is_answered(&self, message: &serde_json::Value) -> bool {
        match self
            .client
            .call(Method::POST, &self.path, Some(message))
            .await
        {
            Ok((StatusCode::OK, answer)) => {
                assert_eq!(answer["data"]["id"], message["event_uuid"]);
                true
            }
            Ok((status, answer)) => {
                assert!(
                    status.is_server_error(),
                    "{} was refused: {status} {answer}",
                    self.name
                );
                false
            }
            Err(_) => false,
        }
    }

    /// Version 7 in form, random otherwise.
    fn uuid(&mut self) -> String {
        let [mut high, mut low] = [self.random.next_u64(), self.random.next_u64()];
        high = high & !0xf000 | 0x7000;
        low = low & (u64::MAX >> 2) | 1 << 63;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }
}
