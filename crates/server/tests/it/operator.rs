//! Every command of the operator's, over real processes: once well and once refused, as a person and as a
//! script see it.

mod accounts;
mod first_run;
mod tenants;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Pair, Process, eventually};

const NO_ROOM: &str = "room-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const NO_LINE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
/// Shown in tests of their own: they run until they are told to end, or start servers themselves.
const ELSEWHERE: [&str; 2] = ["serve", "demo"];

/// The commands that have no commands below them, found by asking for help as a stranger would.
async fn leaves(process: &Process) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![String::new()];
    while let Some(path) = waiting.pop() {
        let args: Vec<&str> = path.split_whitespace().chain(["--help"]).collect();
        let said = process.ask(&args, "").await;
        assert_eq!(said.status, Some(0), "{path}: {}", said.err);
        assert!(said.err.is_empty(), "{path}: {}", said.err);
        let below = said.out.split_once("Commands:\n").map(|(_, rest)| rest);
        let Some(below) = below else {
            found.insert(path);
            continue;
        };
        let lines = below.lines().take_while(|line| !line.is_empty());
        // A command stands two spaces in; what goes on a second line stands further in.
        let commands = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        for line in commands {
            let mut words = line.trim().splitn(2, ' ');
            let name = words.next().expect("a name");
            if name == "help" {
                continue;
            }
            let what = words.next().unwrap_or_default().trim();
            assert!(!what.is_empty(), "{path} {name} does not say what it does");
            waiting.push(format!("{path} {name}").trim().to_owned());
        }
    }
    found
}

