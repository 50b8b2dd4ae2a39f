//! What people of other servers are called: in the directory, and when their home is asked again.

use http::StatusCode;
use scaiwave_engine::accounts;
use scaiwave_engine::policy::Mode;
use scaiwave_engine::rooms;
use scaiwave_engine::store::record::{AccountPatch, Role};
use scaiwave_engine::store::{Change, Commit};
use serde_json::{Value, json};

use super::{Desk, Pair, pair, say};
use crate::town::{House, until};

const REFRESH: &str = "/v1/admin/federation/foreign/@bob:globex.example/refresh";
const DIRECTORY: &str = "/v1/directory/participants";

/// An admin of acme who is in the room with bob.
async fn admin_in_the_room(pair: &Pair) -> Desk {
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    let viewer = desk.viewer(&pair.acme).await;
    let (tenant, room) = (&pair.acme.tenant, &pair.room_id);
    rooms::invite(tenant, &pair.alice, room, &viewer.fqid)
        .await
        .unwrap();
    desk.post(&format!("/v1/rooms/{room}/join")).await;
    desk
}

/// Bob has another name at home, of which no room has heard yet.
async fn called_at_home(globex: &House, pair: &Pair, name: &str) {
    let patch = AccountPatch {
        display_name: Some(name.to_owned()),
        ..AccountPatch::default()
    };
    let change = Change::PatchParticipant(pair.bob.local_id.clone(), patch);
    globex.store.commit(Commit::of(vec![change])).await.unwrap();
}

async fn names(desk: &Desk, query: &str) -> Vec<String> {
    let found = desk.get(&format!("{DIRECTORY}?{query}")).await;
    let names = found.as_array().unwrap().iter();
    names
        .map(|person| person["display_name"].as_str().unwrap().to_owned())
        .collect()
}

async fn refused(desk: &Desk, path: &str) -> (u16, String) {
    let (status, json) = desk.ask("POST", path, None).await;
    assert_ne!(status, StatusCode::OK, "{json}");
    let code = json["error"]["code"].as_str().unwrap().to_owned();
    (status.as_u16(), code)
}

#[tokio::test]
async fn the_home_is_asked_again() {
    let pair = pair().await;
    let desk = admin_in_the_room(&pair).await;
    assert_eq!(names(&desk, "type=federated").await, ["bob"]);
    called_at_home(&pair.globex, &pair, "Bobby").await;
    assert_eq!(names(&desk, "type=federated").await, ["bob"]);
    let (status, json) = desk.ask("POST", REFRESH, None).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    assert_eq!(json["data"]["display_name"], "Bobby");
    assert_eq!(json["data"]["fqid"], "@bob:globex.example");
    assert_eq!(json["data"]["participant_type"], "federated");
    assert_eq!(names(&desk, "type=federated").await, ["Bobby"]);
    let audit = desk.get("/v1/admin/audit?action=profile.refreshed").await;
    assert_eq!(audit[0]["peer"], "globex.example");
    assert_eq!(audit[0]["actor"], "@root:acme.example");
    // In the room he is called what he has said there.
    let room = format!("/v1/rooms/{}/members", pair.room_id);
    let members = desk.get(&room).await;
    let mut members = members.as_array().unwrap().iter();
    let bob = members.find(|member| member["participant_id"] == "@bob:globex.example");
    assert_eq!(bob.unwrap()["participant"]["display_name"], "bob");
    // What a room hears of him later is newer than that.
    pair.town.clock.pass(1);
    accounts::set_display_name(&pair.globex.tenant, &pair.bob, "Robert")
        .await
        .unwrap();
    until("the new name", || async {
        names(&desk, "type=federated").await == ["Robert"]
    })
    .await;
}

