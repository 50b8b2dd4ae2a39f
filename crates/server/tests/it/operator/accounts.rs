//! Logins that end, over real sockets, and the operator's commands about people.

use serde_json::{Value, json};

use crate::harness::Process;

// A session that is ended elsewhere closes its socket with 4001 at once; the others stay.
#[tokio::test]
async fn an_ended_session_closes_its_socket() {
    let process = Process::start("a.localhost").await;
    let lost = process.person("default", "alice", "member").await;
    let kept = process.again("alice").await;
    let (mut of_lost, mut of_kept) = (lost.stream().await, kept.stream().await);
    let sessions = lost.get("/v1/me/sessions").await;
    let mut sessions = sessions.as_array().expect("a list").iter();
    let current = sessions.find(|session| session["current"] == true);
    let current = current.expect("its own session");
    assert_eq!(current["address"], "127.0.0.1", "{current}");
    let id = current["id"].as_str().expect("an id");
    kept.delete(&format!("/v1/me/sessions/{id}")).await;
    assert_eq!(of_lost.closed().await, 4001);
    let room = kept.create_room("Still here").await;
    of_kept
        .until("a frame", |frame| frame["room_id"] == room.as_str())
        .await;
    // A new password ends all but the one that asks.
    let third = process.again("alice").await;
    let mut of_third = third.stream().await;
    let passwords = json!({"current": "password of alice", "new": "battery staple"});
    third.post("/v1/me/password", passwords).await;
    assert_eq!(of_kept.closed().await, 4001);
    let room = third.create_room("Alone").await;
    of_third
        .until("a frame", |frame| frame["room_id"] == room.as_str())
        .await;
}

// A closed account has no socket any more.
#[tokio::test]
async fn a_closed_account_has_no_socket() {
    let process = Process::start("a.localhost").await;
    let root = process.person("default", "root", "admin").await;
    let alice = process.person("default", "alice", "member").await;
    let mut stream = alice.stream().await;
    let path = "/v1/admin/participants/alice/deactivate";
    root.post(path, json!({})).await;
    assert_eq!(stream.closed().await, 4001);
}

// A token for programs hears with `read`, says something to others with `write` only, and its socket is
// closed at once with 4001 when it is revoked.
#[tokio::test]
async fn a_token_is_worth_the_same_on_a_socket() {
    let process = Process::start("a.localhost").await;
    let alice = process.person("default", "alice", "member").await;
    let bob = process.person("default", "bob", "member").await;
    let room = alice.create_room("Tea").await;
    alice.invite(&room, &bob).await;
    bob.post(&format!("/v1/rooms/{room}/join"), json!({})).await;
    let (reader, reader_id) = alice.program(&["read"]).await;
    let (writer, _) = alice.program(&["read", "write"]).await;
    let (mute, _) = alice.program(&["write"]).await;
    assert_eq!(mute.stream_refused().await, 403);
    let mut of_bob = bob.stream().await;
    let (mut of_reader, mut of_writer) = (reader.stream().await, writer.stream().await);
    let typing = json!({"type": "typing", "room_id": room, "typing": true});
    let is_typing = |frame: &Value| frame["type"] == "typing";
    // The answer to the second message says that the first one has been read.
    of_reader.say(typing.clone()).await;
    of_reader.say(json!({"type": "ping"})).await;
    of_reader
        .until("pong", |frame| frame["type"] == "pong")
        .await;
    let first = alice.say(&room, json!({"body": "hello"})).await;
    of_reader.sequenced(&first).await;
    of_bob.sequenced(&first).await;
    assert!(!of_bob.has_heard(is_typing), "the reader was heard");
    of_writer.say(typing).await;
    of_bob.until("typing", is_typing).await;
    alice.delete(&format!("/v1/me/tokens/{reader_id}")).await;
    assert_eq!(of_reader.closed().await, 4001);
    let second = alice.say(&room, json!({"body": "still here?"})).await;
    of_writer.sequenced(&second).await;
}

// The operator lists people and helps somebody who has lost their password, while the server runs.
#[tokio::test]
async fn the_operator_resets_a_password() {
    let process = Process::start("a.localhost").await;
    process
        .account("default", "root", "admin", "a password")
        .await;
    let alice = process.person("default", "alice", "member").await;
    let mut stream = alice.stream().await;
    let user = ["admin", "user"];
    let tenant = ["--tenant", "default"];
    let run = async |more: &[&str]| {
        let args = [&user[..], more, &tenant[..]].concat();
        let said = process.ask(&args, "").await;
        assert_eq!(said.status, Some(0), "{}", said.err);
        let json = process.admin(&[&args[..], &["--json"]].concat(), "").await;
        (said.out, json)
    };
    let (text, json) = run(&["list"]).await;
    assert!(text.starts_with("WHO"), "{text}");
    assert!(text.contains("@alice:") && text.contains("admin"), "{text}");
    let role = |n: usize| json[n]["role"].as_str();
    assert_eq!((role(0), role(1)), (Some("member"), Some("admin")));
    assert!(json[0]["last_seen_at"].is_u64(), "{json}");
    assert_eq!(json[1]["last_seen_at"], Value::Null, "{json}");
    let (text, json) = run(&["list", "nobody"]).await;
    assert_eq!((text.trim(), json), ("Nobody.", json!([])));

    let (text, json) = run(&["reset-password", "--local-id", "alice"]).await;
    let first = text.lines().next().expect("a token");
    let token = json["token"].as_str().expect("a token");
    assert!(first.starts_with("swr_") && first != token, "{text}");
    let body = |token: &str| json!({"token": token, "new_password": "battery staple"});
    let (status, _) = alice.refused("/v1/auth/reset", body(first)).await;
    assert_eq!(status, 401, "the second took its place");
    alice.post("/v1/auth/reset", body(token)).await;
    assert_eq!(stream.closed().await, 4001);
    let form = json!({"username": "alice", "password": "battery staple"});
    alice.post("/v1/auth/login", form).await;
}
