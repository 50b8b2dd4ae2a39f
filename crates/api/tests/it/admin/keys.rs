//! An admin makes the next key of the server.

use http::StatusCode;
use scaiwave_engine::store::record::Role;
use serde_json::{Value, json};

use super::{Desk, pair, say};
use crate::town::until;

const ROTATE: &str = "/v1/admin/federation/keys/rotate";
const IDENTITY: &str = "/v1/admin/federation/identity";
const DAY_S: u64 = 24 * 60 * 60;

async fn refused(desk: &Desk, body: Value) -> (u16, String) {
    let (status, json) = desk.ask("POST", ROTATE, Some(body)).await;
    assert_ne!(status, StatusCode::OK, "{json}");
    let code = json["error"]["code"].as_str().unwrap().to_owned();
    (status.as_u16(), code)
}

// The successor is published at once and signs a day later; the other server goes on believing, before and after.
#[tokio::test]
async fn the_next_key() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let first = desk.get(IDENTITY).await;
    let too_soon = (409, "SW_KEY_TOO_SOON".to_owned());
    assert_eq!(refused(&desk, json!({})).await, too_soon);
    assert_eq!(refused(&desk, json!({"force": false})).await, too_soon);
    assert_eq!(desk.get(IDENTITY).await, first, "nothing was changed");

    let (status, json) = desk.ask("POST", ROTATE, Some(json!({"force": true}))).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    let made = &json["data"];
    assert_eq!(made["signing"], false);
    let signing = |identity: &Value| {
        let keys = identity["keys"].as_array().unwrap().iter();
        let mut signing = keys.filter(|key| key["signing"] == true);
        signing.next().unwrap()["key_id"].clone()
    };
    let identity = desk.get(IDENTITY).await;
    assert_eq!(signing(&identity), first["key_id"], "the old one signs");
    assert_eq!(identity["key_id"], made["key_id"], "it is shown to others");
    assert_eq!(identity["keys"][1], *made);
    let audit = desk.get("/v1/admin/audit?action=key.rotated").await;
    assert_eq!(audit.as_array().unwrap().len(), 1);
    assert_eq!(audit[0]["actor"], "@root:acme.example");
    assert_eq!(refused(&desk, json!({})).await, too_soon);

    pair.town.clock.pass(DAY_S);
    let desk = Desk::again(&pair.town, &pair.acme, "root").await;
    let identity = desk.get(IDENTITY).await;
    assert_eq!(signing(&identity), made["key_id"], "the new one signs");
    say(&pair.acme, &pair.alice, &pair.room_id, "by the new key").await;
    let peer = "/v1/admin/federation/peers/globex.example";
    until("the other server takes it", || async {
        desk.get(peer).await["peer"]["lag_events"] == 0
    })
    .await;
    let (status, json) = desk.ask("POST", ROTATE, Some(json!({}))).await;
    assert_eq!(status, StatusCode::OK, "a day later: {json}");
}

// A descriptor lists 128 keys: one more is refused, and nothing is made.
#[tokio::test]
async fn as_many_keys_as_there_may_be() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let force = json!({"force": true});
    for _ in 1..scaiwave_protocol::limits::DESCRIPTOR_KEYS_MAX {
        let (status, json) = desk.ask("POST", ROTATE, Some(force.clone())).await;
        assert_eq!(status, StatusCode::OK, "{json}");
    }
    let too_many = (409, "SW_KEY_TOO_MANY".to_owned());
    assert_eq!(refused(&desk, force).await, too_many);
    let keys = &desk.get(IDENTITY).await["keys"];
    let count = keys.as_array().unwrap().len();
    assert_eq!(count, scaiwave_protocol::limits::DESCRIPTOR_KEYS_MAX);
}

// Each tenant has keys of its own: an admin rotates those of their tenant, and a member none.
#[tokio::test]
async fn whose_key() {
    let pair = pair().await;
    let theirs = Desk::admin(&pair.town, &pair.globex).await;
    let ours = Desk::admin(&pair.town, &pair.acme).await;
    let before = ours.get(IDENTITY).await;
    let force = json!({"force": true});
    let (status, _) = theirs.ask("POST", ROTATE, Some(force.clone())).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(ours.get(IDENTITY).await, before);
    let member = Desk::of(&pair.town, &pair.acme, "mia", Role::Member).await;
    let answer = refused(&member, force).await;
    let expected = (403, "SW_AUTH_INSUFFICIENT_PERMISSION".to_owned());
    assert_eq!(answer, expected);
    assert_eq!(ours.get(IDENTITY).await, before);
}
