//! What this process counts, as a scraper sees it.

use std::collections::HashMap;

use http::Method;
use serde_json::json;

use crate::harness::{Process, eventually, free_port};

/// Lines of one scrape, by name and labels.
struct Scrape {
    text: String,
    values: HashMap<String, f64>,
}

impl Scrape {
    async fn of(port: u16) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        let url = format!("http://127.0.0.1:{port}/metrics");
        let answer = client.get(url).send().await.expect("it is there");
        assert_eq!(answer.status(), 200);
        let kind = answer.headers()["content-type"].to_str().expect("text");
        assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
        let text = answer.text().await.expect("text");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let values = lines.map(|line| {
            let (name, value) = line.rsplit_once(' ').expect("a value");
            (name.to_owned(), value.parse().expect("a number"))
        });
        Scrape {
            values: values.collect(),
            text,
        }
    }

    /// 0 for what has not happened yet.
    fn value(&self, name: &str) -> f64 {
        self.values.get(name).copied().unwrap_or_default()
    }
}

fn settings(port: u16) -> Vec<(&'static str, String)> {
    vec![("SCAIWAVE_METRICS_LISTEN", port.to_string())]
}

const SENT: &str = r#"scaiwave_http_request_duration_seconds_count{route="/v1/rooms/{room_id}/send",method="POST",status="2xx"}"#;

/// A message moves the numbers, and nothing of it stands among them.
#[tokio::test]
async fn numbers_move_and_tell_nothing_else() {
    let port = free_port();
    let mut server = Process::set_up("acme.localhost", free_port(), settings(port));
    server.run().await;
    let alice = server.person("default", "alice", "member").await;
    let room = alice.create_room("Secret plans").await;
    let stream = alice.stream().await;
    let before = Scrape::of(port).await;
    assert_eq!(before.value("scaiwave_live_sessions"), 1.0);
    assert_eq!(before.value("scaiwave_tenants"), 1.0);
    assert!(before.value("process_resident_memory_bytes") > 1e6);
    assert!(before.value("process_open_fds") > 3.0);
    assert!(before.value("scaiwave_data_free_bytes") > 0.0);
    assert!(before.text.contains("scaiwave_build_info{version=\""));

    alice.say(&room, json!({"body": "canary-words"})).await;
    let (status, code) = alice
        .refused(
            "/v1/rooms/room-unknown/send",
            json!({"content": {"body": "x"}}),
        )
        .await;
    assert_eq!(status, 404, "{code}");
    let after = Scrape::of(port).await;
    let moved = |name: &str| after.value(name) - before.value(name);
    assert_eq!(moved(SENT), 1.0, "{}", after.text);
    let within = SENT.replace("_count", "_bucket");
    let within = within.replace(r#"status="2xx""#, r#"status="2xx",le="30""#);
    assert_eq!(moved(&within), 1.0, "{}", after.text);
    assert!(moved("scaiwave_commit_duration_seconds_count") >= 1.0);
    assert!(moved("scaiwave_commit_batch_size_sum") >= 1.0);
    let refused = format!("scaiwave_client_refusals_total{{code=\"{code}\"}}");
    assert_eq!(moved(&refused), 1.0, "{}", after.text);
    drop(stream);
    eventually("the socket is closed", async || {
        let sessions = Scrape::of(port).await.value("scaiwave_live_sessions");
        (sessions == 0.0).then_some(())
    })
    .await;

    let told = Scrape::of(port).await.text;
    let secrets = [
        "canary-words",
        "Secret plans",
        "password of alice",
        "alice",
        &room,
        "default",
    ];
    for secret in secrets {
        assert!(!told.contains(secret), "{secret} stands in {told}");
    }
}

/// Health is told there too; nothing else is, and nothing of it where people are served.
#[tokio::test]
async fn a_listener_of_its_own() {
    let port = free_port();
    let mut server = Process::set_up("acme.localhost", free_port(), settings(port));
    server.run().await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let people = server.address().port();
    for (port, path, status) in [
        (port, "/healthz", 200),
        (port, "/readyz", 200),
        (port, "/v1/auth/config", 404),
        (people, "/healthz", 200),
        (people, "/readyz", 200),
        (people, "/metrics", 404),
    ] {
        let url = format!("http://127.0.0.1:{port}{path}");
        let answer = client.get(&url).send().await.expect("it is there");
        assert_eq!(answer.status(), status, "{url}");
    }
}

/// What waits for a server that is away is told, and for how long; when it is back, nothing waits.
#[tokio::test]
async fn what_waits_for_a_peer() {
    let port = free_port();
    let mut a = Process::set_up("a.localhost", free_port(), settings(port));
    a.run().await;
    let mut b = Process::start("b.localhost").await;
    let alice = a.person("default", "alice", "admin").await;
    let bob = b.person("default", "bob", "admin").await;
    let of = |name: &str| format!("scaiwave_federation_{name}{{peer=\"{}\"}}", b.name());
    let [lag, waited, outbox, reachable] = [
        "lag_events",
        "lag_seconds",
        "outbox_items",
        "peer_reachable",
    ]
    .map(of);
    // A stranger is refused, with the code that says so.
    bob.allow(&[a.name()]).await;
    let room = bob.create_room("Shared").await;
    bob.post(
        &format!("/v1/rooms/{room}/invitations"),
        json!({"fqid": alice.fqid}),
    )
    .await;
    let rejected =
        r#"scaiwave_federation_rejections_total{direction="inbound",code="SW_FED_PEER_UNKNOWN"}"#;
    eventually("the refusal is counted", async || {
        (Scrape::of(port).await.value(rejected) >= 1.0).then_some(())
    })
    .await;

    alice.allow(&[b.name()]).await;
    let again = alice.create_room("Shared").await;
    alice.invite(&again, &bob).await;
    bob.accept(&again).await;
    eventually("everything is delivered", async || {
        let told = Scrape::of(port).await;
        (told.value(&lag) == 0.0 && told.value(&reachable) == 1.0).then_some(())
    })
    .await;
    b.kill().await;
    for word in ["one", "two", "three"] {
        alice.say(&again, json!({"body": word})).await;
    }
    eventually("three events wait, for a while now", async || {
        let told = Scrape::of(port).await;
        let waits = told.value(&lag) == 3.0 && told.value(&waited) >= 1.0;
        (waits && told.value(&reachable) == 0.0).then_some(())
    })
    .await;
    b.run().await;
    let retry = format!("/v1/admin/federation/peers/{}/retry", b.name());
    alice
        .call(Method::POST, &retry, Some(&json!({})))
        .await
        .expect("an answer");
    eventually("nothing waits any more", async || {
        let told = Scrape::of(port).await;
        let done = [&lag, &waited, &outbox]
            .into_iter()
            .all(|name| told.value(name) == 0.0);
        (done && told.value(&reachable) == 1.0).then_some(())
    })
    .await;
}