/// What is refused: the command, its other arguments, and what standard error must say.
fn refusals() -> Vec<(&'static str, Vec<&'static str>, &'static [&'static str])> {
    let tenant = ["--tenant", "default"];
    let nobody: &[&str] = &["there is no tenant \"nobody\"", "list-tenants"];
    let of = |more: &[&'static str]| [&tenant[..], more].concat();
    let wrong = || vec!["--tenant", "nobody"];
    let no_room: &[&str] = &["there is no such room", "`scaiwave admin rooms list`"];
    vec![
        (
            "verify",
            vec!["gone.room"],
            &["gone.room cannot be opened", "No such file"],
        ),
        ("doctor", vec!["NOT A NAME"], &["NOT A NAME"]),
        (
            "admin create-tenant",
            vec![
                "--slug",
                "Big Slug",
                "--name",
                "x",
                "--server-name",
                "x.localhost",
            ],
            &["a slug has 1–32 of a–z, 0–9"],
        ),
        (
            "admin create-tenant",
            vec![
                "--slug",
                "default",
                "--name",
                "x",
                "--server-name",
                "x.localhost",
            ],
            &["exists already", "list-tenants"],
        ),
        (
            "admin create-tenant",
            vec!["--slug", "x", "--name", "x", "--server-name", "Not A Name"],
            &["--server-name"],
        ),
        (
            "admin list-tenants",
            vec!["--config", "gone.toml"],
            &["gone.toml", "cannot be read"],
        ),
        (
            "admin user create",
            of(&[
                "--local-id",
                "Not An Id",
                "--display-name",
                "x",
                "--role",
                "member",
                "--password-stdin",
            ]),
            &["--local-id"],
        ),
        ("admin user list", wrong(), nobody),
        (
            "backup",
            vec!["data"],
            &["data is not empty", "name a new directory"],
        ),
        ("restore", vec!["nowhere"], &["has no manifest.json"]),
        (
            "admin user reset-password",
            of(&["--local-id", "nobody"]),
            &["there is nobody of this name"],
        ),
        (
            "admin user reset-password",
            of(&["--local-id", "Not An Id"]),
            &["--local-id"],
        ),
        ("admin rooms list", wrong(), nobody),
        ("admin rooms take-over", of(&["--room", "x"]), &["--room"]),
        ("admin rooms take-over", of(&["--room", NO_ROOM]), no_room),
        (
            "admin rooms hand-over",
            of(&["--room", NO_ROOM, "--to", "b.localhost"]),
            no_room,
        ),
        (
            "admin rooms hand-over",
            of(&["--room", NO_ROOM, "--to", "NO"]),
            &["--to"],
        ),
        ("admin rooms lift", of(&["--room", NO_ROOM]), no_room),
        (
            "admin rooms confirm-newest",
            of(&["--room", NO_ROOM]),
            no_room,
        ),
        (
            "admin rooms export",
            of(&["--room", NO_ROOM, "--to", "none.room"]),
            no_room,
        ),
        (
            "admin federation key generate",
            tenant.to_vec(),
            &["has a key already", "`key rotate`"],
        ),
        ("admin federation key list", wrong(), nobody),
        ("admin federation key rotate", tenant.to_vec(), &["--force"]),
        (
            "admin federation key rotate",
            of(&["--recovery", "gone.txt"]),
            &["gone.txt", "the recovery key cannot be read"],
        ),
        (
            "admin federation key revoke",
            of(&["--key", "x"]),
            &["--key"],
        ),
        ("admin federation key recovery", wrong(), nobody),
        (
            "admin federation peers",
            of(&["nowhere.example"]),
            &["nothing to do with a server of that name"],
        ),
        ("admin federation peers", of(&["NO NAME"]), &["NO NAME"]),
        (
            "admin federation rejections",
            of(&[NO_LINE]),
            &["no such line"],
        ),
        ("admin federation rejections", of(&["x"]), &["\"x\""]),
        ("admin federation policy", wrong(), nobody),
        (
            "admin federation dead-letters",
            of(&["--drop", NO_LINE]),
            &["no such dead letter"],
        ),
        (
            "admin federation dead-letters",
            of(&["--peer", "NO"]),
            &["--peer"],
        ),
        ("admin federation check", of(&["NO NAME"]), &["NO NAME"]),
        (
            "admin federation check",
            of(&["nowhere.localhost:1"]),
            &["a step failed"],
        ),
    ]
}

// Each command fails with status 1 and a sentence that names what is wrong, and nothing on standard output
// but what a report has found.
#[tokio::test]
async fn every_command_refused() {
    let mut process = Process::start("a.localhost").await;
    let leaves = leaves(&process).await;
    let mut seen = BTreeSet::new();
    for (command, more, words) in refusals() {
        let args: Vec<&str> = command.split(' ').chain(more.iter().copied()).collect();
        let said = process.ask(&args, "a password for tests").await;
        let shown = format!("{args:?}: {:?}\n{}\n{}", said.status, said.out, said.err);
        assert_eq!(said.status, Some(1), "{shown}");
        let error = said.err.lines().find(|line| line.starts_with("error: "));
        assert!(error.is_some(), "{shown}");
        for word in words {
            assert!(said.err.contains(word), "{word} is not said by {shown}");
        }
        assert!(!said.err.contains("panicked"), "{shown}");
        seen.insert(command.to_owned());
    }
    let missing: Vec<_> = leaves
        .iter()
        .filter(|leaf| !seen.contains(*leaf) && !ELSEWHERE.contains(&leaf.as_str()))
        .collect();
    assert!(missing.is_empty(), "no refusal is shown of {missing:?}");
    // Another server has the port.
    let port = process.address().port();
    let other = Process::set_up("b.localhost", port, Vec::new());
    let said = other.ask(&["serve"], "").await;
    assert_eq!(said.status, Some(1));
    assert!(
        said.err.contains("is another server running there?"),
        "{}",
        said.err
    );
    process.kill().await;
}

/// Runs a command twice: for people, who get lines, and for scripts, who get JSON.
async fn both(process: &Process, args: &[&str]) -> (String, Value) {
    let said = process.ask(args, "").await;
    assert_eq!(said.status, Some(0), "{args:?}: {}{}", said.out, said.err);
    assert!(!said.out.trim().is_empty(), "{args:?}");
    let json = process.admin(&[args, &["--json"]].concat(), "").await;
    (said.out, json)
}

// What an operator reads of two servers that share a room.
#[tokio::test]
async fn what_is_shown() {
    let pair = Pair::start().await;
    let room = pair.room().await;
    let (a, b) = (&pair.a, &pair.b);
    let tenant = ["--tenant", "default"];
    let at = |words: &[&'static str]| [words, &tenant[..]].concat();

    let (text, json) = both(a, &["admin", "list-tenants"]).await;
    assert!(
        text.contains("default") && text.contains(a.name()),
        "{text}"
    );
    assert_eq!(json[0]["server_name"], a.name(), "{json}");
    let (text, json) = both(a, &at(&["admin", "federation", "key", "list"])).await;
    assert!(
        text.contains("no recovery key: `key recovery` makes one"),
        "{text}"
    );
    let key = json["keys"][0].clone();
    assert_eq!(key["signing"], true, "{json}");

    let (text, json) = both(b, &at(&["admin", "federation", "peers"])).await;
    assert!(
        text.starts_with("SERVER") && text.contains(a.name()),
        "{text}"
    );
    assert_eq!(json[0]["state"], "reachable", "{json}");
    assert_eq!(json[0]["fingerprint_words"], key["fingerprint_words"]);
    let one = [&at(&["admin", "federation", "peers"])[..], &[a.name()]].concat();
    let (text, json) = both(b, &one).await;
    assert!(
        text.contains(key["fingerprint_words"].as_str().expect("words")),
        "{text}"
    );
    assert_eq!(json["rooms"][0]["room_id"], room.as_str(), "{json}");

    let (text, json) = both(a, &at(&["admin", "rooms", "list"])).await;
    assert!(text.contains(&room) && text.contains(b.name()), "{text}");
    assert_eq!(
        (&json[0]["name"], &json[0]["frozen"]),
        (&json!("Shared"), &Value::Null)
    );

    let (text, json) = both(a, &at(&["admin", "federation", "policy"])).await;
    assert!(text.contains(b.name()), "{text}");
    assert_eq!(json["allowed_peers"], json!([b.name()]));
    let (text, json) = both(a, &at(&["admin", "federation", "rejections"])).await;
    assert_eq!(
        (text.trim(), &json),
        ("Nothing of that kind was refused.", &json!([]))
    );
    let (text, json) = both(a, &at(&["admin", "federation", "dead-letters"])).await;
    assert_eq!((text.trim(), &json), ("No dead letters.", &json!([])));
    let check = [&at(&["admin", "federation", "check"])[..], &[b.name()]].concat();
    let (text, json) = both(a, &check).await;
    assert!(text.contains(b.name()), "{text}");
    assert_eq!(json["ok"], true, "{json}");
    let (_, json) = both(a, &["doctor", b.name()]).await;
    assert_eq!(json["steps"].as_array().map(Vec::len), Some(10), "{json}");
    let said = a.ask(&["doctor"], "").await;
    assert_eq!(said.status, Some(0), "{}{}", said.out, said.err);

    // A refusal, with what it means.
    pair.bob.allow(&[]).await;
    let carol = b.person("default", "carol", "member").await;
    pair.alice.invite(&room, &carol).await;
    let list = at(&["admin", "federation", "dead-letters"]);
    let letter = eventually("a dead letter", async || {
        let json = a.admin(&[&list[..], &["--json"]].concat(), "").await;
        json.get(0).cloned()
    })
    .await;
    assert_eq!(letter["kind"], "invite", "{letter}");
    let (text, json) = both(a, &at(&["admin", "federation", "rejections"])).await;
    assert!(
        text.contains("outbound") && text.contains(b.name()),
        "{text}"
    );
    let id = json[0]["id"].as_str().expect("an id");
    let one = [&at(&["admin", "federation", "rejections"])[..], &[id]].concat();
    let (text, json) = both(a, &one).await;
    assert!(
        text.contains("Why that happens:") && text.contains("What can be done:"),
        "{text}"
    );
    assert!(
        !json["explanation"]["remedies"]
            .as_array()
            .expect("a list")
            .is_empty()
    );
    let id = letter["id"].as_str().expect("an id");
    let dropped = a.ask(&[&list[..], &["--drop", id]].concat(), "").await;
    assert_eq!((dropped.status, dropped.out.trim()), (Some(0), "Dropped."));
}

// Keys, while the server runs and takes each change up by itself.
#[tokio::test]
async fn keys_are_changed() {
    let process = Process::start("a.localhost").await;
    let made = process
        .ask(
            &[
                "admin",
                "create-tenant",
                "--slug",
                "second",
                "--name",
                "Second",
                "--server-name",
                "second.localhost:9",
            ],
            "",
        )
        .await;
    assert_eq!(
        (made.status, made.out.trim()),
        (Some(0), "Made the tenant second (second.localhost:9).")
    );
    let key = ["admin", "federation", "key"];
    let run = async |more: &[&str]| {
        let args = [&key[..], more, &["--tenant", "default", "--json"]].concat();
        process.admin(&args, "").await
    };
    let first = run(&["list"]).await["keys"][0]["key_id"].clone();
    let recovery = run(&["recovery"]).await;
    let line = recovery["recovery_key"].as_str().expect("a line");
    let file = process.directory().join("recovery.txt");
    std::fs::write(&file, line).expect("it is written");
    let again = process
        .ask(
            &[
                "admin",
                "federation",
                "key",
                "recovery",
                "--tenant",
                "default",
            ],
            "",
        )
        .await;
    assert_eq!(again.status, Some(1));
    assert!(again.err.contains("--force"), "{}", again.err);
    let next = run(&["rotate", "--force"]).await;
    assert_ne!(next["key_id"], first);
    let file = file.to_str().expect("a path");
    let revoked = run(&[
        "revoke",
        "--key",
        first.as_str().expect("an id"),
        "--recovery",
        file,
    ])
    .await;
    assert_ne!(revoked["key_id"], first);
    let keys = run(&["list"]).await;
    assert!(keys["keys"][0]["revoked_at"].is_u64(), "{keys}");
    assert_eq!(keys["recovery_key"], recovery["public_key"]);
}

// A room goes to the other server and back into a file, checked without a server; one bit of it changed is
// found.
#[tokio::test]
async fn a_room_is_handed_over_and_written_down() {
    let pair = Pair::start().await;
    let room = pair.room().await;
    let (a, b) = (&pair.a, &pair.b);
    pair.alice.say(&room, json!({"body": "kept"})).await;
    let args = |what: &'static str| ["admin", "rooms", what, "--tenant", "default", "--room"];
    let early = b
        .ask(&[&args("take-over")[..], &[&room]].concat(), "")
        .await;
    assert_eq!(early.status, Some(1));
    assert!(
        early.err.contains("must fetch the older history"),
        "{}",
        early.err
    );
    let path = format!("/v1/admin/rooms/{room}/federation/backfill");
    let done = pair.bob.post(&path, json!({})).await;
    assert_eq!(done["complete"], true, "{done}");
    let take_over = [&args("take-over")[..], &[&room, "--json"]].concat();
    // What came is checked behind the answer; until then the command says to try again.
    let agreed = eventually("the older part is checked", async || {
        let said = b.ask(&take_over, "").await;
        let later = said.err.contains("still checking the older part");
        assert!(said.status == Some(0) || later, "{}", said.err);
        (!later).then_some(said.out)
    })
    .await;
    let agreed: Value = serde_json::from_str(&agreed).expect("JSON, as asked for");
    assert_eq!(agreed["agreed"], true);
    let withdrawn = b
        .ask(
            &[&args("take-over")[..], &[&room, "--withdraw"]].concat(),
            "",
        )
        .await;
    assert_eq!(withdrawn.status, Some(0), "{}", withdrawn.err);
    let hand_over = [&args("hand-over")[..], &[&room, "--to", b.name()]].concat();
    let refused = a.ask(&hand_over, "").await;
    assert_eq!(refused.status, Some(1));
    assert!(refused.err.contains(b.name()), "{}", refused.err);
    b.admin(&take_over, "").await;
    let given = a.ask(&hand_over, "").await;
    assert_eq!(given.status, Some(0), "{}", given.err);
    assert!(
        given.out.contains("is the room's host now"),
        "{}",
        given.out
    );
    // The running server finds it within a minute; an admin can make it look at once.
    let retry = format!("/v1/admin/federation/peers/{}/retry", b.name());
    pair.alice.post(&retry, json!({})).await;
    eventually("b is the host", async || {
        (pair.bob.room(&room).await["host"] == b.name()).then_some(())
    })
    .await;

    let export = [&args("export")[..], &[&room, "--to", "kept.room"]].concat();
    let written = b.ask(&export, "").await;
    assert_eq!(written.status, Some(0), "{}", written.err);
    let again = b.ask(&export, "").await;
    assert_eq!(again.status, Some(1));
    assert!(
        again.err.contains("kept.room cannot be made"),
        "{}",
        again.err
    );
    let report = b.admin(&["verify", "kept.room", "--json"], "").await;
    assert_eq!(report["room_id"], room.as_str(), "{report}");
    assert_eq!(report["host"], b.name());
    assert_eq!(report["void"], json!([]));
    let file = b.directory().join("kept.room");
    let text = std::fs::read_to_string(&file).expect("it is there");
    std::fs::write(&file, text.replace("kept", "lost")).expect("it is written");
    let found = b.ask(&["verify", "kept.room"], "").await;
    assert_eq!(found.status, Some(1));
    assert!(
        found.err.contains("kept.room does not hold: "),
        "{}",
        found.err
    );
    // Nothing of this room is in doubt or read-only.
    let lift = b.ask(&[&args("lift")[..], &[&room]].concat(), "").await;
    assert_eq!(lift.status, Some(1));
    assert!(lift.err.contains("not read-only"), "{}", lift.err);
    let newest = b
        .admin(
            &[&args("confirm-newest")[..], &[&room, "--json"]].concat(),
            "",
        )
        .await;
    assert_eq!(newest["confirmed"], true);
    let elsewhere = a
        .ask(&[&args("confirm-newest")[..], &[&room]].concat(), "")
        .await;
    assert_eq!(elsewhere.status, Some(1));
    assert!(
        elsewhere.err.contains("hosted elsewhere"),
        "{}",
        elsewhere.err
    );
}
