//! Whose key it is, and who asks at the same moment.

use scaiwave_engine::store::record::Role;
use serde_json::{Value, json};

use super::{KEY, Write, alone, ask, done, person, program, rooms};
use crate::admin::Desk;
use crate::town::{Town, until};

#[tokio::test]
async fn everybody_has_keys_of_their_own() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let alice = person(&town, &acme, "alice", Role::Member).await;
    let bob = person(&town, &acme, "bob", Role::Member).await;
    let namesake = person(&town, &globex, "alice", Role::Member).await;
    let first = done(&alice, KEY, &Write::room()).await;
    let other = Write::of("POST", "/v1/rooms", json!({"name": "coffee"}));
    done(&bob, KEY, &other).await;
    done(&namesake, KEY, &other).await;
    assert_eq!((rooms(&acme).await, rooms(&globex).await), (2, 1));
    // Another device of the same person asks for the same.
    let device = Desk::again(&town, &acme, "alice").await;
    assert_eq!(ask(&device, KEY, &Write::room()).await, first.repeated());
}

// The key stands for method, address with query, and body.
#[tokio::test]
async fn another_request_has_another_key() {
    let (_town, house, alice) = alone().await;
    let block = |server: &str| {
        let path = format!("/v1/me/blocks?server={server}");
        Write::of("DELETE", path, Value::Null)
    };
    done(&alice, KEY, &block("one.example")).await;
    for other in [
        block("two.example"),
        Write::of("POST", "/v1/me/blocks", json!({"server": "one.example"})),
        Write::room(),
    ] {
        let said = ask(&alice, KEY, &other).await;
        assert_eq!(said.code(), (422, "SW_IDEMPOTENCY_KEY_REUSED"), "{other:?}");
    }
    assert_eq!(rooms(&house).await, 0);
    let blocks = alice.get("/v1/me/blocks").await;
    assert_eq!(blocks.as_array().map(Vec::len), Some(0), "{blocks}");
}

// Two at the same moment: the second is told to wait, and then gets the answer of the first.
#[tokio::test]
async fn who_asks_meanwhile_waits() {
    let (_town, house, alice) = alone().await;
    let (write, other) = (
        Write::room(),
        Write::of("POST", "/v1/rooms", json!({"name": "coffee"})),
    );
    let (first, second, third) = tokio::join!(
        ask(&alice, KEY, &write),
        ask(&alice, KEY, &write),
        ask(&alice, KEY, &other)
    );
    assert_eq!((first.status, first.again), (200, false), "{first:?}");
    assert_eq!(second.code(), (409, "SW_IDEMPOTENCY_IN_PROGRESS"));
    assert_eq!(third.code(), (422, "SW_IDEMPOTENCY_KEY_REUSED"));
    assert_eq!(ask(&alice, KEY, &write).await, first.repeated());
    assert_eq!(rooms(&house).await, 1);
}

// On several threads too, whoever is first.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_are_done_once() {
    let (_town, house, alice) = alone().await;
    let alice = std::sync::Arc::new(alice);
    let asking = (0..20).map(|_| {
        let alice = alice.clone();
        tokio::spawn(async move { ask(&alice, KEY, &Write::room()).await })
    });
    let mut fresh = 0;
    for asked in asking.collect::<Vec<_>>() {
        let said = asked.await.unwrap();
        if said.status == 200 {
            fresh += usize::from(!said.again);
        } else {
            assert_eq!(said.code(), (409, "SW_IDEMPOTENCY_IN_PROGRESS"), "{said:?}");
        }
    }
    assert_eq!((fresh, rooms(&house).await), (1, 1));
}

// Whoever hung up is who asks again: the request comes to its end all the same.
#[tokio::test]
async fn a_lost_connection_loses_nothing() {
    let (_town, house, alice) = alone().await;
    let write = Write::room();
    {
        let mut asking = std::pin::pin!(ask(&alice, KEY, &write));
        // Polled once, it is begun; then the connection is gone.
        let once = std::future::poll_fn(|context| {
            std::task::Poll::Ready(asking.as_mut().poll(context).is_pending())
        });
        assert!(once.await, "it waits for the task that does it");
    }
    until("it comes to its end", || async {
        let said = ask(&alice, KEY, &write).await;
        said.code() != (409, "SW_IDEMPOTENCY_IN_PROGRESS")
    })
    .await;
    let said = ask(&alice, KEY, &write).await;
    assert_eq!((said.status, said.again), (200, true), "{said:?}");
    assert_eq!(rooms(&house).await, 1);
}

// Whose token may do less does not hear what was answered to one that may do more.
#[tokio::test]
async fn a_weaker_token_hears_nothing() {
    let (_town, house, alice) = alone().await;
    let (writer, reader) = (
        program(&alice, &["read", "write"]).await,
        program(&alice, &["read"]).await,
    );
    done(&alice, KEY, &Write::room()).await;
    let said = ask(&writer, KEY, &Write::room()).await;
    assert_eq!(said.code(), (422, "SW_IDEMPOTENCY_KEY_REUSED"));
    let said = ask(&reader, KEY, &Write::room()).await;
    assert_eq!(said.code(), (403, "SW_AUTH_INSUFFICIENT_PERMISSION"));
    let nobody = alice.bearing(String::new());
    let said = ask(&nobody, KEY, &Write::room()).await;
    assert_eq!(said.code(), (401, "SW_AUTH_INVALID_TOKEN"));
    assert_eq!(rooms(&house).await, 1);
}
