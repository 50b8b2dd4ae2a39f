//! What an operator, a supervisor or the system does to a running server.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::harness::{Client, Process, eventually, free_port};

async fn bodies(client: &Client, room: &str) -> Vec<String> {
    let timeline = client.timeline(room).await;
    let bodies = timeline
        .iter()
        .filter_map(|event| event["content"]["body"].as_str());
    bodies.map(str::to_owned).collect()
}

/// T155: a second server on the same data is refused, and the first goes on; commands work beside it.
#[tokio::test]
async fn one_server_works_with_a_data_directory() {
    let mut server = Process::start("acme.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let room = alice.create_room("Plans").await;
    server.set("SCAIWAVE_LISTEN", &format!("127.0.0.1:{}", free_port()));
    let said = server.ask(&["serve"], "").await;
    assert_eq!(said.status, Some(1), "{}", said.err);
    assert!(
        said.err
            .contains("another server works with the data directory"),
        "{}",
        said.err
    );
    alice.say(&room, json!({"body": "still here"})).await;
    server
        .account("default", "bob", "member", "password of bob")
        .await;
    // The lock goes with the process, not with the file.
    server.kill().await;
    let listen = server.address().to_string();
    server.set("SCAIWAVE_LISTEN", &listen);
    server.run().await;
    assert_eq!(bodies(&alice, &room).await, ["still here"]);
}

/// T144: rooms and people have the server's name in theirs. Under another one it does not start, and says why.
#[tokio::test]
async fn a_server_keeps_its_name() {
    let mut server = Process::start("acme.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let room = alice.create_room("Plans").await;
    alice.say(&room, json!({"body": "here"})).await;
    server.kill().await;
    let name = server.name().to_owned();
    let port = server.address().port();
    let rows = [
        (format!("globex.localhost:{port}"), "the data belongs to"),
        ("acme.localhost".to_owned(), "the data belongs to"),
        (name.to_uppercase(), "lower-case"),
        (format!("https://{name}"), "SCAIWAVE_SERVER_NAME"),
    ];
    for (other, sentence) in rows {
        server.set("SCAIWAVE_SERVER_NAME", &other);
        let said = server.ask(&["serve"], "").await;
        assert_eq!(said.status, Some(1), "{other}: {}", said.err);
        assert!(said.err.contains(sentence), "{other}: {}", said.err);
    }
    server.set("SCAIWAVE_SERVER_NAME", &name);
    server.run().await;
    assert_eq!(bodies(&alice, &room).await, ["here"]);
}

/// T144d: a tenant that cannot be made leaves nothing behind, while people of another one go on.
#[tokio::test]
async fn tenants_that_cannot_be_made() {
    let server = Process::start("acme.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let room = alice.create_room("Plans").await;
    let list = ["admin", "list-tenants", "--json"];
    let before = server.admin(&list, "").await;
    let files = || {
        let tenants = server.directory().join("data/tenants");
        let names = std::fs::read_dir(tenants).expect("a directory");
        let mut names: Vec<_> = names
            .map(|file| file.expect("a file").file_name())
            .collect();
        names.sort();
        names
    };
    let there = files();
    let long = "a".repeat(33);
    let rows = [
        ("default", "other.localhost:9"),
        ("other", server.name()),
        ("", "other.localhost:9"),
        ("-other", "other.localhost:9"),
        ("other-", "other.localhost:9"),
        ("Other", "other.localhost:9"),
        ("../other", "other.localhost:9"),
        ("o ther", "other.localhost:9"),
        (long.as_str(), "other.localhost:9"),
        ("other", "Other.localhost:9"),
        ("other", "other.localhost:99999"),
        ("other", ""),
        ("other", "https://other.localhost"),
    ];
    for (slug, name) in rows {
        let slug_option = format!("--slug={slug}");
        let args = [
            "admin",
            "create-tenant",
            &slug_option,
            "--name",
            "Other",
            "--server-name",
            name,
        ];
        let said = server.ask(&args, "").await;
        // 2 is for what the command line itself refuses.
        assert!(
            matches!(said.status, Some(1 | 2))
                && said.err.starts_with("error:")
                && said.out.is_empty(),
            "{slug:?} {name:?}: {:?} {} {}",
            said.status,
            said.err,
            said.out
        );
        assert_eq!(server.admin(&list, "").await, before, "{slug:?} {name:?}");
        alice.say(&room, json!({"body": "meanwhile"})).await;
    }
    assert_eq!(files(), there);
}

/// T151: the system refuses a write that belongs to a commit. Nothing is tried a second time, nobody is told that it
/// is stored, the process ends with a code of its own, and the next start has everything that was answered.
#[tokio::test]
async fn a_failing_disk_ends_the_server() {
    let mut server = Process::start("acme.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let room = alice.create_room("Plans").await;
    server.kill().await;
    // Blocks of 512 bytes or of 1 KiB, by the shell. The file itself and its log fit, some messages more do too.
    server.limit(Some("trap '' XFSZ; ulimit -f 2048"));
    server.run().await;
    let words = "x".repeat(30_000);
    let mut answered = Vec::new();
    for n in 0..1_000 {
        let body = format!("{n} {words}");
        let message = json!({"content": {"body": body}});
        let path = format!("/v1/rooms/{room}/send");
        match alice.call(Method::POST, &path, Some(&message)).await {
            Ok((StatusCode::OK, _)) => answered.push(body),
            Ok((status, answer)) => {
                assert!(status.is_server_error(), "{status} {answer}");
                break;
            }
            // The process was faster.
            Err(_) => break,
        }
    }
    assert!(
        (1..1_000).contains(&answered.len()),
        "{} messages",
        answered.len()
    );
    assert_eq!(server.ended().await, Some(74));
    server.limit(None);
    server.run().await;
    let stored = bodies(&alice, &room).await;
    assert!(
        stored.starts_with(&answered),
        "{} of {} stand",
        stored.len(),
        answered.len()
    );
    assert!(
        stored.len() <= answered.len() + 1,
        "{} of {}",
        stored.len(),
        answered.len()
    );
    alice.say(&room, json!({"body": "here again"})).await;
}

/// T154: there are no more file descriptors. Those who are in go on, others wait, and when some have gone everything is
/// as before.
#[tokio::test]
async fn a_server_without_file_descriptors_recovers() {
    let mut server = Process::start("acme.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let room = alice.create_room("Plans").await;
    server.kill().await;
    server.limit(Some("ulimit -n 64"));
    server.run().await;
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(
            TcpStream::connect(server.address())
                .await
                .expect("the system takes it"),
        );
    }
    let log = server.directory().join("server.log");
    eventually("no more connections", async || {
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        said.contains("a connection cannot be accepted")
            .then_some(())
    })
    .await;
    // Somebody new does not come in now.
    let path = format!("/v1/rooms/{room}/messages");
    let waits = alice.call(Method::GET, &path, None);
    let waits = tokio::time::timeout(Duration::from_millis(200), waits).await;
    assert!(waits.is_err(), "{waits:?}");
    drop(idle);
    alice.say(&room, json!({"body": "after the crowd"})).await;
    assert_eq!(bodies(&alice, &room).await, ["after the crowd"]);
}

/// T154: people ask for more at once than there is memory for, while passwords are hashed and large messages come in.
/// Whoever does not get an answer is told to come again, nothing breaks, and afterwards everything is as before.
#[tokio::test]
async fn a_server_with_little_memory_recovers() {
    let mut server = Process::start("acme.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let room = alice.create_room("Plans").await;
    server.kill().await;
    // 256 MiB of its own, heap and stacks.
    server.limit(Some("ulimit -d 262144"));
    server.run().await;
    let words = "x".repeat(60_000);
    for n in 0..LARGE_MESSAGES {
        alice
            .say(&room, json!({"body": format!("{n} {words}")}))
            .await;
    }
    let page = format!("/v1/rooms/{room}/messages?limit=200");
    let mut asked = JoinSet::new();
    for n in 0..90 {
        let (alice, room, page, words) = (alice.clone(), room.clone(), page.clone(), words.clone());
        let password =
            json!({"grant_type": "password", "username": "alice", "password": "password of alice"});
        asked.spawn(async move {
            match n % 3 {
                0 => alice.call(Method::GET, &page, None).await,
                1 => {
                    alice
                        .call(Method::POST, "/v1/auth/token", Some(&password))
                        .await
                }
                _ => {
                    let message = json!({"content": {"body": words}});
                    let path = format!("/v1/rooms/{room}/send");
                    alice.call(Method::POST, &path, Some(&message)).await
                }
            }
        });
    }
    let mut served = 0;
    for answer in asked.join_all().await {
        let (status, answer) = answer.expect("the server is there");
        let told_to_wait = [
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::TOO_MANY_REQUESTS,
        ];
        assert!(
            status == StatusCode::OK || told_to_wait.contains(&status),
            "{status} {answer}"
        );
        served += usize::from(status == StatusCode::OK);
    }
    assert!(served >= 30, "{served} of 90 were served");
    alice.say(&room, json!({"body": "after the crowd"})).await;
    let stored = bodies(&alice, &room).await;
    assert_eq!(stored.last().map(String::as_str), Some("after the crowd"));
}

/// Nearly as large as one may be; a page of 200 of them has 12 MB.
const LARGE_MESSAGES: usize = 200;

/// T142: a rotation is killed at any moment. Then there is the old key or the old one and the new one, and never none.
#[tokio::test]
async fn a_rotation_that_is_killed() {
    let mut server = Process::start("acme.localhost").await;
    server.person("default", "alice", "admin").await;
    server.kill().await;
    let list = [
        "admin",
        "federation",
        "key",
        "list",
        "--tenant",
        "default",
        "--json",
    ];
    let rotate = [
        "admin",
        "federation",
        "key",
        "rotate",
        "--tenant",
        "default",
        "--force",
    ];
    let count = async |server: &Process| {
        let listed = server.admin(&list, "").await;
        let keys = listed["keys"].as_array().expect("keys");
        let signing = keys.iter().filter(|key| key["signing"] == true);
        assert_eq!(signing.count(), 1, "{listed}");
        keys.len()
    };
    let mut keys = count(&server).await;
    let (mut done, mut undone) = (0, 0);
    for changes in 0.. {
        let ended = server.kill_after(&rotate, changes).await;
        let now = count(&server).await;
        assert!(
            (keys..=keys + 1).contains(&now),
            "{changes}: {keys}, then {now}"
        );
        (done, undone) = (done + now - keys, undone + keys + 1 - now);
        keys = now;
        if ended {
            break;
        }
    }
    assert!(done > 0 && undone > 0, "{done} done, {undone} not");
    server.run().await;
    server.again("alice").await;
}

/// T147: the machine is moved to other time zones. What was said keeps its time and its order, and tokens their lives.
#[tokio::test]
async fn the_time_zone_of_the_machine_says_nothing() {
    let mut server = Process::start("acme.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let room = alice.create_room("Plans").await;
    alice.say(&room, json!({"body": "at first"})).await;
    let mut before = alice.timeline(&room).await;
    for zone in [
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "America/St_Johns",
        "no/where",
        "",
    ] {
        server.kill().await;
        server.set("TZ", zone);
        server.run().await;
        assert_eq!(alice.timeline(&room).await, before, "{zone}");
        assert_eq!(alice.get("/v1/me/sessions").await[0]["current"], true);
        alice.say(&room, json!({"body": zone})).await;
        let after = alice.timeline(&room).await;
        let times: Vec<&str> = after
            .iter()
            .map(|event| event["created_at"].as_str().expect("a time"))
            .collect();
        assert!(times.is_sorted(), "{zone}: {times:?}");
        let last = after.last().expect("what was said now");
        let apart = last["origin_ts_ms"].as_i64().expect("a time") - now_ms();
        assert!(apart.abs() < 60_000, "{zone}: {apart} ms");
        before = after;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a real process lives in real time"
)]
fn now_ms() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(now.expect("a time after 1970").as_millis()).expect("a time")
}
