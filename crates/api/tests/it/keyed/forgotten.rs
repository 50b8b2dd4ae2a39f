//! Which answers are said again, and after which the same key tries anew.

use scaiwave_engine::store::record::{Role, TenantLimits, TenantStanding};
use serde_json::{Value, json};

use super::{KEY, Said, Write, alone, ask, done, person, rooms};
use crate::admin::Desk;
use crate::town::Town;

// What is refused for what it is stays refused, word for word, whatever has changed since.
#[tokio::test]
async fn a_refusal_is_kept() {
    let (town, house, alice) = alone().await;
    let bob = person(&town, &house, "bob", Role::Member).await;
    let room = done(&bob, "room", &Write::room()).await;
    let room = room.json["data"]["id"].as_str().unwrap().to_owned();
    let at = |what: &str| format!("/v1/rooms/{room}/{what}");
    let send = Write::of("POST", at("send"), json!({"content": {"body": "hi"}}));
    let bad = Write::of("POST", "/v1/rooms", json!({"nam": "tea"}));
    let gone = Write::of("DELETE", "/v1/me/sessions/nothing", Value::Null);
    let mut refused = Vec::new();
    for (write, status) in [(send, 404), (bad, 400), (gone, 404)] {
        let key = write.path.clone();
        let said = ask(&alice, &key, &write).await;
        assert_eq!((said.status, said.again), (status, false), "{said:?}");
        refused.push((key, write, said));
    }
    let invite = Write::of("POST", at("invite"), json!({"participant_id": "alice"}));
    done(&bob, "invite", &invite).await;
    done(&alice, "join", &Write::of("POST", at("join"), Value::Null)).await;
    for (key, write, said) in refused {
        assert_eq!(ask(&alice, &key, &write).await, said.repeated());
    }
}

// What could not be done for a reason that passes is tried anew.
#[tokio::test]
async fn a_failure_elsewhere_is_not_kept() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let carol = person(&town, &acme, "carol", Role::Member).await;
    let bob = globex.person("bob").await.fqid.to_string();
    let open = Write::of("POST", "/v1/me/federated-dms", json!({"fqid": bob}));
    *town.street.cut_off.lock() = Some((globex.tenant.server_name().clone(), 0));
    for _ in 0..2 {
        let said = ask(&carol, KEY, &open).await;
        assert_eq!(said.code(), (502, "SW_FED_PEER_UNREACHABLE"), "{said:?}");
    }
    *town.street.cut_off.lock() = None;
    // It may be tried again later only.
    town.clock.pass(600);
    let first = done(&carol, KEY, &open).await;
    assert_eq!(ask(&carol, KEY, &open).await, first.repeated());
}

// Each request is counted once, though two look at who asks; and what was too much may come again.
#[tokio::test]
async fn too_much_is_not_kept() {
    let (town, house, alice) = alone().await;
    let limits = TenantLimits {
        requests_per_minute: Some(2),
        ..TenantLimits::default()
    };
    house.tenant.set_standing(TenantStanding {
        limits,
        suspended_at: None,
    });
    done(&alice, "one", &Write::room()).await;
    done(&alice, "two", &Write::room()).await;
    let said = ask(&alice, KEY, &Write::room()).await;
    assert_eq!(said.code(), (429, "SW_RATE_LIMIT_EXCEEDED"));
    town.clock.pass(60);
    done(&alice, KEY, &Write::room()).await;
    assert_eq!(rooms(&house).await, 3);
}

// A login that has ended says nothing about the request.
#[tokio::test]
async fn a_login_that_ended_is_not_kept() {
    let (town, house, alice) = alone().await;
    let over = alice.bearing("swa_nonsense".to_owned());
    assert_eq!(ask(&over, KEY, &Write::room()).await.status, 401);
    let first = done(&alice, KEY, &Write::room()).await;
    let logout = Write::of("POST", "/v1/auth/logout", Value::Null);
    done(&alice, "logout", &logout).await;
    for write in [&logout, &Write::room()] {
        assert_eq!(ask(&alice, KEY, write).await.status, 401);
    }
    let again = Desk::again(&town, &house, "alice").await;
    assert_eq!(ask(&again, KEY, &Write::room()).await, first.repeated());
}

// What is erased is in no answer either.
#[tokio::test]
async fn an_answer_goes_with_its_message() {
    let (_town, house, alice) = alone().await;
    let room = done(&alice, "room", &Write::room()).await;
    let room = room.json["data"]["id"].as_str().unwrap().to_owned();
    let at = |what: &str| format!("/v1/rooms/{room}/{what}");
    let send = Write::of("POST", at("send"), json!({"content": {"body": "a secret"}}));
    let said: Said = done(&alice, KEY, &send).await;
    let event = said.json["data"]["id"].as_str().unwrap().to_owned();
    let edit = Write::of(
        "POST",
        at(&format!("events/{event}/edit")),
        json!({"content": {"body": "a better secret"}}),
    );
    done(&alice, "edit", &edit).await;
    let redact = Write::of("POST", at(&format!("events/{event}/redact")), json!({}));
    done(&alice, "redact", &redact).await;
    for (key, write) in [(KEY, &send), ("edit", &edit)] {
        let said = ask(&alice, key, write).await;
        assert_eq!(
            said.code(),
            (409, "SW_IDEMPOTENCY_ANSWER_NOT_KEPT"),
            "{key}"
        );
    }
    assert_eq!(rooms(&house).await, 1);
}
