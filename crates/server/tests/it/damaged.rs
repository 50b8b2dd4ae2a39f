//! Files that are not what the server has written, as an operator meets them.

use std::fs;
use std::path::PathBuf;

use http::{Method, StatusCode};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::harness::{Client, Process};

/// A server with a few messages in a room, killed without a warning.
async fn killed() -> (Process, Client, String) {
    let mut server = Process::start("acme.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let room = alice.create_room("Plans").await;
    for n in 0..5 {
        let body = json!({"body": format!("message {n}")});
        alice.say(&room, body).await;
    }
    server.kill().await;
    (server, alice, room)
}

fn file(server: &Process, name: &str) -> PathBuf {
    server.directory().join("data").join(name)
}

/// The start is refused with the name of the file, what is wrong and what to do, and changes nothing.
#[tokio::test]
async fn a_damaged_file_is_not_served() {
    let (mut server, ..) = killed().await;
    for (name, byte, what) in [
        ("tenants/default.db-wal", 3, "its header is damaged"),
        (
            "tenants/default.db-wal",
            5_000,
            "a transaction that was on disk is damaged",
        ),
        ("tenants/default.db", 0, "file is not a database"),
        ("server.db", 0, "file is not a database"),
    ] {
        let path = file(&server, name);
        // What is still in the log alone would be read in the place of the database's own.
        if !name.ends_with("-wal") {
            let database = Connection::open(&path).expect("a database");
            let copied = database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            copied.expect("the log is copied");
        }
        let kept = fs::read(&path).expect("it is there");
        let mut damaged = kept.clone();
        damaged[byte] ^= 0x10;
        fs::write(&path, &damaged).expect("written");
        let said = server.ask(&["serve"], "").await;
        assert_eq!(said.status, Some(1), "{name}: {}", said.err);
        for words in [name, what, "scaiwave restore"] {
            assert!(said.err.contains(words), "{name}: {}", said.err);
        }
        assert!(fs::read(&path).expect("it is there") == damaged, "{name}");
        fs::write(&path, &kept).expect("written");
    }
    server.run().await;
}

/// Words that were changed below the server are shown to nobody, and the doctor names where they stand.
#[tokio::test]
async fn an_event_that_was_changed_is_not_shown() {
    let (mut server, alice, room) = killed().await;
    let database = Connection::open(file(&server, "tenants/default.db")).expect("a database");
    let changed = database.execute(
        "UPDATE entries SET event = CAST(replace(CAST(event AS TEXT), 'message 3', 'massage 3') AS BLOB)
         WHERE instr(event, CAST('message 3' AS BLOB))",
        [],
    );
    assert_eq!(changed, Ok(1));
    drop(database);
    server.run().await;
    let path = format!("/v1/rooms/{room}/messages");
    let answer = alice.call(Method::GET, &path, None).await;
    let (status, body) = answer.expect("an answer");
    assert_eq!(status, StatusCode::OK, "{body}");
    let page = body.to_string();
    let shown =
        ["message 2", "message 3", "massage 3", "message 4"].map(|words| page.contains(words));
    assert_eq!(shown, [true, false, false, true], "{body}");
    // An admin is told, and the rest of the server goes on.
    let told = alice.get("/v1/admin/audit?action=event.damaged").await;
    assert_eq!(told[0]["room_id"], room.as_str(), "{told}");
    alice.create_room("Another").await;
    let said = server.ask(&["doctor", "--data", "--json"], "").await;
    assert_eq!(said.status, Some(1), "{}", said.err);
    let lines: Value = serde_json::from_str(&said.out).expect("JSON");
    let data = lines.as_array().into_iter().flatten();
    let mut data = data.filter(|line| {
        line["what"]
            .as_str()
            .is_some_and(|what| what.ends_with(": data"))
    });
    let data = data.next().expect("a line about it");
    let found = data["found"].as_str().unwrap_or_default();
    assert!(data["ok"] == false && found.contains(&room), "{data}");
    assert!(
        found.contains("does not have the hash that is stored with it"),
        "{data}"
    );
}

/// What is whole is said to be so, also while the server runs.
#[tokio::test]
async fn the_doctor_looks_through_the_data() {
    let server = Process::start("acme.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let room = alice.create_room("Plans").await;
    alice.say(&room, json!({"body": "well"})).await;
    let said = server.ask(&["doctor", "--data"], "").await;
    let line = said.out.lines().find(|line| line.contains(": data:"));
    let line = line.expect("a line about it");
    assert!(line.starts_with("ok") && line.contains("1 rooms"), "{line}");
}
