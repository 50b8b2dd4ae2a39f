//! The two logs: what was refused, and who changed what.

use http::StatusCode;
use scaiwave_engine::audit::{self, Action, Actor, Happening};
use scaiwave_engine::live::{FrameBody, Session};
use scaiwave_engine::policy::Mode;
use scaiwave_engine::store::record::Role;
use scaiwave_engine::{Viewer, accounts, rooms, upkeep};
use serde_json::json;

use super::{Desk, pair};
use crate::town::until;

// A line of the rejection log tells what was refused, what that means and what to do; the filters find it.
#[tokio::test]
async fn a_rejection_in_plain_words() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.globex).await;
    let carol = pair.globex.person("carol").await;
    pair.globex
        .policy(|policy| policy.default_mode = Mode::Closed)
        .await;
    rooms::invite(&pair.acme.tenant, &pair.alice, &pair.room_id, &carol.fqid)
        .await
        .unwrap();
    let path = format!(
        "/v1/admin/federation/rejections?direction=inbound&peer=acme.example&room_id={}",
        pair.room_id
    );
    until("a rejection", || async {
        !desk.get(&path).await.as_array().unwrap().is_empty()
    })
    .await;
    let line = desk.get(&path).await[0].take();
    let id = line["id"].as_str().unwrap();
    let detail = desk
        .get(&format!("/v1/admin/federation/rejections/{id}"))
        .await;
    assert_eq!(detail["rejection"], line);
    let sample = line["sample"].as_str().unwrap();
    assert!(sample.contains("@carol:globex.example"), "{sample}");
    let explanation = &detail["explanation"];
    for member in ["meaning", "step"] {
        assert!(explanation[member].as_str().unwrap().ends_with('.'));
    }
    assert!(!explanation["causes"].as_array().unwrap().is_empty());
    assert!(!explanation["remedies"].as_array().unwrap().is_empty());
    let elsewhere = desk
        .get("/v1/admin/federation/rejections?room_id=room-none")
        .await;
    assert_eq!(elsewhere, json!([]));
}

// What an admin changes is in the audit log, in words, page by page; what changes nothing is not.
#[tokio::test]
async fn changes_are_written_down() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let put = async |body| {
        // Lines of one moment have no order among themselves.
        pair.town.clock.pass(1);
        let path = "/v1/admin/federation/policy";
        let (status, json) = desk.ask("PUT", path, Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{json}");
    };
    put(json!({"allowed_peers": ["globex.example"], "invites_per_peer_per_hour": 5})).await;
    put(json!({"invites_per_peer_per_hour": 5})).await;
    put(json!({"allowed_peers": []})).await;
    let path = "/v1/admin/audit?action=policy.changed&severity=change&limit=1";
    let (_, page) = desk.ask("GET", path, None).await;
    assert_eq!(
        page["data"][0]["message"],
        "The federation policy: allowed_peers without globex.example."
    );
    assert_eq!(page["data"][0]["actor"], "@root:acme.example");
    let cursor = page["meta"]["next_cursor"].as_str().unwrap();
    let (_, page) = desk
        .ask("GET", &format!("{path}&before={cursor}"), None)
        .await;
    assert_eq!(
        page["data"][0]["message"],
        "The federation policy: invites_per_peer_per_hour from 60 to 5; allowed_peers with globex.example."
    );
}

// An alarm reaches the admins who are there, once, and stands in their inbox.
#[tokio::test]
async fn admins_are_told_of_alarms() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let tenant = &pair.acme.tenant;
    let bearer = accounts::authenticate(tenant, &desk.token).await;
    let viewer = bearer.unwrap().viewer;
    let member = Viewer {
        role: Role::Member,
        ..pair.alice.clone()
    };
    let open = async |viewer: &Viewer| {
        let session = Session::open(tenant.clone(), viewer.clone(), None).await;
        session.unwrap()
    };
    let (mut told, mut untold) = (open(&viewer).await, open(&member).await);
    let happening = Happening {
        actor: Actor::Server,
        action: Action::HostTwoHistories,
        peer: Some(pair.globex.tenant.server_name()),
        room_id: Some(&pair.room_id),
        message: "The host told two histories.".to_owned(),
    };
    audit::record(tenant, vec![audit::alarm(tenant, happening)]).await;
    upkeep::run(tenant).await;
    upkeep::run(tenant).await;
    let alarms = |body: &FrameBody| matches!(body, FrameBody::Notification { reason, .. } if reason == "alarm");
    let frames = told.next().await.unwrap();
    let count = frames.iter().filter(|frame| alarms(&frame.body)).count();
    assert_eq!(count, 1, "told once");
    let nothing = tokio::time::timeout(std::time::Duration::from_millis(50), untold.next()).await;
    let quiet = nothing.map_or(true, |frames| {
        frames.unwrap().iter().all(|frame| !alarms(&frame.body))
    });
    assert!(quiet, "members are not told");
    let inbox = desk.get("/v1/inbox/priority").await;
    let line = &inbox[0];
    assert_eq!(line["reason"], "alarm", "{inbox}");
    assert_eq!(line["snippet"], "The host told two histories.");
    let alarms = desk.get("/v1/admin/audit?severity=alarm").await;
    assert_eq!(alarms[0]["action"], "host.two_histories");
    assert_eq!(alarms[0]["actor"], "server");
}