#[tokio::test]
async fn whom_nobody_is_asked_about() {
    let pair = pair().await;
    let desk = Desk::admin(&pair.town, &pair.acme).await;
    pair.cut_off(&pair.globex);
    let nobody = (404, "SW_NOT_FOUND".to_owned());
    for name in [
        "@root:acme.example",
        "@alice:acme.example",
        "@ghost:globex.example",
        "@bob:elsewhere.example",
        "bob",
        "@bob",
        "@_server:globex.example",
        "%FF",
        "@BOB:globex.example",
    ] {
        let path = format!("/v1/admin/federation/foreign/{name}/refresh");
        let answer = refused(&desk, &path).await;
        let malformed = (400, "SW_BAD_REQUEST".to_owned());
        let expected = if name == "%FF" { &malformed } else { &nobody };
        assert_eq!(answer, *expected, "{name}");
    }
    let tries = pair.town.street.cut_off.lock().take().unwrap().1;
    assert_eq!(tries, 0, "nobody was asked");
    let member = Desk::of(&pair.town, &pair.acme, "mia", Role::Member).await;
    let answer = refused(&member, REFRESH).await;
    let expected = (403, "SW_AUTH_INSUFFICIENT_PERMISSION".to_owned());
    assert_eq!(answer, expected);
}

// A home that is away, refused by policy, or answers what cannot be believed: nothing is kept.
#[tokio::test]
async fn a_home_that_does_not_help() {
    let pair = pair().await;
    let desk = admin_in_the_room(&pair).await;
    let unreachable = (502, "SW_FED_PEER_UNREACHABLE".to_owned());
    pair.cut_off(&pair.globex);
    assert_eq!(refused(&desk, REFRESH).await, unreachable);
    pair.mend();
    let profile = |fqid: &str, name: &str, avatar: Value| json!({"fqid": fqid, "display_name": name, "avatar": avatar, "participant_type": "human"});
    let bob = "@bob:globex.example";
    for (lie, taken) in [
        (profile("@eve:globex.example", "Eve", Value::Null), false),
        (profile(bob, "", Value::Null), false),
        (profile(bob, &"x".repeat(101), Value::Null), false),
        (profile(bob, "Bob\u{202E}nimda", Value::Null), false),
        (profile(bob, "Bob", "m".repeat(256).into()), false),
        (json!({"fqid": bob}), false),
        (profile(bob, "Bob", "m".repeat(255).into()), true),
    ] {
        let body = lie.to_string();
        *pair.town.street.meddler.lock() = Some(Box::new(move |url, mut answer| {
            if url.contains("/profile/") {
                answer.body = body.clone().into();
            }
            Ok(answer)
        }));
        let (status, json) = desk.ask("POST", REFRESH, None).await;
        *pair.town.street.meddler.lock() = None;
        assert_eq!(status == StatusCode::OK, taken, "{lie}: {json}");
        if !taken {
            assert_eq!(json["error"]["code"], "SW_FED_PEER_UNREACHABLE", "{lie}");
            assert_eq!(names(&desk, "type=federated").await, ["bob"], "{lie}");
        }
    }
    // Bob is gone from there.
    *pair.town.street.meddler.lock() = Some(Box::new(|url, mut answer| {
        if url.contains("/profile/") {
            answer.status = StatusCode::NOT_FOUND;
            answer.body =
                r#"{"error":{"code":"SW_FED_PARTICIPANT_UNKNOWN","message":"no"}}"#.into();
        }
        Ok(answer)
    }));
    let gone = (404, "SW_FED_PARTICIPANT_UNKNOWN".to_owned());
    assert_eq!(refused(&desk, REFRESH).await, gone);
    *pair.town.street.meddler.lock() = None;
    pair.acme
        .policy(|policy| policy.default_mode = Mode::InviteOnly)
        .await;
    let not_admitted = (403, "SW_FED_POLICY_VIOLATION".to_owned());
    assert_eq!(refused(&desk, REFRESH).await, not_admitted);
}

