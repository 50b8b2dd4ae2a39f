//! What a key may look like, and for how long it stands.

use std::time::Duration;

use scaiwave_engine::keyed::{KEPT_FOR, KEY_BYTES_MAX};
use scaiwave_engine::upkeep;
use serde_json::json;

use super::{KEY, Write, alone, ask, ask_with, done, program, rooms};

#[tokio::test]
async fn a_key_is_one_short_visible_word() {
    let (_town, house, alice) = alone().await;
    let longest = vec![b'~'; KEY_BYTES_MAX];
    let too_long = vec![b'~'; KEY_BYTES_MAX + 1];
    let refused: [&[&[u8]]; 7] = [
        &[b""],
        &[&too_long],
        &[b"two words"],
        &[b"\ttab"],
        &["schlüssel".as_bytes()],
        &[b"one", b"two"],
        &[b"one", b"one"],
    ];
    for keys in refused {
        let said = ask_with(&alice, keys, &Write::room()).await;
        assert_eq!(said.code(), (400, "SW_BAD_REQUEST"), "{keys:?}: {said:?}");
        assert_eq!(said.json["error"]["details"]["field"], "idempotency-key");
    }
    assert_eq!(rooms(&house).await, 0);
    for (n, key) in [&b"!"[..], b"\"quoted\"", &longest].into_iter().enumerate() {
        for again in [false, true] {
            let said = ask_with(&alice, &[key], &Write::room()).await;
            assert_eq!((said.status, said.again), (200, again), "{key:?}");
            assert_eq!(rooms(&house).await, n + 1);
        }
    }
}

// A day long, and not a second more; then upkeep drops it.
#[tokio::test]
async fn a_key_stands_for_a_day() {
    let (town, house, alice) = alone().await;
    let bot = program(&alice, &["write"]).await;
    let first = done(&bot, KEY, &Write::room()).await;
    town.clock.pass(KEPT_FOR.as_secs() - 1);
    assert_eq!(ask(&bot, KEY, &Write::room()).await, first.repeated());
    upkeep::run(&house.tenant).await;
    assert!(house.store.oldest_keyed_request().await.unwrap().is_some());
    town.clock.pass(1);
    let other = Write::of("POST", "/v1/rooms", json!({"name": "coffee"}));
    let second = done(&bot, KEY, &other).await;
    assert_eq!(ask(&bot, KEY, &other).await, second.repeated());
    assert_eq!(rooms(&house).await, 2);
    upkeep::run(&house.tenant).await;
    assert!(house.store.oldest_keyed_request().await.unwrap().is_some());
    town.clock.pass(KEPT_FOR.as_secs());
    upkeep::run(&house.tenant).await;
    assert_eq!(house.store.oldest_keyed_request().await.unwrap(), None);
    assert_eq!(KEPT_FOR, Duration::from_secs(86_400));
}

// An answer that is too large is not kept; that it was given is.
#[tokio::test]
async fn a_large_answer_is_given_once() {
    let (_town, house, alice) = alone().await;
    let room = done(&alice, "room", &Write::room()).await;
    let path = format!(
        "/v1/rooms/{}/send",
        room.json["data"]["id"].as_str().unwrap()
    );
    let say = |bytes: usize| {
        let content = json!({"body": "x".repeat(bytes)});
        Write::of("POST", path.clone(), json!({"content": content}))
    };
    let small = done(&alice, "small", &say(10_000)).await;
    assert_eq!(ask(&alice, "small", &say(10_000)).await, small.repeated());
    done(&alice, "large", &say(20_000)).await;
    let said = ask(&alice, "large", &say(20_000)).await;
    assert_eq!(said.code(), (409, "SW_IDEMPOTENCY_ANSWER_NOT_KEPT"));
    let page = alice.get(&path.replace("/send", "/messages")).await;
    let texts = page.as_array().unwrap().iter();
    let texts = texts.filter(|event| event["event_type"] == "swp.room.message");
    assert_eq!(texts.count(), 2, "{page}");
    assert_eq!(rooms(&house).await, 1);
}

// More than any request has is not read.
#[tokio::test]
async fn a_large_body_is_refused() {
    let (_town, house, alice) = alone().await;
    let large = json!({"name": "x".repeat(scaiwave_api::limits::BODY_BYTES_MAX)});
    let said = ask(&alice, KEY, &Write::of("POST", "/v1/rooms", large)).await;
    assert_eq!(said.code(), (413, "SW_CONTENT_TOO_LARGE"), "{said:?}");
    assert_eq!(house.store.oldest_keyed_request().await.unwrap(), None);
}
