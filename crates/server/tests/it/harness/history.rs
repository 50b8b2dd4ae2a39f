use std::time::Instant;

use serde_json::Value;

use super::{Client, LOOK_AGAIN, PATIENCE};

/// A room as one server shows it, as far as all servers must agree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct History {
    pub(crate) seq: u64,
    pub(crate) chain: String,
    /// Seq, id, sender, type, content, reactions, whether it was redacted.
    pub(crate) lines: Vec<(u64, String, String, String, Value, Value, bool)>,
}

impl History {
    async fn of(client: &Client, room: &str) -> Self {
        let timeline = client.timeline(room).await;
        let head = client.room(room).await["head"].take();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let line = |event: &Value| {
            let mut reactions = event["reactions"].clone();
            for reaction in reactions.as_array_mut().into_iter().flatten() {
                // Whose reaction it is depends on who looks.
                reaction
                    .as_object_mut()
                    .and_then(|reaction| reaction.remove("me"));
            }
            let seq = event["seq"].as_u64();
            let seq = seq.unwrap_or_else(|| panic!("a line without a place: {event}"));
            let (id, sender) = (text(&event["id"]), text(&event["sender_id"]));
            let (kind, content) = (text(&event["event_type"]), event["content"].clone());
            (
                seq,
                id,
                sender,
                kind,
                content,
                reactions,
                event["redacted_at"].is_string(),
            )
        };
        History {
            seq: head["seq"].as_u64().expect("a seq"),
            chain: text(&head["chain"]),
            lines: timeline.iter().map(line).collect(),
        }
    }

    /// Ids in order.
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.lines.iter().map(|line| line.1.as_str()).collect()
    }
}

async fn wait_until_equal(left: &Client, right: &Client, room: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let (ours, theirs) = (left.room(room).await, right.room(room).await);
        let settled = ours["pending"] == 0 && theirs["pending"] == 0;
        if settled && ours["head"]["seq"] == theirs["head"]["seq"] {
            return;
        }
        if Instant::now() > deadline {
            let path = "/v1/admin/federation/peers";
            let peers = [left.get(path).await, right.get(path).await];
            panic!("the servers do not become equal: {ours:#} {theirs:#}, their peers: {peers:#?}");
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Waits until both servers are at the same place with nothing left to send; then both must show the
/// same. A server that came later begins later; the chain covers what was before.
pub(crate) async fn equal_histories(left: &Client, right: &Client, room: &str) -> History {
    wait_until_equal(left, right, room).await;
    let (mut ours, mut theirs) = (
        History::of(left, room).await,
        History::of(right, room).await,
    );
    let first = |history: &History| history.lines.first().map_or(0, |line| line.0);
    let begin = first(&ours).max(first(&theirs));
    ours.lines.retain(|line| line.0 >= begin);
    theirs.lines.retain(|line| line.0 >= begin);
    assert_eq!(ours, theirs, "two histories");
    assert!(
        ours.lines.is_sorted_by_key(|line| line.0),
        "out of order: {ours:?}"
    );
    let mut ids = ours.ids();
    ids.sort_unstable();
    assert!(
        ids.windows(2).all(|pair| pair[0] != pair[1]),
        "doubled: {ours:?}"
    );
    ours
}