// The directory tells of people elsewhere only to those who share a room with them, and pages through both.
#[tokio::test]
async fn the_directory_with_people_elsewhere() {
    let pair = pair().await;
    let desk = admin_in_the_room(&pair).await;
    let mia = Desk::of(&pair.town, &pair.acme, "mia", Role::Member).await;
    let (ours, with_bob) = (["alice", "mia", "root"], ["alice", "mia", "root", "bob"]);
    assert_eq!(names(&desk, "").await, ours);
    assert_eq!(names(&desk, "include_federated=false").await, ours);
    assert_eq!(names(&desk, "include_federated=true").await, with_bob);
    assert_eq!(names(&mia, "include_federated=true").await, ours);
    assert!(names(&mia, "type=federated").await.is_empty());
    assert_eq!(
        names(&desk, "type=human&include_federated=true").await,
        ours
    );
    assert!(names(&desk, "type=bot").await.is_empty());
    for (query, expected) in [
        ("limit=2", &with_bob[..2]),
        ("limit=2&offset=2", &with_bob[2..]),
        ("limit=2&offset=3", &with_bob[3..]),
        ("limit=2&offset=4", &[]),
        ("limit=3", &with_bob[..3]),
        ("limit=9&offset=3", &with_bob[3..]),
        ("q=GLOBEX", &with_bob[3..]),
        ("q=BO", &with_bob[3..]),
        ("q=acme", &[]),
        ("q=nobody", &[]),
    ] {
        let query = format!("include_federated=true&{query}");
        assert_eq!(names(&desk, &query).await, expected, "{query}");
    }
    let only = desk.get(&format!("{DIRECTORY}?type=federated")).await;
    assert_eq!(only[0]["participant_type"], "federated");
    assert_eq!(only[0]["server_name"], "globex.example");
}

// Bad-input row T133: somebody of another server takes the name of the room's owner, or one that looks the same. It is
// shown, and beside every name stands whose it is and what its owner may do: never in the name alone.
#[tokio::test]
async fn the_name_of_the_owner() {
    let pair = pair().await;
    let desk = admin_in_the_room(&pair).await;
    let room = format!("/v1/rooms/{}", pair.room_id);
    say(&pair.acme, &pair.alice, &pair.room_id, "hello").await;
    // As it is; a Cyrillic a; a Greek alpha; a full-width one; with a dot below.
    for name in [
        "alice",
        "\u{430}lice",
        "\u{3b1}lice",
        "\u{ff41}lice",
        "a\u{323}lice",
    ] {
        pair.town.clock.pass(1);
        accounts::set_display_name(&pair.globex.tenant, &pair.bob, name)
            .await
            .unwrap();
        let said = say(&pair.globex, &pair.bob, &pair.room_id, name).await;
        let path = format!("{room}/messages");
        until("his words", || async {
            let lines = desk.get(&path).await;
            lines
                .as_array()
                .unwrap()
                .iter()
                .any(|line| line["id"] == said.to_string())
        })
        .await;
        let members = desk.get(&format!("{room}/members")).await;
        let member = |fqid: &str| {
            let mut members = members.as_array().unwrap().iter();
            members
                .find(|member| member["participant_id"] == fqid)
                .unwrap()
        };
        let (alice, bob) = (member("@alice:acme.example"), member("@bob:globex.example"));
        assert_eq!(
            (&alice["power_level"], &bob["power_level"]),
            (&json!(100), &json!(0))
        );
        assert_eq!(alice["participant"]["display_name"], "alice");
        assert_eq!(bob["participant"]["display_name"], name);
        assert_eq!(bob["participant"]["participant_type"], "federated");
        assert_eq!(bob["participant"]["server_name"], "globex.example");
        let timeline = desk.get(&path).await;
        let synced = desk.get("/v1/sync").await["events"].take();
        for lines in [timeline, synced] {
            let mut words = 0;
            for line in lines.as_array().unwrap() {
                let (sender, server) = (&line["sender"], &line["sender"]["server_name"]);
                assert_eq!(sender["fqid"], line["sender_id"], "{line}");
                let home = line["sender_id"]
                    .as_str()
                    .unwrap()
                    .rsplit(':')
                    .next()
                    .unwrap();
                assert_eq!(server, home, "{line}");
                if line["event_type"] == "swp.room.message" {
                    let expected = if home == "globex.example" {
                        name
                    } else {
                        "alice"
                    };
                    assert_eq!(sender["display_name"], expected, "{line}");
                    words += 1;
                }
            }
            assert!(words >= 2, "{lines}");
        }
    }
}
