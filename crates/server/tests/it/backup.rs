//! Backups as an operator makes and restores them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

use crate::harness::{Client, Pair, Process, equal_histories, eventually};

/// People who write while the backup is made.
const WRITERS: usize = 3;

/// Bodies of the messages in a room that one server has alone.
async fn words(client: &Client, room: &str) -> Vec<String> {
    let timeline = client.timeline(room).await;
    let bodies = timeline
        .iter()
        .filter_map(|event| event["content"]["body"].as_str());
    bodies.map(str::to_owned).collect()
}

/// Writes until it is told to stop; gives how many messages were answered.
async fn write(client: Client, room: String, name: String, stop: Arc<AtomicBool>) -> usize {
    let mut answered = 0;
    while !stop.load(Ordering::Relaxed) {
        let body = format!("{name} {answered}");
        client.say(&room, json!({"body": body})).await;
        answered += 1;
    }
    answered
}

/// Puts the data aside and the backup in its place.
async fn restore(server: &Process, backup: &str) -> Value {
    let data = server.directory().join("data");
    fs::rename(&data, server.directory().join("lost")).expect("it was there");
    server.admin(&["restore", backup, "--json"], "").await
}

/// A backup that is made while people write holds everything that was answered before it began, in order; and
/// the server that is restored from it goes on with its rooms and its peer, which gives back what came later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_writers_is_restored() {
    let mut pair = Pair::start().await;
    let shared = pair.room().await;
    let alone = pair.alice.create_room("Alone").await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = JoinSet::new();
    for n in 0..WRITERS {
        for (place, room) in [("shared", &shared), ("alone", &alone)] {
            let name = format!("{place} {n}");
            writers.spawn(write(pair.alice.clone(), room.clone(), name, stop.clone()));
        }
    }
    eventually("they write", async || {
        (words(&pair.alice, &alone).await.len() >= 20).then_some(())
    })
    .await;
    let before = words(&pair.alice, &alone).await;
    let made = pair.a.admin(&["backup", "kept", "--json"], "").await;
    assert_eq!(
        (&made["tenants"], &made["files"]),
        (&json!(1), &json!(2)),
        "{made}"
    );
    stop.store(true, Ordering::Relaxed);
    writers.join_all().await;
    let all = words(&pair.alice, &alone).await;
    // What the peer will have to give back.
    let late = pair
        .alice
        .say(&shared, json!({"body": "after the backup"}))
        .await;
    equal_histories(&pair.alice, &pair.bob, &shared).await;

    pair.a.kill().await;
    let checked = restore(&pair.a, "kept").await;
    assert_eq!(checked["rooms"], 2, "{checked}");
    assert_eq!(checked["signatures"], checked["entries"], "{checked}");
    pair.a.run().await;
    let restored = words(&pair.alice, &alone).await;
    assert!(
        restored.starts_with(&before),
        "{restored:?} lacks some of {before:?}"
    );
    assert!(
        all.starts_with(&restored),
        "{restored:?} is not the beginning of {all:?}"
    );
    let history = equal_histories(&pair.alice, &pair.bob, &shared).await;
    let late = late["id"].as_str().expect("an id");
    assert!(
        history.ids().contains(&late),
        "the peer has given nothing back"
    );

    let (mut at_a, mut at_b) = (pair.alice.stream().await, pair.bob.stream().await);
    let hello = pair.alice.say(&shared, json!({"body": "here again"})).await;
    at_b.sequenced(&hello).await;
    let welcome = pair.bob.say(&shared, json!({"body": "welcome"})).await;
    at_a.sequenced(&welcome).await;
    equal_histories(&pair.alice, &pair.bob, &shared).await;
}

