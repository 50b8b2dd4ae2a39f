//! The whole area, as the OpenAPI document lists it: an endpoint that is new is in here by itself.

use http::StatusCode;
use scaiwave_engine::store::record::Role;
use serde_json::{Value, json};

use super::{Desk, Pair, pair};

const LINE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
/// Well-formed, and nobody's.
const NO_ROOM: &str = "room-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// Not an admin's but the operator's.
const TENANTS: &str = "/v1/admin/tenants";

/// (method, path with its parameters) of every admin endpoint.
fn endpoints() -> Vec<(String, String)> {
    let document = serde_json::to_value(scaiwave_api::openapi::document()).unwrap();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap().keys();
        if path.starts_with("/v1/admin/") && !path.starts_with(TENANTS) {
            found.extend(methods.map(|method| (method.to_uppercase(), path.clone())));
        }
    }
    assert!(found.len() > 30, "{found:?}");
    found
}

fn filled(path: &str, room_id: &str) -> String {
    let path = path.replace("{room_id}", room_id);
    let path = path.replace("{server_name}", "globex.example");
    let path = path.replace("{participant_id}", "alice");
    path.replace("{line_id}", LINE)
}

/// What an endpoint that takes a body would take.
fn body(path: &str) -> Value {
    match path.rsplit('/').next() {
        Some("hand-over" | "check") => json!({"server_name": "globex.example"}),
        Some("federate") => json!({"enabled": true}),
        Some("invite") => json!({"fqid": "@carol:globex.example"}),
        Some("role") => json!({"role": "admin"}),
        Some("simulate") => json!({"peer": "globex.example"}),
        _ => json!({}),
    }
}

/// All that an admin could have changed.
async fn dump(pair: &Pair) -> String {
    let store = &pair.acme.store;
    let peers: Vec<_> = store.peers().await.unwrap();
    let people = store.participants("", true, None, 100, 0).await.unwrap();
    let accounts: Vec<_> = people
        .into_iter()
        .map(|row| (row.local_id, row.role, row.deactivated_at))
        .collect();
    let lists: Vec<_> = peers
        .into_iter()
        .map(|peer| (peer.server, peer.dropped_at))
        .collect();
    format!(
        "{:?}",
        (
            store.rooms().await.unwrap(),
            store.setting("federation_policy").await.unwrap(),
            store.setting("barred_rooms").await.unwrap(),
            store.members(&pair.room_id).await.unwrap(),
            accounts,
            lists,
        )
    )
}

// Members, people of another tenant and strangers get nowhere with anything, and nothing happens.
#[tokio::test]
async fn nobody_but_admins() {
    let pair = pair().await;
    let admin = Desk::admin(&pair.town, &pair.acme).await;
    let member = Desk::of(&pair.town, &pair.acme, "mia", Role::Member).await;
    let foreign = admin.bearing(Desk::admin(&pair.town, &pair.globex).await.token);
    let stranger = admin.bearing(String::new());
    let before = dump(&pair).await;
    for (method, path) in endpoints() {
        let at = filled(&path, pair.room_id.as_str());
        let cases = [
            (
                &member,
                StatusCode::FORBIDDEN,
                "SW_AUTH_INSUFFICIENT_PERMISSION",
            ),
            (&foreign, StatusCode::UNAUTHORIZED, "SW_AUTH_INVALID_TOKEN"),
            (&stranger, StatusCode::UNAUTHORIZED, "SW_AUTH_INVALID_TOKEN"),
        ];
        for (desk, status, code) in cases {
            let (said, json) = desk.ask(&method, &at, Some(body(&path))).await;
            assert_eq!(said, status, "{method} {path}: {json}");
            assert_eq!(json["error"]["code"], code, "{method} {path}");
        }
    }
    assert_eq!(dump(&pair).await, before);
}

// A room that is nobody's, or no room at all, is not there, whatever is done to it; nothing is echoed.
#[tokio::test]
async fn rooms_that_are_not_there() {
    let pair = pair().await;
    let admin = Desk::admin(&pair.town, &pair.acme).await;
    for (method, path) in endpoints() {
        if !path.contains("{room_id}") {
            continue;
        }
        for room_id in [NO_ROOM, "room-x", "NOT%20A%20ROOM"] {
            let at = filled(&path, room_id);
            let (status, json) = admin.ask(&method, &at, Some(body(&path))).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{method} {at}: {json}");
            assert_eq!(json["error"]["code"], "SW_ROOM_NOT_FOUND", "{method} {at}");
            assert!(!json.to_string().contains("NOT A ROOM"), "{json}");
        }
    }
}

// A body that is not one: named where it is wrong, and nothing happens.
#[tokio::test]
async fn bodies_that_are_none() {
    let pair = pair().await;
    let admin = Desk::admin(&pair.town, &pair.acme).await;
    let before = dump(&pair).await;
    let document = serde_json::to_value(scaiwave_api::openapi::document()).unwrap();
    let mut count = 0;
    for (method, path) in endpoints() {
        if document["paths"][&path][method.to_lowercase()]["requestBody"].is_null() {
            continue;
        }
        count += 1;
        let at = filled(&path, pair.room_id.as_str());
        for wrong in [json!([]), json!("x"), json!({"no_such_member": 1})] {
            let (status, json) = admin.ask(&method, &at, Some(wrong.clone())).await;
            assert_eq!(
                status,
                StatusCode::BAD_REQUEST,
                "{method} {path} {wrong}: {json}"
            );
            assert_eq!(json["error"]["code"], "SW_BAD_REQUEST", "{method} {path}");
            assert!(!json["error"]["message"].as_str().unwrap().is_empty());
        }
    }
    assert!(count >= 6, "{count} endpoints take a body");
    assert_eq!(dump(&pair).await, before);
}
