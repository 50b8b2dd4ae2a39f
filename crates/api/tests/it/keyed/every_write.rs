//! What holds for every write.

use std::collections::BTreeSet;

use scaiwave_engine::store::record::Role;
use serde_json::{Value, json};

use super::{KEY, Said, Write, ask, ask_with, done, person};
use crate::admin::Desk;
use crate::landlord::OPERATOR;
use crate::seen::STATE;
use crate::town::{House, Town};

/// One of each kind, in an order in which each can be done.
const WRITES: &[(&str, &str, &str)] = &[
    ("POST", "/v1/rooms", r#"{"name": "another"}"#),
    ("POST", "/v1/rooms/dm", r#"{"participant_id": "carol"}"#),
    (
        "POST",
        "/v1/rooms/<room>/invite",
        r#"{"participant_id": "carol"}"#,
    ),
    (
        "POST",
        "/v1/rooms/<room>/uninvite",
        r#"{"participant_id": "carol"}"#,
    ),
    (
        "POST",
        "/v1/rooms/<room>/send",
        r#"{"content": {"body": "twice?"}}"#,
    ),
    (
        "POST",
        "/v1/rooms/<room>/events/<said>/edit",
        r#"{"content": {"body": "better"}}"#,
    ),
    (
        "PUT",
        "/v1/rooms/<room>/events/<said>/reactions/%F0%9F%91%8D",
        "",
    ),
    (
        "DELETE",
        "/v1/rooms/<room>/events/<said>/reactions/%F0%9F%91%8D",
        "",
    ),
    ("POST", "/v1/rooms/<room>/events/<said>/pin", ""),
    ("POST", "/v1/rooms/<room>/events/<said>/unpin", ""),
    (
        "POST",
        "/v1/rooms/<room>/events/<heard>/report",
        r#"{"category": "spam"}"#,
    ),
    (
        "POST",
        "/v1/rooms/<room>/read",
        r#"{"event_id": "<heard>"}"#,
    ),
    (
        "POST",
        "/v1/rooms/<room>/events/<said>/redact",
        r#"{"reason": "a slip"}"#,
    ),
    ("PUT", "/v1/rooms/<room>/name", r#"{"name": "coffee"}"#),
    ("PUT", "/v1/rooms/<room>/topic", r#"{"topic": "beans"}"#),
    (
        "PUT",
        "/v1/rooms/<room>/mute",
        r#"{"until": "2026-02-01T00:00:00Z"}"#,
    ),
    (
        "PUT",
        "/v1/rooms/<room>/notification-mode",
        r#"{"mode": "none"}"#,
    ),
    (
        "PUT",
        "/v1/rooms/<room>/power",
        r#"{"participant_id": "bob", "level": 50}"#,
    ),
    (
        "PUT",
        "/v1/rooms/<room>/settings",
        r#"{"edit_window_s": 60}"#,
    ),
    (
        "POST",
        "/v1/rooms/<room>/kick",
        r#"{"participant_id": "bob"}"#,
    ),
    ("PUT", "/v1/me", r#"{"display_name": "Alice A."}"#),
    ("PUT", "/v1/me/preferences", r#"{"keywords": ["lunch"]}"#),
    ("POST", "/v1/me/blocks", r#"{"fqid": "@bob:acme.example"}"#),
    ("DELETE", "/v1/me/blocks?fqid=%40bob%3Aacme.example", ""),
    ("DELETE", "/v1/me/sessions/<session>", ""),
    (
        "POST",
        "/v1/auth/register",
        r#"{"participant_id": "dora", "tenant_id": "acme", "display_name": "Dora"}"#,
    ),
    ("POST", "/v1/rooms/<room>/archive", ""),
    ("POST", "/v1/rooms/<room>/reopen", ""),
    ("POST", "/v1/rooms/<room>/close", ""),
];

/// Alice, an admin, with a second login, in a room with bob; each has said something.
struct Scene {
    town: Town,
    house: House,
    alice: Desk,
    names: Vec<(&'static str, String)>,
}

impl Scene {
    async fn set() -> Self {
        let town = Town::new();
        let house = town.tenant("acme", "acme.example").await;
        let alice = person(&town, &house, "alice", Role::Admin).await;
        let bob = person(&town, &house, "bob", Role::Member).await;
        person(&town, &house, "carol", Role::Member).await;
        Desk::again(&town, &house, "alice").await;
        let room = ask_with(&alice, &[], &Write::room()).await;
        let id = |said: &Said| said.json["data"]["id"].as_str().unwrap().to_owned();
        let room = id(&room);
        let at = |what: &str| format!("/v1/rooms/{room}/{what}");
        let invite = Write::of("POST", at("invite"), json!({"participant_id": "bob"}));
        ask_with(&alice, &[], &invite).await;
        ask_with(&bob, &[], &Write::of("POST", at("join"), Value::Null)).await;
        let hello = Write::of("POST", at("send"), json!({"content": {"body": "hello"}}));
        let said = id(&ask_with(&alice, &[], &hello).await);
        let heard = id(&ask_with(&bob, &[], &hello).await);
        let sessions = alice.get("/v1/me/sessions").await;
        let mut sessions = sessions.as_array().unwrap().iter();
        let other = sessions
            .find(|session| session["current"] == false)
            .unwrap();
        let session = other["id"].as_str().unwrap().to_owned();
        Scene {
            town,
            house,
            alice,
            names: vec![
                ("<room>", room),
                ("<said>", said),
                ("<heard>", heard),
                ("<session>", session),
            ],
        }
    }

    fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in &self.names {
            text = text.replace(name, value);
        }
        text
    }

    fn write(&self, (method, path, body): (&'static str, &str, &str)) -> Write {
        let body = serde_json::from_str(&self.fill(body)).unwrap_or_default();
        Write::of(method, self.fill(path), body)
    }

    async fn state(&self) -> Vec<Value> {
        let mut state = Vec::new();
        for path in STATE {
            let (_, json) = self.alice.ask("GET", &self.fill(path), None).await;
            state.push(json["data"].clone());
        }
        state
    }

    /// No request with a key has come through.
    async fn keeps_nothing(&self) {
        let kept = self.house.store.oldest_keyed_request().await.unwrap();
        assert!(kept.is_none(), "{kept:?}");
    }
}

// The same request with the same key changes something once and is answered twice, word for word, also by
// the next process; with another body, or none, the key is another request's.
#[tokio::test]
async fn a_write_is_done_once() {
    let scene = Scene::set().await;
    for (n, write) in WRITES.iter().enumerate() {
        let (key, write) = (format!("key-{n}"), scene.write(*write));
        let before = scene.state().await;
        let first = done(&scene.alice, &key, &write).await;
        let after = scene.state().await;
        assert!(after != before, "{write:?} changed nothing");
        scene.town.clock.pass(1);
        assert_eq!(
            ask(&scene.alice, &key, &write).await,
            first.repeated(),
            "{write:?}"
        );
        assert_eq!(scene.state().await, after, "{write:?} was done twice");
        for (field, other) in [("body", json!({"x": n})), ("none", Value::Null)] {
            let other = Write {
                body: other,
                ..write.clone()
            };
            if other.body != write.body {
                let said = ask(&scene.alice, &key, &other).await;
                assert_eq!(
                    said.code(),
                    (422, "SW_IDEMPOTENCY_KEY_REUSED"),
                    "{field}: {said:?}"
                );
            }
        }
        assert_eq!(scene.state().await, after, "{write:?}");
    }
}

/// What takes no key: it is asked without a login, with the operator's token, or reads.
const WITHOUT: &[&str] = &[
    "login",
    "sign_in",
    "renew_session",
    "token",
    "refresh_tokens",
    "reset_password",
    "start_oidc",
    "finish_oidc",
    "sign_in_oidc",
    "set_up",
    "create_tenant",
    "set_limits",
    "suspend_tenant",
    "resume_tenant",
    "search",
    "stream_ticket",
];

/// Every operation that may write: method, path, description.
fn writes() -> Vec<(String, String, Value)> {
    let document = serde_json::to_value(scaiwave_api::openapi::document()).unwrap();
    let mut all = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if method != "get" {
                all.push((method.to_uppercase(), path.clone(), operation.clone()));
            }
        }
    }
    all
}

fn key_of(operation: &Value) -> Option<&Value> {
    let mut parameters = operation["parameters"].as_array()?.iter();
    parameters.find(|parameter| parameter["name"] == "Idempotency-Key")
}

// No write is forgotten in the document.
#[test]
fn every_write_says_that_it_takes_a_key() {
    let mut without = BTreeSet::new();
    for (method, path, operation) in writes() {
        let what = format!("{method} {path}");
        let Some(key) = key_of(&operation) else {
            without.insert(operation["operationId"].as_str().unwrap().to_owned());
            continue;
        };
        assert_eq!(key["in"], "header", "{what}");
        assert_eq!(key["required"], false, "{what}");
        let responses = operation["responses"].as_object().unwrap();
        for (status, code) in [
            ("400", "SW_BAD_REQUEST"),
            ("409", "SW_IDEMPOTENCY_IN_PROGRESS"),
            ("409", "SW_IDEMPOTENCY_OUTCOME_UNKNOWN"),
            ("409", "SW_IDEMPOTENCY_ANSWER_NOT_KEPT"),
            ("422", "SW_IDEMPOTENCY_KEY_REUSED"),
        ] {
            let said = responses[status]["description"]
                .as_str()
                .unwrap_or_default();
            assert!(said.contains(code), "{what} does not say {status} {code}");
        }
    }
    let expected: BTreeSet<String> = WITHOUT.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(without, expected);
}

// Nor behind it: whatever says that it takes a key looks at it, and what does not say so does not.
#[tokio::test]
async fn every_write_looks_at_its_key() {
    let scene = Scene::set().await;
    let long = "k".repeat(256);
    for (method, path, operation) in writes() {
        let method: &'static str = ["PUT", "POST", "DELETE"]
            .into_iter()
            .find(|known| *known == method)
            .unwrap();
        let write = Write::of(method, path.replace(['{', '}'], ""), Value::Null);
        let said = ask(&scene.alice, &long, &write).await;
        let looked = said.json["error"]["details"]["field"] == "idempotency-key";
        assert_eq!(looked, key_of(&operation).is_some(), "{write:?}: {said:?}");
    }
    scene.keeps_nothing().await;
}

// What takes no key is done as often as it is asked.
#[tokio::test]
async fn a_key_means_nothing_to_a_read_or_a_login() {
    let scene = Scene::set().await;
    let search = Write::of("POST", "/v1/search", json!({"q": "hello"}));
    let login = Write::of(
        "POST",
        "/v1/auth/login",
        json!({"username": "bob", "password": "correct horse"}),
    );
    let read = Write::of("GET", "/v1/me", Value::Null);
    for write in [search, login, read] {
        done(&scene.alice, KEY, &write).await;
        done(&scene.alice, KEY, &write).await;
    }
    let operator = scene.alice.bearing(OPERATOR.to_owned());
    let tenants = Write::of("POST", "/v1/admin/tenants", json!({}));
    assert!(!ask(&operator, KEY, &tenants).await.again);
    scene.keeps_nothing().await;
}
