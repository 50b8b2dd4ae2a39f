//! Who hosts a room, and whether everybody holds the same of it.

use http::StatusCode;
use scaiwave_engine::store::record::Role;
use scaiwave_protocol::ServerName;
use serde_json::{Value, json};

use super::{Desk, Pair, pair, say};
use crate::town::until;

/// Somebody new of this tenant, in the room with the one who invites.
async fn newcomer(
    pair: &Pair,
    house: &crate::town::House,
    by: &scaiwave_engine::Viewer,
    name: &str,
) -> Desk {
    let desk = Desk::of(&pair.town, house, name, Role::Member).await;
    let fqid = format!("@{name}:{}", house.tenant.server_name());
    let fqid = scaiwave_protocol::Fqid::parse(&fqid).unwrap();
    scaiwave_engine::rooms::invite(&house.tenant, by, &pair.room_id, &fqid)
        .await
        .unwrap();
    until("the newcomer is in", || async {
        let path = format!("/v1/rooms/{}/join", pair.room_id);
        desk.ask("POST", &path, None).await.0.is_success()
    })
    .await;
    desk
}

fn at(pair: &Pair, what: &str) -> String {
    format!("/v1/admin/federation/rooms/{}/{what}", pair.room_id)
}

async fn refused(
    desk: &Desk,
    method: &str,
    path: &str,
    body: Option<Value>,
    status: u16,
    code: &str,
) {
    let (said, json) = desk.ask(method, path, body).await;
    assert_eq!(said.as_u16(), status, "{method} {path}: {json}");
    assert_eq!(json["error"]["code"], code, "{method} {path}");
}

// Both servers name the same chain; each says with whom it has compared, up to where and when.
#[tokio::test]
async fn integrity() {
    let pair = pair().await;
    let anna = newcomer(&pair, &pair.acme, &pair.alice, "anna").await;
    let greta = newcomer(&pair, &pair.globex, &pair.bob, "greta").await;
    let path = format!("/v1/rooms/{}/integrity", pair.room_id);
    until("both are equal", || async {
        let [ours, theirs] = [anna.get(&path).await, greta.get(&path).await];
        ours["chain"] == theirs["chain"] && ours["servers"][0]["seq"] == ours["seq"]
    })
    .await;
    let [ours, theirs] = [anna.get(&path).await, greta.get(&path).await];
    for (view, other) in [(&ours, "globex.example"), (&theirs, "acme.example")] {
        assert_eq!(view["term"], 1);
        assert_eq!(view["host"], "acme.example");
        assert_eq!(view["frozen"], Value::Null);
        assert_eq!(view["waiting_for"], json!([]));
        let servers = view["servers"].as_array().unwrap();
        assert_eq!(servers.len(), 1);
        assert_eq!(servers[0]["server_name"], other);
        assert_eq!(servers[0]["same"], true, "{view}");
        assert_eq!(servers[0]["unconfirmed"], false);
        assert!(servers[0]["checked_at"].as_str().unwrap().ends_with('Z'));
    }
    assert_eq!(ours["seq"], theirs["seq"]);
    // For those who are in it, admin or not.
    let admin = Desk::admin(&pair.town, &pair.acme).await;
    refused(&admin, "GET", &path, None, 404, "SW_ROOM_NOT_FOUND").await;
    let nowhere = "/v1/rooms/room-x/integrity";
    refused(&anna, "GET", nowhere, None, 404, "SW_ROOM_NOT_FOUND").await;
}

// The next host fetches what it lacks, its admin agrees, the present host's admin hands over.
#[tokio::test]
async fn a_room_changes_hands() {
    let pair = pair().await;
    let acme = Desk::admin(&pair.town, &pair.acme).await;
    let globex = Desk::admin(&pair.town, &pair.globex).await;
    let to = |server: &str| Some(json!({"server_name": server}));
    let hand_over = at(&pair, "hand-over");
    let take_over = at(&pair, "take-over");
    refused(
        &globex,
        "POST",
        &hand_over,
        to("acme.example"),
        403,
        "SW_ROOM_FORBIDDEN",
    )
    .await;
    refused(&acme, "POST", &take_over, None, 403, "SW_ROOM_FORBIDDEN").await;
    refused(
        &acme,
        "POST",
        &hand_over,
        to("NOT A NAME"),
        400,
        "SW_BAD_REQUEST",
    )
    .await;
    refused(
        &acme,
        "POST",
        &hand_over,
        to("acme.example"),
        400,
        "SW_BAD_REQUEST",
    )
    .await;
    // It began with a snapshot.
    refused(&globex, "POST", &take_over, None, 403, "SW_ROOM_FORBIDDEN").await;
    let path = format!("/v1/admin/rooms/{}/federation/backfill", pair.room_id);
    let done = globex.post(&path).await;
    assert_eq!(
        (&done["first_seq"], &done["complete"]),
        (&json!(1), &json!(true))
    );
    assert!(done["fetched"].as_u64().unwrap() > 0, "{done}");
    assert_eq!(
        globex.post(&path).await["fetched"],
        0,
        "nothing is missing any more"
    );
    until("the log is whole", || async {
        let room = pair.globex.store.room(&pair.room_id).await.unwrap();
        room.unwrap().base_seq == 0
    })
    .await;
    // Not before its admin agrees; and not after they thought better of it.
    refused(
        &acme,
        "POST",
        &hand_over,
        to("globex.example"),
        403,
        "SW_FED_POLICY_VIOLATION",
    )
    .await;
    globex.post(&take_over).await;
    globex.done("DELETE", &take_over).await;
    refused(
        &acme,
        "POST",
        &hand_over,
        to("globex.example"),
        403,
        "SW_FED_POLICY_VIOLATION",
    )
    .await;
    globex.post(&take_over).await;
    let (status, json) = acme.ask("POST", &hand_over, to("globex.example")).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    say(&pair.globex, &pair.bob, &pair.room_id, "ours now").await;
    for desk in [&acme, &globex] {
        until("globex is the host", || async {
            desk.get("/v1/admin/rooms").await[0]["host"] == "globex.example"
        })
        .await;
    }
    let audit = acme.get("/v1/admin/audit?action=room.handed_over").await;
    assert_eq!(audit[0]["peer"], "globex.example");
    assert_eq!(audit[0]["actor"], "@root:acme.example");
}

