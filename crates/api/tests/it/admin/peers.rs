//! Finding out why a peer's messages do not arrive, and what can be done.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Desk, Pair, pair, say};
use crate::town::until;

const GLOBEX: &str = "/v1/admin/federation/peers/globex.example";

async fn globex(desk: &Desk) -> Value {
    desk.get(GLOBEX).await["peer"].take()
}

async fn arrived(pair: &Pair, body: &str) {
    until("the message", || async {
        let page = scaiwave_engine::messages::page(
            &pair.globex.tenant,
            &pair.bob,
            scaiwave_engine::messages::PageQuery {
                room_id: pair.room_id.clone(),
                from_seq: None,
                direction: scaiwave_engine::store::Direction::Back,
                limit: 50,
                thread: None,
            },
        );
        let page = page.await.unwrap();
        let has = |event: &scaiwave_engine::view::EventView| {
            event.content.get("body").and_then(|json| json.as_str()) == Some(body)
        };
        page.events.iter().any(has)
    })
    .await;
}

// A peer that is there: state, contact, keys, software and rooms.
#[tokio::test]
async fn a_peer_that_is_there() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    until("everything to be acknowledged", || async {
        globex(&desk).await["lag_events"] == 0
    })
    .await;
    let detail = desk.get(GLOBEX).await;
    let peer = &detail["peer"];
    assert_eq!(peer["state"], "reachable", "{peer}");
    assert!(peer["last_seen_at"].is_string() && peer["last_heard_at"].is_string());
    assert_eq!(peer["lag_seconds"], 0);
    assert_eq!(peer["shared_rooms"], 1);
    assert_eq!(peer["protocol_versions"], json!(["v1"]));
    assert!(peer["software"].as_str().unwrap().starts_with("scaiwave "));
    assert_eq!(detail["rooms"][0]["room_id"], pair.room_id.as_str());
    assert_eq!(detail["rooms"][0]["name"], "tea");
    assert_eq!(
        detail["rooms"][0]["acked_seq"],
        detail["rooms"][0]["head_seq"]
    );
    let theirs = Desk::admin(&pair.town, &pair.globex).await;
    let identity = theirs.get("/v1/admin/federation/identity").await;
    assert_eq!(peer["fingerprint_words"], identity["fingerprint_words"]);
    assert_eq!(detail["pinned_keys"][0]["key_id"], identity["key_id"]);
    let list = desk.get("/v1/admin/federation/peers").await;
    assert_eq!(list[0]["server_name"], "globex.example");
}

// The cable is cut: within one look the admin reads what is wrong, since when, how much waits and for
// how long, and when it is tried again. A retry does not wait for that moment.
#[tokio::test]
async fn a_peer_that_is_gone_and_comes_back() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    pair.cut_off(&pair.globex);
    say(&pair.acme, &pair.alice, &pair.room_id, "anybody there?").await;
    until("a failed try", || async {
        globex(&desk).await["next_try_at"].is_string()
    })
    .await;
    pair.town.clock.pass(90);
    let peer = globex(&desk).await;
    assert_eq!(peer["state"], "unreachable");
    assert_eq!(peer["lag_events"], 1);
    assert_eq!(peer["lag_seconds"], 90);
    assert!(peer["unreachable_since"].is_string());
    let summary = peer["summary"].as_str().unwrap();
    assert!(
        summary.starts_with("Cannot be reached for 90 s: send: the cable was cut."),
        "{summary}"
    );
    assert!(
        summary.contains("1 event waits for it, the oldest for 90 s."),
        "{summary}"
    );
    pair.mend();
    desk.post(&format!("{GLOBEX}/retry")).await;
    arrived(&pair, "anybody there?").await;
    until("the state", || async {
        globex(&desk).await["state"] == "reachable"
    })
    .await;
    let peer = globex(&desk).await;
    assert_eq!(peer["unreachable_since"], Value::Null);
    assert_eq!(peer["next_try_at"], Value::Null);
}

