//! Two processes share rooms: what people do on one is seen on the other.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use crate::harness::{Pair, equal_histories, eventually};

/// The main job: whatever is said on one side stands on the other, in the same order.
#[tokio::test]
async fn a_room_is_one_on_both_servers() {
    let pair = Pair::start().await;
    let Pair { alice, bob, .. } = &pair;
    let (mut at_a, mut at_b) = (alice.stream().await, bob.stream().await);
    let room = alice.create_room("Plans").await;
    alice.invite(&room, bob).await;
    let invitation = bob.invitation(&room).await;
    assert_eq!(invitation["inviter_id"], alice.fqid.as_str());
    assert_eq!(invitation["host"], pair.a.name());
    assert_eq!(
        invitation["name"], "Plans",
        "the host is trusted: its name is shown"
    );
    bob.accept(&room).await;
    let joins = |frame: &Value| {
        frame["membership"] == "join" && frame["participant_id"] == bob.fqid.as_str()
    };
    at_a.until("the host sees Bob join", joins).await;
    at_b.until("Bob sees himself join", joins).await;

    let hello = alice.say(&room, json!({"body": "hello"})).await;
    at_b.sequenced(&hello).await;
    let reply = bob
        .say(
            &room,
            json!({"body": "hi", "reply_to_event_id": hello["id"]}),
        )
        .await;
    let reply = at_a.sequenced(&reply).await["event"].take();
    assert_eq!(reply["content"]["reply_to_event_id"], hello["id"]);
    at_b.sequenced(&reply).await;

    let id = |event: &Value| event["id"].as_str().expect("an id").to_owned();
    let (hello, reply) = (id(&hello), id(&reply));
    bob.react(&room, &hello, "👍", Method::PUT).await;
    at_a.until("the reaction", |frame| {
        frame["event_id"] == hello.as_str() && frame["emoji"] == "👍"
    })
    .await;
    alice.react(&room, &reply, "🎉", Method::PUT).await;
    alice.react(&room, &reply, "🎉", Method::DELETE).await;
    at_b.until("the reaction is gone", |frame| frame["action"] == "remove")
        .await;

    bob.change(
        &room,
        &reply,
        "edit",
        json!({"content": {"body": "hi there"}}),
    )
    .await;
    at_a.until("the edit", |frame| {
        frame["type"] == "swp.room.edit" && frame["content"]["body"] == "hi there"
    })
    .await;
    let slip = bob.say(&room, json!({"body": "not for here"})).await;
    at_a.sequenced(&slip).await;
    let slip = id(&slip);
    bob.change(&room, &slip, "redact", json!({})).await;
    at_a.until("the redaction", |frame| {
        frame["type"] == "swp.room.redaction" && frame["event_id"] == slip.as_str()
    })
    .await;

    let history = equal_histories(alice, bob, &room).await;
    let line = |id: &str| {
        history
            .lines
            .iter()
            .find(|line| line.1 == id)
            .expect("a line")
    };
    assert_eq!(line(&reply).4["body"], "hi there");
    assert_eq!(line(&slip).4, json!({}), "the words are gone");
    assert!(line(&slip).6);
    assert_eq!(line(&hello).5[0]["count"], 1);
    assert_eq!(line(&reply).5, json!([]));
}

/// A mention is decided and delivered by the home of whoever is mentioned.
#[tokio::test]
async fn a_mention_arrives_in_the_inbox_at_home() {
    let pair = Pair::start().await;
    let room = pair.room().await;
    let Pair { alice, bob, .. } = &pair;
    for (by, to) in [(alice, bob), (bob, alice)] {
        let mut stream = to.stream().await;
        let content = json!({"body": "look at this", "mentions": [to.fqid]});
        let said = by.say(&room, content).await;
        stream
            .until("the notification", |frame| {
                frame["reason"] == "direct_mention" && frame["event_id"] == said["id"]
            })
            .await;
        let inbox = to.get("/v1/inbox/priority").await;
        assert_eq!(inbox[0]["event_id"], said["id"]);
        assert_eq!(inbox[0]["sender_id"], by.fqid.as_str());
        assert_eq!(inbox[0]["snippet"], "look at this");
    }
}