// Nothing is read-only and nothing in doubt here: both ways out say so, and there is no evidence.
#[tokio::test]
async fn ways_out_that_are_not_needed() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    refused(
        &desk,
        "POST",
        &at(&pair, "lift"),
        None,
        400,
        "SW_BAD_REQUEST",
    )
    .await;
    refused(
        &desk,
        "POST",
        &at(&pair, "confirm-newest"),
        None,
        404,
        "SW_ROOM_NOT_FOUND",
    )
    .await;
    assert_eq!(desk.get(&at(&pair, "evidence")).await, json!([]));
}

// A room that is read-only: people read why, admins lift it, and it goes on.
#[tokio::test]
async fn a_room_is_lifted() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let anna = newcomer(&pair, &pair.acme, &pair.alice, "anna").await;
    let why = "a reason for tests";
    let freeze = scaiwave_engine::store::Change::Freeze(pair.room_id.clone(), Some(why.to_owned()));
    let commit = scaiwave_engine::store::Commit::of(vec![freeze]);
    pair.acme.store.commit(commit).await.unwrap();
    assert_eq!(desk.get("/v1/admin/rooms").await[0]["frozen"], why);
    let path = format!("/v1/rooms/{}/integrity", pair.room_id);
    assert_eq!(anna.get(&path).await["frozen"], why);
    let lifted = desk.post(&at(&pair, "lift")).await;
    let head = pair
        .acme
        .store
        .room(&pair.room_id)
        .await
        .unwrap()
        .unwrap()
        .head;
    let expected =
        json!({"host": "acme.example", "kept_seq": head.seq, "set_aside": 0, "sent_again": 0});
    assert_eq!(lifted, expected);
    assert_eq!(anna.get(&path).await["frozen"], Value::Null);
    say(&pair.acme, &pair.alice, &pair.room_id, "on we go").await;
    assert_eq!(anna.get(&path).await["term"], 2);
    let audit = desk.get("/v1/admin/audit?action=room.lifted").await;
    assert!(
        audit[0]["message"].as_str().unwrap().contains(why),
        "{audit}"
    );
}

// A peer was set up anew: its new key waits, is compared by its words, and is accepted.
#[tokio::test]
async fn a_key_is_accepted() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let peer = "/v1/admin/federation/peers/globex.example";
    let accept = format!("{peer}/accept-key");
    refused(&desk, "POST", &accept, None, 404, "SW_NOT_FOUND").await;
    let keyring = pair.globex.tenant.keyring();
    let first = keyring.keys().into_iter().find(|key| key.signing).unwrap();
    let first = first.key_id.parse().unwrap();
    keyring
        .revoke(scaiwave_engine::audit::Actor::Operator, first, None, true)
        .await
        .unwrap();
    pair.town.clock.pass(600);
    say(&pair.globex, &pair.bob, &pair.room_id, "with a new key").await;
    until("the candidate", || async {
        desk.get(peer).await["candidate"].is_object()
    })
    .await;
    let detail = desk.get(peer).await;
    let theirs = Desk::admin(&pair.town, &pair.globex).await;
    let identity = theirs.get("/v1/admin/federation/identity").await;
    assert_eq!(
        detail["candidate"]["fingerprint_words"],
        identity["fingerprint_words"]
    );
    assert_eq!(detail["candidate"]["key_id"], identity["key_id"]);
    assert!(detail["candidate_since"].is_string());
    assert_ne!(detail["pinned_keys"][0]["key_id"], identity["key_id"]);
    let alarm = desk.get("/v1/admin/audit?severity=alarm").await;
    assert_eq!(alarm[0]["action"], "peer.key_untrusted");
    desk.post(&accept).await;
    let detail = desk.get(peer).await;
    assert_eq!(detail["candidate"], Value::Null);
    assert_eq!(detail["candidate_since"], Value::Null);
    assert_eq!(detail["peer"]["key_id"], identity["key_id"]);
    let server = ServerName::parse("acme.example").unwrap();
    scaiwave_engine::peering::retry(&pair.globex.tenant, &pair.globex.admin(), &server)
        .await
        .unwrap();
    until("bob's words", || async {
        pair.globex
            .store
            .pending(&pair.room_id)
            .await
            .unwrap()
            .is_empty()
    })
    .await;
}