// However long the pause has grown, a retry is made at once.
#[tokio::test(start_paused = true)]
async fn a_retry_ends_the_pause() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    pair.cut_off(&pair.globex);
    say(&pair.acme, &pair.alice, &pair.room_id, "late").await;
    let tries = || {
        pair.town
            .street
            .cut_off
            .lock()
            .as_ref()
            .map_or(0, |(_, tries)| *tries)
    };
    // Seven doublings: from here on it pauses for half a minute at least.
    while tries() < 8 {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    let (before, began) = (tries(), tokio::time::Instant::now());
    desk.post(&format!("{GLOBEX}/retry")).await;
    while tries() == before {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let waited = began.elapsed();
    assert!(waited.as_secs() < 5, "tried again after {waited:?}");
}

// Given up: what waits is counted and forgotten, nothing more is tried; when the peer speaks, it gets
// what it lacks.
#[tokio::test]
async fn a_peer_that_is_given_up_and_speaks_again() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    pair.cut_off(&pair.globex);
    say(&pair.acme, &pair.alice, &pair.room_id, "one").await;
    say(&pair.acme, &pair.alice, &pair.room_id, "two").await;
    let carol = scaiwave_protocol::Fqid::parse("@carol:globex.example").unwrap();
    scaiwave_engine::rooms::invite(&pair.acme.tenant, &pair.alice, &pair.room_id, &carol)
        .await
        .unwrap();
    let dropped = desk.post(&format!("{GLOBEX}/drop")).await;
    // Two messages and the invitation's entry; the invitation itself.
    assert_eq!(dropped["entries"], 3, "{dropped}");
    assert_eq!(dropped["rooms"], 1);
    assert_eq!(dropped["items"], 1);
    let peer = globex(&desk).await;
    assert_eq!(peer["state"], "dropped");
    let member = pair.acme.store.member(&pair.room_id, &carol).await.unwrap();
    let membership = member.map(|member| member.membership);
    assert_eq!(
        membership,
        Some(scaiwave_protocol::event::content::Membership::Leave)
    );
    let audit = desk.get("/v1/admin/audit?action=peer.dropped").await;
    assert_eq!(audit[0]["peer"], "globex.example");
    let said = audit[0]["message"].as_str().unwrap();
    assert!(said.contains("3 entries in 1 rooms"), "{said}");

    pair.mend();
    say(&pair.globex, &pair.bob, &pair.room_id, "hello again").await;
    arrived(&pair, "two").await;
    until("the state", || async {
        globex(&desk).await["state"] == "reachable"
    })
    .await;
}

// Blocking and allowing edit the lists, and say so in the audit log.
#[tokio::test]
async fn block_and_allow() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let policy = desk.post(&format!("{GLOBEX}/block")).await;
    assert_eq!(policy["blocked_peers"], json!(["globex.example"]));
    assert_eq!(globex(&desk).await["state"], "blocked");
    let (status, _) = desk.ask("POST", &format!("{GLOBEX}/retry"), None).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    pair.town.clock.pass(1);
    let policy = desk.post(&format!("{GLOBEX}/allow")).await;
    assert_eq!(policy["blocked_peers"], json!([]));
    assert_eq!(policy["allowed_peers"], json!(["globex.example"]));
    let audit = desk.get("/v1/admin/audit?peer=globex.example").await;
    let actions: Vec<_> = audit
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["action"])
        .collect();
    assert_eq!(actions[..2], ["peer.allowed", "peer.blocked"]);
    // A wider pattern cannot be undone for one name.
    pair.acme
        .policy(|policy| {
            let pattern = scaiwave_protocol::descriptor::PeerPattern::parse("*.example");
            policy.blocked_peers.push(pattern.unwrap());
        })
        .await;
    let (status, json) = desk.ask("POST", &format!("{GLOBEX}/allow"), None).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        json["error"]["message"]
            .as_str()
            .unwrap()
            .contains("*.example"),
        "{json}"
    );
    let (status, _) = desk
        .ask(
            "POST",
            "/v1/admin/federation/peers/acme.example/block",
            None,
        )
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "nobody blocks themselves");
}
