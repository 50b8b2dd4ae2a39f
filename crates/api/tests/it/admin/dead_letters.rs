//! What a peer has rejected for good: seen, retried, dropped.

use scaiwave_engine::policy::Mode;
use scaiwave_engine::{invitations, rooms};
use scaiwave_federation::client::Answer;
use scaiwave_protocol::event::content::RoomLife;
use serde_json::Value;

use super::{Desk, Pair, pair, say};
use crate::town::until;

const LETTERS: &str = "/v1/admin/federation/dead-letters";

async fn first_letter(desk: &Desk) -> Value {
    until("a dead letter", || async {
        !desk.get(LETTERS).await.as_array().unwrap().is_empty()
    })
    .await;
    desk.get(LETTERS).await[0].take()
}

/// Bob writes while acme cannot be reached; meanwhile alice archives the room, so that acme refuses it.
async fn refused_message(pair: &Pair) -> scaiwave_protocol::EventId {
    pair.cut_off(&pair.acme);
    let event_id = say(&pair.globex, &pair.bob, &pair.room_id, "too late").await;
    rooms::set_life(
        &pair.acme.tenant,
        &pair.alice,
        &pair.room_id,
        RoomLife::Archived,
    )
    .await
    .unwrap();
    pair.mend();
    pair.globex
        .tenant
        .doorbells()
        .ring(pair.acme.tenant.server_name());
    event_id
}

// An event that the host refused can be sent again when the reason is gone; its author sees it arrive.
#[tokio::test]
async fn an_event_is_sent_once_more() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.globex).await;
    let event_id = refused_message(&pair).await;
    desk.post("/v1/admin/federation/peers/acme.example/retry")
        .await;
    let letter = first_letter(&desk).await;
    assert_eq!(letter["kind"], "submit", "{letter}");
    assert_eq!(letter["peer"], "acme.example");
    assert_eq!(letter["event_id"], event_id.to_string());
    assert_eq!(letter["code"], "SW_FED_NOT_AUTHORIZED");
    assert!(
        !letter["explanation"]["remedies"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    // It overtook nothing: what came later has a number above it.
    rooms::set_life(
        &pair.acme.tenant,
        &pair.alice,
        &pair.room_id,
        RoomLife::Open,
    )
    .await
    .unwrap();
    until("the room is open at globex", || async {
        let view = rooms::get(&pair.globex.tenant, &pair.bob, &pair.room_id).await;
        view.unwrap().life == RoomLife::Open
    })
    .await;
    say(&pair.globex, &pair.bob, &pair.room_id, "next").await;
    let id = letter["id"].as_str().unwrap();
    desk.post(&format!("{LETTERS}/{id}/retry")).await;
    until("the event in the log", || async {
        let entry = pair.acme.store.entry(&pair.room_id, &event_id).await;
        entry.unwrap().is_some()
    })
    .await;
    assert_eq!(desk.get(LETTERS).await, serde_json::json!([]));
    let audit = desk.get("/v1/admin/audit?action=dead_letter.retried").await;
    assert_eq!(audit[0]["actor"], "@root:globex.example");
}

// Retried too early it is refused here already, and stays; dropped it is gone for good, and its author
// still sees that it was not delivered.
#[tokio::test]
async fn a_letter_is_dropped() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.globex).await;
    let event_id = refused_message(&pair).await;
    desk.post("/v1/admin/federation/peers/acme.example/retry")
        .await;
    let letter = first_letter(&desk).await;
    let id = letter["id"].as_str().unwrap();
    until("the archived room at globex", || async {
        let view = rooms::get(&pair.globex.tenant, &pair.bob, &pair.room_id).await;
        view.unwrap().life == RoomLife::Archived
    })
    .await;
    let (status, json) = desk
        .ask("POST", &format!("{LETTERS}/{id}/retry"), None)
        .await;
    assert_eq!(status, http::StatusCode::CONFLICT, "{json}");
    assert_eq!(desk.get(LETTERS).await.as_array().unwrap().len(), 1);
    desk.post(&format!("{LETTERS}/{id}/drop")).await;
    assert_eq!(desk.get(LETTERS).await, serde_json::json!([]));
    let audit = desk.get("/v1/admin/audit?action=dead_letter.dropped").await;
    assert_eq!(audit.as_array().unwrap().len(), 1);
    let row = pair
        .globex
        .store
        .pending_event(&pair.room_id, &event_id)
        .await
        .unwrap();
    assert!(row.is_some_and(|row| row.refused.is_some()));
}