/// A small server with a backup `kept`, which has ended in order.
async fn kept() -> Process {
    let server = Process::start("acme.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let room = alice.create_room("Plans").await;
    for n in 0..10 {
        alice
            .say(&room, json!({"body": format!("message {n}")}))
            .await;
    }
    server.admin(&["backup", "kept", "--json"], "").await;
    server
}

/// Only the user that made it can read it, and it is checked without a trace.
#[tokio::test]
async fn a_backup_is_private_and_can_be_checked() {
    let server = kept().await;
    let kept = server.directory().join("kept");
    let names = [
        "",
        "server.db",
        "tenants",
        "tenants/default.db",
        "manifest.json",
        "manifest.json.sha256",
    ];
    for name in names {
        let of = fs::metadata(kept.join(name)).expect(name);
        let mode = if of.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(of.permissions().mode() & 0o777, mode, "{name}");
    }
    let checked = server
        .admin(&["restore", "kept", "--verify-only", "--json"], "")
        .await;
    assert_eq!(
        (&checked["rooms"], &checked["restored_to"]),
        (&json!(1), &Value::Null)
    );
    let left: Vec<_> = fs::read_dir(&kept).expect("it is there").collect();
    assert_eq!(left.len(), 4, "{left:?}");
    let said = server.ask(&["backup", "kept"], "").await;
    assert_eq!(said.status, Some(1));
    assert!(said.err.contains("kept is not empty"), "{}", said.err);
}

/// Whatever is damaged is named, and nothing is put in place.
#[tokio::test]
async fn what_is_damaged_is_refused_by_name() {
    let mut server = kept().await;
    server.kill().await;
    let kept = server.directory().join("kept");
    let data = server.directory().join("data");
    let said = server.ask(&["restore", "kept"], "").await;
    assert_eq!(said.status, Some(1));
    assert!(
        said.err.contains("data is not empty (it holds "),
        "{}",
        said.err
    );
    fs::rename(&data, server.directory().join("lost")).expect("it was there");
    for name in ["server.db", "tenants/default.db", "manifest.json"] {
        let file = kept.join(name);
        let whole = fs::read(&file).expect(name);
        let mut damaged = whole.clone();
        let middle = whole.len() / 2;
        damaged[middle] ^= 1;
        fs::write(&file, &damaged).expect(name);
        refused(
            &server,
            &format!("{name} is damaged"),
            "manifest.json or manifest.json.sha256 is damaged",
        )
        .await;
        damaged = whole.clone();
        damaged.pop();
        fs::write(&file, &damaged).expect(name);
        refused(
            &server,
            &format!("{name} is damaged"),
            "manifest.json or manifest.json.sha256 is damaged",
        )
        .await;
        fs::remove_file(&file).expect(name);
        refused(
            &server,
            &format!("{name} cannot be read"),
            "has no manifest.json that can be read",
        )
        .await;
        fs::write(&file, &whole).expect(name);
    }
    let restored = server.admin(&["restore", "kept", "--json"], "").await;
    assert_eq!(restored["rooms"], 1, "{restored}");
}

async fn refused(server: &Process, one: &str, other: &str) {
    let said = server.ask(&["restore", "kept"], "").await;
    assert_eq!(said.status, Some(1), "{}", said.out);
    assert!(
        said.err.contains(one) || said.err.contains(other),
        "{}",
        said.err
    );
    let data = server.directory().join("data");
    let left = fs::read_dir(&data).map_or(0, Iterator::count);
    assert_eq!(left, 0, "something was put in place");
}

/// A file that fits its checksum and not itself: a word was changed in a message, a signature, the order.
#[tokio::test]
async fn a_log_that_does_not_hold_is_refused() {
    let mut server = kept().await;
    server.kill().await;
    fs::rename(
        server.directory().join("data"),
        server.directory().join("lost"),
    )
    .expect("it was there");
    let kept = server.directory().join("kept");
    let file = kept.join("tenants/default.db");
    let whole = fs::read(&file).expect("it is there");
    let changes = [
        // A word of a message.
        (
            "UPDATE entries SET event = CAST(replace(CAST(event AS TEXT), 'message 4', 'massage 4') AS BLOB) \
             WHERE instr(CAST(event AS TEXT), 'message 4') > 0",
            "its event does not have the hash that is stored with it",
        ),
        // The place of a message.
        (
            "UPDATE entries SET ts = ts + 1 WHERE (id & 0xffffffffff) = 5",
            "it does not follow from the entry before it",
        ),
        // A message that is gone.
        (
            "DELETE FROM entries WHERE (id & 0xffffffffff) = 5",
            "an entry below it is missing",
        ),
        // The last one.
        (
            "DELETE FROM entries WHERE id = (SELECT max(id) FROM entries)",
            "the log does not end at the room's head",
        ),
    ];
    for (change, fault) in changes {
        fs::write(&file, &whole).expect("it is ours");
        let database = rusqlite::Connection::open(&file).expect("a database");
        let changed = database.execute(change, []).expect(change);
        assert_eq!(changed, 1, "{change}");
        database.close().expect("closed");
        sum_up(&kept, "tenants/default.db");
        refused(&server, fault, "room ").await;
        let said = server.ask(&["restore", "kept", "--verify-only"], "").await;
        assert!(
            said.err.contains("tenants/default.db: room "),
            "{}",
            said.err
        );
        assert!(said.err.contains(fault), "{change}: {}", said.err);
    }
}

/// Makes the manifest fit a file again.
fn sum_up(kept: &Path, path: &str) {
    let bytes = fs::read(kept.join(path)).expect(path);
    let manifest = kept.join("manifest.json");
    let text = fs::read(&manifest).expect("it is there");
    let mut json: Value = serde_json::from_slice(&text).expect("JSON");
    let files = json["files"].as_array_mut().expect("files");
    let line = files
        .iter_mut()
        .find(|line| line["path"] == path)
        .expect(path);
    line["bytes"] = bytes.len().into();
    line["sha256"] = HEXLOWER.encode(&Sha256::digest(&bytes)).into();
    let text = json.to_string();
    let sum = HEXLOWER.encode(&Sha256::digest(&text));
    fs::write(&manifest, text).expect("it is ours");
    fs::write(
        kept.join("manifest.json.sha256"),
        format!("{sum}  manifest.json\n"),
    )
    .expect("it is ours");
}

/// What cannot be meant is refused with what to do about it.
#[tokio::test]
async fn wrong_places_are_refused() {
    let server = Process::without_tenants(crate::harness::free_port());
    for (args, why) in [
        (
            ["backup", "kept"],
            "data holds no data of ScaiWave: run this with the configuration of the server",
        ),
        (
            ["restore", "nowhere"],
            "nowhere has no manifest.json that can be read: it is no backup",
        ),
    ] {
        let said = server.ask(&args, "").await;
        assert_eq!(said.status, Some(1), "{args:?}");
        assert!(said.err.contains(why), "{args:?}: {}", said.err);
    }
    assert!(!server.directory().join("kept").exists());
}