#[tokio::test]
async fn typing_is_seen_on_the_other_server() {
    let pair = Pair::start().await;
    let room = pair.room().await;
    let Pair { alice, bob, .. } = &pair;
    for (by, to) in [(alice, bob), (bob, alice)] {
        let mut stream = to.stream().await;
        by.put("/v1/typing", json!({"room_id": room, "typing": true}))
            .await;
        stream
            .until("typing", |frame| {
                frame["type"] == "typing"
                    && frame["participant_id"] == by.fqid.as_str()
                    && frame["typing"] == true
            })
            .await;
    }
}

/// Who goes away while writing is not shown as writing for ever, although nobody says that it ended.
#[tokio::test]
async fn typing_ends_by_itself() {
    let pair = Pair::start().await;
    let room = pair.room().await;
    let Pair { alice, bob, .. } = &pair;
    let mut stream = bob.stream().await;
    let typing = |frame: &Value, is: bool| {
        frame["type"] == "typing"
            && frame["participant_id"] == alice.fqid.as_str()
            && frame["typing"] == is
    };
    alice
        .put("/v1/typing", json!({"room_id": room, "typing": true}))
        .await;
    stream.until("typing", |frame| typing(frame, true)).await;
    let began = std::time::Instant::now();
    stream.until("no more", |frame| typing(frame, false)).await;
    let after = began.elapsed();
    assert!(after >= Duration::from_secs(3), "it ended after {after:?}");
}

/// People see who is there on the other server, as those choose, and a choice to hide outlives a restart.
#[tokio::test]
async fn presence_is_seen_on_the_other_server() {
    let mut pair = Pair::start().await;
    let room = pair.room().await;
    let path = format!("/v1/presence?ids={}", pair.alice.fqid);
    let shown = async |pair: &Pair| {
        let lines = pair.bob.get(&path).await;
        assert_eq!(lines[0]["participant_id"], pair.alice.fqid.as_str());
        lines[0]["presence"].as_str().expect("a word").to_owned()
    };
    assert_eq!(shown(&pair).await, "offline");
    let mut at_b = pair.bob.stream().await;
    let is = |alice: &str, presence: &str| {
        let (alice, presence) = (alice.to_owned(), presence.to_owned());
        move |frame: &Value| {
            frame["type"] == "presence"
                && frame["participant_id"] == alice.as_str()
                && frame["presence"] == presence.as_str()
        }
    };
    let fqid = pair.alice.fqid.clone();
    let at_a = pair.alice.stream().await;
    at_b.until("she is there", is(&fqid, "online")).await;
    assert_eq!(shown(&pair).await, "online");
    for (choice, seen) in [("busy", "busy"), ("appear_offline", "offline")] {
        let body = json!({"presence": choice});
        pair.alice.put("/v1/me/presence", body).await;
        at_b.until(choice, is(&fqid, seen)).await;
        assert_eq!(shown(&pair).await, seen);
        assert_eq!(pair.alice.get("/v1/me").await["presence"], choice);
    }
    drop(at_a);
    pair.a.kill().await;
    pair.a.run().await;
    let _at_a = pair.alice.stream().await;
    let hello = pair.alice.say(&room, json!({"body": "not here"})).await;
    at_b.sequenced(&hello).await;
    assert_eq!(shown(&pair).await, "offline");
    let nobody = format!(
        "/v1/presence?ids=@nobody:{},@bob:elsewhere.example",
        pair.b.name()
    );
    let lines = pair.bob.get(&nobody).await;
    assert_eq!(lines[0]["presence"], "offline");
    assert_eq!(lines[1]["presence"], "offline");
    let wrong = pair
        .bob
        .call(Method::GET, "/v1/presence?ids=bob", None)
        .await;
    assert_eq!(wrong.expect("an answer").0, 400);
}

/// What is not told never shows on the other side.
#[tokio::test]
async fn a_declined_invitation_ends_on_both_sides() {
    let pair = Pair::start().await;
    let Pair { alice, bob, .. } = &pair;
    let room = alice.create_room("No, thanks").await;
    alice.invite(&room, bob).await;
    bob.invitation(&room).await;
    assert_eq!(
        alice.membership(&room, bob).await.as_deref(),
        Some("invite")
    );
    bob.decline(&room).await;
    eventually("the host learns of it", async || {
        let membership = alice.membership(&room, bob).await;
        (membership.as_deref() != Some("invite")).then_some(())
    })
    .await;
    assert_eq!(bob.get("/v1/me/invitations").await, json!([]));
    // No is not for ever.
    alice.invite(&room, bob).await;
    bob.accept(&room).await;
    equal_histories(alice, bob, &room).await;
}

