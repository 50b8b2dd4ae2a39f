//! Secrets are shown once, and kept nowhere.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Write, alone, ask, done};

/// Words by which questions and answers call secrets.
const SECRETS: &[&str] = &[
    "access_token",
    "admin_token",
    "current",
    "new",
    "new_password",
    "password",
    "recovery_codes",
    "refresh_token",
    "secret",
    "setup_code",
    "ticket",
    "token",
    "url",
];

// A second token is not made, and the first not shown again.
#[tokio::test]
async fn a_token_is_made_once_and_shown_once() {
    let (_town, _house, alice) = alone().await;
    let new = Write::of(
        "POST",
        "/v1/me/tokens",
        json!({"name": "bot", "scopes": ["read"]}),
    );
    done(&alice, "token", &new).await;
    let said = ask(&alice, "token", &new).await;
    assert_eq!(said.code(), (409, "SW_IDEMPOTENCY_ANSWER_NOT_KEPT"));
    let tokens = alice.get("/v1/me/tokens").await;
    assert_eq!(tokens.as_array().map(Vec::len), Some(1), "{tokens}");
}

// A password that was wrong may be corrected: of neither there is anything by which the two differ.
#[tokio::test]
async fn a_wrong_password_is_not_kept() {
    let (_town, _house, alice) = alone().await;
    let change = |current: &str| {
        let body = json!({"current": current, "new": "battery staple"});
        Write::of("POST", "/v1/me/password", body)
    };
    let said = ask(&alice, "password", &change("wr0ng horse")).await;
    assert_eq!(said.code(), (403, "SW_AUTH_WRONG_PASSWORD"));
    done(&alice, "password", &change("correct horse")).await;
    let said = ask(&alice, "password", &change("correct horse")).await;
    assert_eq!(said.code(), (409, "SW_IDEMPOTENCY_ANSWER_NOT_KEPT"));
}

/// The names of all fields that a schema has.
fn fields(
    document: &Value,
    schema: &Value,
    seen: &mut BTreeSet<String>,
    all: &mut BTreeSet<String>,
) {
    match schema {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str)
                && seen.insert(name.to_owned())
            {
                let schema = document.pointer(name.trim_start_matches('#')).unwrap();
                fields(document, schema, seen, all);
            }
            if let Some(Value::Object(properties)) = members.get("properties") {
                all.extend(properties.keys().cloned());
            }
            for member in members.values() {
                fields(document, member, seen, all);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                fields(document, element, seen, all);
            }
        }
        _ => {}
    }
}

// Whatever is asked or answered with a secret says that its answer is not kept.
#[test]
fn no_answer_with_a_secret_is_kept() {
    let document = serde_json::to_value(scaiwave_api::openapi::document()).unwrap();
    let mut secretive = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let parameters = operation["parameters"].as_array();
            let mut parameters = parameters.into_iter().flatten();
            if !parameters.any(|parameter| parameter["name"] == "Idempotency-Key") {
                continue;
            }
            let answer = &operation["responses"]["200"];
            let mut names = BTreeSet::new();
            for schema in [&operation["requestBody"], &answer["content"]] {
                fields(&document, schema, &mut BTreeSet::new(), &mut names);
            }
            let secrets = SECRETS.iter().filter(|name| names.contains(**name));
            let secrets: Vec<_> = secrets.collect();
            let is_kept = answer["headers"]["Idempotency-Replayed"].is_object();
            assert!(
                secrets.is_empty() || !is_kept,
                "{method} {path}: {secrets:?}"
            );
            secretive += usize::from(!is_kept);
        }
    }
    assert_eq!(secretive, 8);
}
