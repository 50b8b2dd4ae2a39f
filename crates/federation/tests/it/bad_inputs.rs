//! Bad input, as data: every row of `tests/bad_inputs/*.toml` is a request (`row` says how one is written)
//! and what must come of it. A refused one changes nothing in the store, stands in the rejection log with its
//! step where an event or invitation was turned away, and is not echoed.
//!
//! `covered` holds the list of all rows that there must be.

mod covered;
mod make;
mod row;

use std::collections::BTreeMap;

use scaiwave_engine::policy::{Mode, Policy};
use scaiwave_engine::store::record::RejectionRow;
use scaiwave_federation::Response;
use scaiwave_protocol::wire::{ItemResult, error};
use scaiwave_protocol::{Code, json};
use serde_json::Value;

use crate::hostile::scene::{CANARY, Scene};
use make::Words;
use row::{Answer, Row};

#[tokio::test]
async fn requests() {
    check_file("requests").await;
}

#[tokio::test]
async fn descriptors() {
    check_file("descriptors").await;
}

#[tokio::test]
async fn bytes() {
    check_file("bytes").await;
}

#[tokio::test]
async fn meaning() {
    check_file("meaning").await;
}

#[tokio::test]
async fn invitations() {
    check_file("invitations").await;
}

#[tokio::test]
async fn questions() {
    check_file("questions").await;
}

async fn check_file(name: &str) {
    let rows = row::of_file(name);
    assert!(!rows.is_empty());
    for row in rows {
        check(&row).await;
    }
}

async fn check(row: &Row) {
    let what = format!("{} {}", row.id, row.story);
    let scene = Scene::set().await;
    let words = Words::of(&scene).await;
    let changed = row.policy.clone();
    scene.acme.policy(|policy| change(policy, &changed)).await;
    let request = make::request(row, &scene, &words);
    let before = scene.dump().await;
    let lines_before = scene.rejections().await.len();

    let response = scene.town.inbound.handle(request).await;

    let text = String::from_utf8(response.body.to_vec()).unwrap();
    let mut lines = scene.rejections().await;
    lines.truncate(lines.len() - lines_before);
    if row.answer == Answer::Ok {
        accepted(&what, &response, &text);
        assert!(lines.is_empty(), "{what}: {lines:?}");
        return;
    }
    unchanged(&what, &before, &scene.dump().await);
    assert!(!text.contains(CANARY), "{what}: echoed in {text}");
    let refused = refused(&what, &response, &text);
    assert_eq!(Some(refused.0), row.status_wanted(), "{what}: {text}");
    assert_eq!(refused.1.as_str(), row.code_wanted(), "{what}: {text}");
    logged(&what, row, refused.1, &lines);
    let wait = response.headers.contains_key("retry-after");
    let waits = matches!(refused.1, Code::KeyUntrusted | Code::RateLimited);
    assert_eq!(wait, waits && refused.0 != 200, "{what}: Retry-After");
}

fn accepted(what: &str, response: &Response, text: &str) {
    assert_eq!(response.status, 200, "{what}: {text}");
    if let Ok(results) = ItemResult::parse_answer(&response.body, 1) {
        let fine = matches!(
            results[0],
            ItemResult::Ok(_) | ItemResult::Duplicate { .. } | ItemResult::Gap { .. }
        );
        assert!(fine, "{what}: {text}");
    }
}

/// Status and code: of the whole request, or of its one item.
fn refused(what: &str, response: &Response, text: &str) -> (u16, Code) {
    let status = response.status.as_u16();
    if status == 200 {
        let results = ItemResult::parse_answer(&response.body, 1);
        let Ok([ItemResult::Rejected(refusal)]) = results.as_deref() else {
            panic!("{what}: not refused: {text}")
        };
        return (status, refusal.code);
    }
    let refusal = json::parse_body(&response.body).ok().and_then(error::parse);
    let refusal = refusal.unwrap_or_else(|| panic!("{what}: no refusal: {text}"));
    (status, refusal.code)
}

fn logged(what: &str, row: &Row, code: Code, lines: &[RejectionRow]) {
    let seen: Vec<(&str, &str)> = lines
        .iter()
        .map(|line| (line.code.as_str(), line.step.as_str()))
        .collect();
    let wanted: Vec<(&str, &str)> = row
        .step
        .as_deref()
        .map(|step| (code.as_str(), step))
        .into_iter()
        .collect();
    assert_eq!(seen, wanted, "{what}: the rejection log");
    for line in lines {
        assert!(!line.message.is_empty(), "{what}");
        assert!(!line.message.contains(CANARY), "{what}");
    }
}

/// Shows the first line that differs, instead of everything.
fn unchanged(what: &str, before: &str, after: &str) {
    let changed = before
        .lines()
        .zip(after.lines())
        .find(|(before, after)| before != after);
    assert_eq!(changed, None, "{what}: the store is as it was");
    assert_eq!(before.len(), after.len(), "{what}: the store is as it was");
}

/// The members of a policy that rows change.
fn change(policy: &mut Policy, members: &BTreeMap<String, toml::Value>) {
    for (name, value) in members {
        let value: Value = serde_json::to_value(value).unwrap();
        let number = || value.as_u64().unwrap();
        let patterns = || {
            let list = value.as_array().unwrap().iter();
            list.map(|text| text.as_str().unwrap().parse().unwrap())
                .collect()
        };
        match name.as_str() {
            "default_mode" => policy.default_mode = Mode::parse(value.as_str().unwrap()).unwrap(),
            "allowed_peers" => policy.allowed_peers = patterns(),
            "blocked_peers" => policy.blocked_peers = patterns(),
            "max_foreign_participants_per_room" => {
                policy.max_foreign_participants_per_room = number();
            }
            "max_backfill_events_per_request" => policy.max_backfill_events_per_request = number(),
            _ => panic!("{name} is not known here"),
        }
    }
}