/// From the ban on, nothing of the banned is taken; what was said before stays.
#[tokio::test]
async fn a_ban_takes_effect_on_the_other_server() {
    let pair = Pair::start().await;
    let room = pair.room().await;
    let Pair { alice, bob, .. } = &pair;
    let mut at_b = bob.stream().await;
    let before = bob.say(&room, json!({"body": "before"})).await;
    at_b.sequenced(&before).await;
    alice
        .post(
            &format!("/v1/rooms/{room}/ban"),
            json!({"participant_id": bob.fqid}),
        )
        .await;
    at_b.until("Bob's server learns of the ban", |frame| {
        frame["membership"] == "ban"
    })
    .await;
    let (status, _) = bob
        .refused(
            &format!("/v1/rooms/{room}/send"),
            json!({"content": {"body": "after"}}),
        )
        .await;
    assert_eq!(status, 403);
    let (status, _) = alice
        .refused(
            &format!("/v1/rooms/{room}/invitations"),
            json!({"fqid": bob.fqid}),
        )
        .await;
    assert_eq!(status, 403, "a banned person cannot be invited");
    let shown = alice.timeline(&room).await;
    let bodies: Vec<_> = shown
        .iter()
        .filter_map(|event| event["content"]["body"].as_str())
        .collect();
    assert_eq!(bodies, ["before"]);
}

#[tokio::test]
async fn one_direct_conversation_for_two_people() {
    let pair = Pair::start().await;
    let Pair { alice, bob, .. } = &pair;
    let open = json!({"fqid": bob.fqid});
    let dm = alice.post("/v1/me/federated-dms", open.clone()).await;
    let room = dm["id"].as_str().expect("an id").to_owned();
    assert_eq!(dm["room_type"], "dm");
    assert_eq!(dm["dm_with"], bob.fqid.as_str());
    assert_eq!(dm["dm_with_name"], Value::Null, "until they are in");
    bob.accept(&room).await;
    let again = alice.post("/v1/me/federated-dms", open).await;
    assert_eq!(again["id"], room.as_str(), "the same one");
    let back = bob
        .post("/v1/me/federated-dms", json!({"fqid": alice.fqid}))
        .await;
    assert_eq!(
        back["id"],
        room.as_str(),
        "the same one from the other side"
    );
    let (mut at_a, mut at_b) = (alice.stream().await, bob.stream().await);
    let hello = alice.say(&room, json!({"body": "just us"})).await;
    at_b.sequenced(&hello).await;
    let reply = bob.say(&room, json!({"body": "yes"})).await;
    at_a.sequenced(&reply).await;
    equal_histories(alice, bob, &room).await;
}

/// What admins do by HTTP reaches the other server: it learns the next key, and says what its people are called.
#[tokio::test]
async fn a_key_and_a_profile_by_http() {
    let pair = Pair::start().await;
    let room = pair.room().await;
    let Pair { alice, bob, .. } = &pair;
    let too_soon = alice
        .refused("/v1/admin/federation/keys/rotate", json!({}))
        .await;
    assert_eq!(too_soon, (409, "SW_KEY_TOO_SOON".to_owned()));
    let made = alice
        .post("/v1/admin/federation/keys/rotate", json!({"force": true}))
        .await;
    let identity = alice.get("/v1/admin/federation/identity").await;
    assert_eq!(identity["keys"][1], made);
    alice
        .say(&room, json!({"body": "still the same server"}))
        .await;
    equal_histories(alice, bob, &room).await;

    let path = format!("/v1/admin/federation/foreign/{}/refresh", bob.fqid);
    let profile = alice.post(&path, json!({})).await;
    assert_eq!(profile["fqid"], bob.fqid.as_str());
    assert_eq!(
        profile["display_name"],
        bob.get("/v1/me").await["display_name"]
    );
    let found = alice.get("/v1/directory/participants?type=federated").await;
    assert_eq!(found[0], profile);
    let nobody = format!(
        "/v1/admin/federation/foreign/@nobody:{}/refresh",
        pair.b.name()
    );
    let unknown = alice.refused(&nobody, json!({})).await;
    assert_eq!(unknown, (404, "SW_NOT_FOUND".to_owned()));
}
