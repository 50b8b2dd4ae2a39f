//! Who may federate: read, changed, tried out; and what a change means to rooms that are shared already.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Desk, pair};
use crate::town::until;

const POLICY: &str = "/v1/admin/federation/policy";

async fn put(desk: &Desk, body: Value) -> Value {
    let (status, json) = desk.ask("PUT", POLICY, Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    json
}

async fn simulate(desk: &Desk, body: Value) -> Vec<(String, bool, String, Value)> {
    let path = format!("{POLICY}/simulate");
    let (status, json) = desk.ask("POST", &path, Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    let text = |json: &Value| json.as_str().unwrap().to_owned();
    let line = |line: &Value| {
        (
            text(&line["act"]),
            line["allowed"].as_bool().unwrap(),
            text(&line["rule"]),
            line["pattern"].clone(),
        )
    };
    json["data"].as_array().unwrap().iter().map(line).collect()
}

// Every member has its word or its number, and stays when it is not named.
#[tokio::test]
async fn read_and_changed() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let expected = json!({
        "default_mode": "open", "allowed_peers": [], "blocked_peers": [], "auto_accept": "none",
        "max_foreign_participants_per_room": 50, "max_backfill_events_per_request": 1000,
        "invites_per_peer_per_hour": 60,
    });
    assert_eq!(desk.get(POLICY).await, expected);
    let changed = put(
        &desk,
        json!({"allowed_peers": ["*.example", "b.test:8448"]}),
    )
    .await;
    assert_eq!(changed["meta"]["affected_rooms"], json!([]));
    let mut expected = expected;
    expected["allowed_peers"] = json!(["*.example", "b.test:8448"]);
    assert_eq!(changed["data"], expected);
    assert_eq!(desk.get(POLICY).await, expected, "in force at once");
    for (body, field) in [
        (json!({"default_mode": "half"}), "default_mode"),
        (
            json!({"blocked_peers": ["ok.example", "NO"]}),
            "blocked_peers[1]",
        ),
        (
            json!({"invites_per_peer_per_hour": -1}),
            "invites_per_peer_per_hour",
        ),
        (json!({"auto_accept": null, "surprise": 1}), "surprise"),
    ] {
        let (status, json) = desk.ask("PUT", POLICY, Some(body.clone())).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}: {json}");
        assert_eq!(json["error"]["details"]["field"], field, "{body}: {json}");
    }
    assert_eq!(
        desk.get(POLICY).await,
        expected,
        "a wrong change changes nothing"
    );
}

// A policy that turns against a server in a shared room: the admin reads which room, keeps it, and then
// leaves it.
#[tokio::test]
async fn a_shared_room_is_kept_or_left() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.globex).await;
    let changed = put(&desk, json!({"default_mode": "invite_only"})).await;
    let expected = json!([{
        "room_id": pair.room_id.as_str(), "name": "tea", "host": "acme.example",
        "servers": ["acme.example"], "left": false,
    }]);
    assert_eq!(changed["meta"]["affected_rooms"], expected);
    let audit = desk
        .get("/v1/admin/audit?action=policy.changed&limit=1")
        .await;
    let said = audit[0]["message"].as_str().unwrap();
    assert!(
        said.contains("default_mode from open to invite_only"),
        "{said}"
    );
    assert!(said.contains("which it does not admit: 1"), "{said}");
    // Kept: it goes on.
    super::say(&pair.acme, &pair.alice, &pair.room_id, "still with us?").await;
    let rulings = simulate(&desk, json!({"peer": "acme.example"})).await;
    assert_eq!(rulings[0].0, "request");
    assert!(rulings[0].1, "{rulings:?}");
    // Left: everybody of ours goes.
    let path = format!("/v1/admin/federation/rooms/{}/leave", pair.room_id);
    desk.post(&path).await;
    until("bob has left", || async {
        let member = pair.acme.store.member(&pair.room_id, &pair.bob.fqid).await;
        let left = scaiwave_protocol::event::content::Membership::Leave;
        member
            .unwrap()
            .is_some_and(|member| member.membership == left)
    })
    .await;
    let audit = desk.get("/v1/admin/audit?action=room.left").await;
    assert_eq!(audit[0]["room_id"], pair.room_id.as_str());
    assert_eq!(audit[0]["actor"], "@root:globex.example");
}

// Blocking leaves at once, and says so before anybody wonders.
#[tokio::test]
async fn a_blocked_servers_rooms_are_left() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let changed = put(&desk, json!({"blocked_peers": ["*.example"]})).await;
    let room = &changed["meta"]["affected_rooms"][0];
    assert_eq!(room["left"], true, "{changed}");
    assert_eq!(room["servers"], json!(["globex.example"]));
    let rulings = simulate(
        &desk,
        json!({"peer": "globex.example", "fqid": "@bob:globex.example"}),
    )
    .await;
    for (act, allowed, rule, pattern) in &rulings[1..] {
        assert!(!allowed, "{act}");
        assert_eq!(
            (rule.as_str(), pattern),
            ("blocked_peers", &json!("*.example")),
            "{act}"
        );
    }
}

// Every act by name, each with the rule that decides; a question that makes no sense is told so.
#[tokio::test]
async fn tried_out() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let question = json!({"peer": "globex.example", "room_id": pair.room_id.as_str()});
    let rulings = simulate(&desk, question).await;
    let acts: Vec<&str> = rulings.iter().map(|ruling| ruling.0.as_str()).collect();
    assert_eq!(
        acts,
        [
            "request",
            "invite_in",
            "invite_out",
            "join",
            "consult",
            "backfill"
        ]
    );
    assert!(
        rulings.iter().all(|ruling| ruling.1 && ruling.3.is_null()),
        "{rulings:?}"
    );
    put(&desk, json!({"max_backfill_events_per_request": 0})).await;
    let rulings = simulate(&desk, json!({"peer": "globex.example"})).await;
    assert!(!rulings[5].1, "{rulings:?}");
    assert_eq!(rulings[5].2, "max_backfill_events_per_request");
    let path = format!("{POLICY}/simulate");
    let none = "room-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    for (body, status, code) in [
        (json!({"peer": "NOT A NAME"}), 400, "SW_BAD_REQUEST"),
        (
            json!({"peer": "a.example", "fqid": "@bob:b.example"}),
            400,
            "SW_BAD_REQUEST",
        ),
        (
            json!({"peer": "a.example", "fqid": "bob"}),
            400,
            "SW_BAD_REQUEST",
        ),
        (
            json!({"peer": "a.example", "room_id": none}),
            404,
            "SW_ROOM_NOT_FOUND",
        ),
    ] {
        let (said, json) = desk.ask("POST", &path, Some(body.clone())).await;
        assert_eq!(said.as_u16(), status, "{body}: {json}");
        assert_eq!(json["error"]["code"], code, "{body}");
    }
}