// An invitation that a policy refused is made again by the same person when the policy has changed.
#[tokio::test]
async fn an_invitation_is_made_again() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let carol = pair.globex.person("carol").await;
    pair.globex
        .policy(|policy| policy.default_mode = Mode::Closed)
        .await;
    rooms::invite(&pair.acme.tenant, &pair.alice, &pair.room_id, &carol.fqid)
        .await
        .unwrap();
    let letter = first_letter(&desk).await;
    assert_eq!(letter["kind"], "invite", "{letter}");
    assert_eq!(letter["participant_id"], "@carol:globex.example");
    pair.globex
        .policy(|policy| policy.default_mode = Mode::Open)
        .await;
    let id = letter["id"].as_str().unwrap();
    until("the invitation taken back", || async {
        let member = pair.acme.store.member(&pair.room_id, &carol.fqid).await;
        member.unwrap().is_some_and(|member| {
            member.membership == scaiwave_protocol::event::content::Membership::Leave
        })
    })
    .await;
    desk.post(&format!("{LETTERS}/{id}/retry")).await;
    until("the invitation", || async {
        let waiting = invitations::list(&pair.globex.tenant, &carol).await;
        !waiting.unwrap().is_empty()
    })
    .await;
    assert_eq!(desk.get(LETTERS).await, serde_json::json!([]));
}

// A whole room is stopped for a peer that refused its entries: a retry compares heads, and where they fit
// the room goes on and the letter is settled.
#[tokio::test]
async fn a_stopped_room_goes_on() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    *pair.town.street.meddler.lock() = Some(Box::new(|url, answer| {
        let mut json: Value = serde_json::from_slice(&answer.body).unwrap();
        if !url.ends_with("/send") {
            return Ok(answer);
        }
        for result in json["results"].as_array_mut().unwrap() {
            if result["have_seq"].is_u64() {
                *result = serde_json::json!({
                    "status": "rejected", "code": "SW_FED_CHAIN_BROKEN", "message": "not today",
                });
            }
        }
        Ok(Answer {
            body: json.to_string().into(),
            ..answer
        })
    }));
    say(&pair.acme, &pair.alice, &pair.room_id, "one").await;
    let letter = first_letter(&desk).await;
    assert_eq!(letter["kind"], "entries", "{letter}");
    assert_eq!(letter["peer"], "globex.example");
    assert_eq!(letter["room_id"], pair.room_id.as_str());
    assert_eq!(letter["room_name"], "tea");
    assert_eq!(letter["event_id"], Value::Null);
    assert_eq!(letter["participant_id"], Value::Null);
    assert_eq!(letter["code"], "SW_FED_CHAIN_BROKEN");
    assert_eq!(letter["message"], "not today");
    let remedies = letter["explanation"]["remedies"].to_string();
    assert!(remedies.contains("retry its dead letter"), "{remedies}");
    let peer = "/v1/admin/federation/peers/globex.example";
    let detail = desk.get(peer).await;
    assert_eq!(detail["peer"]["stopped_rooms"], 1);
    assert_eq!(detail["peer"]["dead_letters"], 1);
    let stopped = detail["rooms"][0]["stopped"].as_str().unwrap();
    assert!(stopped.contains("not today"), "{stopped}");
    *pair.town.street.meddler.lock() = None;
    let id = letter["id"].as_str().unwrap();
    desk.post(&format!("{LETTERS}/{id}/retry")).await;
    until("the letter is settled", || async {
        desk.get(LETTERS).await == serde_json::json!([])
    })
    .await;
    say(&pair.acme, &pair.alice, &pair.room_id, "two").await;
    until("everything is acknowledged", || async {
        let detail = desk.get(peer).await;
        detail["peer"]["lag_events"] == 0 && detail["rooms"][0]["stopped"].is_null()
    })
    .await;
}
