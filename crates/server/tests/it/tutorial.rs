//! What the documentation tells newcomers to type, typed.

use std::path::Path;
use std::process::Stdio;

use http::Method;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::harness::{Pair, Process, eventually, free_port};

/// The blocks of one language in a page, in their order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let pieces = page.split(&fence).skip(1);
    let blocks = pieces.map(|piece| piece.split("```").next().unwrap_or_default());
    blocks.map(str::to_owned).collect()
}

/// A shell in a directory of its own, whose children end with it.
async fn shell(directory: &Path, script: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_scaiwave"));
    let path = std::env::var("PATH").expect("a path");
    let path = format!(
        "{}:{path}",
        program.parent().expect("a directory").display()
    );
    let mut command = Command::new("sh");
    command
        .args(["-euc", script])
        .current_dir(directory)
        .env("PATH", path)
        .stdin(Stdio::null())
        // What it starts is ended with it: `kill 0` means all of its group.
        .process_group(0)
        .kill_on_drop(true);
    let output = command.output().await.expect("a shell");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    let log = |name: &str| std::fs::read_to_string(directory.join(name)).unwrap_or_default();
    assert!(
        output.status.success(),
        "{}: {out}\n{err}\nthe server: {}\nthe bot: {}",
        output.status,
        log("server.log"),
        log("bot.log")
    );
    out
}

/// `docs/first-bot.md`, word by word: a server, an account, a token, the bot, a question and its answer.
#[tokio::test]
async fn the_first_bot_answers() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/first-bot.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let page = page.replace("localhost:8000", &format!("localhost:{}", free_port()));
    let (bots, steps) = (blocks(&page, "python"), blocks(&page, "sh"));
    let ([bot], [before @ .., look]) = (bots.as_slice(), steps.as_slice()) else {
        panic!("the page has one bot and several steps")
    };
    let lines = bot.lines().filter(|line| !line.trim().is_empty());
    assert!(lines.count() <= 20, "a first bot is short");
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("bot.py"), bot).expect("written");
    // The reader looks when the answer is there; a script has to wait for it, and to clean up.
    let script = format!(
        "trap 'trap \"\" TERM; kill 0' EXIT\n\
         export SCAIWAVE_LISTEN=127.0.0.1:{port}\n{}\n\
         n=0; until ({look}) | grep -q '\"body\":\"hello\"' || [ $n = 300 ]; do sleep 0.1; n=$((n+1)); done\n{look}",
        before.join("\n"),
        port = page
            .split("localhost:")
            .nth(1)
            .and_then(|rest| rest.split_whitespace().next())
            .expect("a port"),
    );
    let said = shell(directory.path(), &script).await;
    let answer = said.lines().last().unwrap_or_default();
    let answer = answer.find("{\"data\":[").map(|at| &answer[at..]);
    let messages: Value = serde_json::from_str(answer.expect(&said)).expect("JSON");
    let events = messages["data"].as_array().expect("a list");
    let by_body = |body: &str| {
        let mut found = events
            .iter()
            .filter(|event| event["content"]["body"] == body);
        let event = found
            .next()
            .unwrap_or_else(|| panic!("nobody said {body}: {said}"));
        assert!(found.next().is_none(), "{body} stands there twice");
        event.clone()
    };
    let (question, answer) = (by_body("!echo hello"), by_body("hello"));
    assert_eq!(answer["sender"]["local_id"], "echo");
    assert_eq!(answer["content"]["reply_to_event_id"], question["id"]);
}

/// The calls of the public tutorials, in their order: an account, rooms, messages, the stream, another
/// server. Paths, fields and the order are theirs.
#[tokio::test]
async fn the_tutorials_of_scaiwave_run_as_they_stand() {
    let pair = Pair::start().await;
    let Pair { alice, bob, a, .. } = &pair;

    // Quick start: who am I, and what can I log in with?
    let config = alice.get("/v1/auth/config").await;
    assert_eq!(config["mode"], "local", "{config}");
    let register = json!({
        "participant_id": "carol", "tenant_id": config["tenant_id"], "display_name": "Carol",
    });
    let carol = alice.post("/v1/auth/register", register.clone()).await;
    assert_eq!(carol["local_id"], "carol");
    assert_eq!(carol["participant_type"], "human");
    let again = alice.post("/v1/auth/register", register).await;
    assert_eq!(again["id"], carol["id"], "registering is idempotent");
    let me = alice.get("/v1/me").await;
    assert_eq!(me["display_name"], "alice");

    // Rooms: none, one, its state and its members.
    assert_eq!(alice.get("/v1/rooms").await, json!([]));
    let new = json!({
        "room_type": "group", "name": "General", "topic": "Everything", "is_public": false,
        "scope_kind": null,
    });
    let room = alice.post("/v1/rooms", new).await;
    let id = room["id"].as_str().expect("an id").to_owned();
    let at = |rest: &str| format!("/v1/rooms/{id}{rest}");
    assert_eq!(alice.get("/v1/rooms").await[0]["id"], id.as_str());
    alice
        .post(&at("/invite"), json!({"participant_id": carol["id"]}))
        .await;
    let members = alice.get(&at("/members")).await;
    let carols = members.as_array().expect("a list").iter();
    let mut carols = carols.filter(|member| member["participant_id"] == carol["id"]);
    assert_eq!(carols.next().expect("she is there")["membership"], "invite");
    let state = alice.get(&at("/state")).await;
    for field in [
        "room",
        "members",
        "active_call",
        "unread_count",
        "last_read_event_id",
        "muted_until",
    ] {
        assert!(state.get(field).is_some(), "{field} in {state}");
    }

    // Messages: said, answered, reacted to, edited, taken back; seen on the stream and by sync.
    let mut stream = alice.stream().await;
    let uuid = "0190a5d0-ac96-774b-bcce-b302099a8057";
    let hello = json!({"content": {"msgtype": "swp.text", "body": "hello"}, "event_uuid": uuid});
    let said = alice.post(&at("/send"), hello.clone()).await;
    assert_eq!(said["id"], uuid);
    assert_eq!(
        alice.post(&at("/send"), hello).await["id"],
        uuid,
        "sent twice, said once"
    );
    let content = json!({"body": "hello yourself", "reply_to_event_id": uuid, "mentions": []});
    let reply = alice.post(&at("/send"), json!({"content": content})).await;
    alice
        .put(
            &at(&format!("/events/{uuid}/reactions/%F0%9F%91%8D")),
            json!({}),
        )
        .await;
    let edit = json!({"content": {"body": "hello, all"}});
    alice.post(&at(&format!("/events/{uuid}/edit")), edit).await;
    let reply_id = reply["id"].as_str().expect("an id");
    alice
        .post(
            &at(&format!("/events/{reply_id}/redact")),
            json!({"reason": "typo"}),
        )
        .await;
    for kind in [
        "swp.room.message",
        "swp.room.reaction",
        "swp.room.edit",
        "swp.room.redaction",
    ] {
        stream
            .until(kind, |frame| {
                frame["type"] == kind && frame["room_id"] == id.as_str()
            })
            .await;
    }
    let page = alice
        .call(Method::GET, &at("/messages?limit=50&direction=back"), None)
        .await;
    let (_, page) = page.expect("an answer");
    assert_eq!(page["meta"]["has_more"], false, "{page}");
    let shown = page["data"].as_array().expect("a list").iter();
    let shown: Vec<_> = shown
        .filter(|event| event["event_type"] == "swp.room.message")
        .collect();
    let first = shown
        .iter()
        .find(|event| event["id"] == uuid)
        .expect("the first");
    assert_eq!(first["content"]["body"], "hello, all");
    assert_eq!(
        (
            &first["reactions"][0]["emoji"],
            &first["reactions"][0]["count"]
        ),
        (&json!("👍"), &json!(1))
    );
    assert!(first["edited_at"].is_string() && first["origin_ts"].is_u64());
    let sync = alice.get("/v1/sync?since=0&limit=500&timeout=0").await;
    assert!(
        sync["next_cursor"].is_u64() && sync["has_more"] == false,
        "{sync}"
    );
    alice.post(&at("/read"), json!({"event_id": uuid})).await;
    alice
        .put("/v1/typing", json!({"room_id": id, "typing": true}))
        .await;

    // Federation: our identity, the peer, the room, somebody there.
    let identity = alice.get("/v1/admin/federation/identity").await;
    assert_eq!(identity["server_name"], a.name());
    let policy = json!({"allowed_peers": [pair.b.name()], "default_mode": "invite_only"});
    alice.put("/v1/admin/federation/policy", policy).await;
    alice
        .put(
            &format!("/v1/admin/rooms/{id}/federate"),
            json!({"enabled": true}),
        )
        .await;
    alice
        .post(&at("/invitations"), json!({"fqid": bob.fqid}))
        .await;
    bob.accept(&id).await;
    let hi = bob
        .say(&id, json!({"body": "hi from the other server"}))
        .await;
    stream.sequenced(&hi).await;
    let peers = alice.get("/v1/admin/federation/peers").await;
    assert_eq!(peers[0]["server_name"], pair.b.name(), "{peers}");
    let dm = alice
        .post("/v1/me/federated-dms", json!({"fqid": bob.fqid}))
        .await;
    bob.accept(dm["id"].as_str().expect("an id")).await;
    let there = eventually("both are in it", async || {
        let members = bob
            .get(&format!("/v1/rooms/{}/members", dm["id"].as_str()?))
            .await;
        (members.as_array()?.len() == 2).then_some(())
    });
    there.await;
}

/// Registering by oneself is not what this server does: an admin makes accounts.
#[tokio::test]
async fn registering_is_for_admins() {
    let server = Process::start("a.localhost").await;
    let mia = server.person("default", "mia", "member").await;
    let body = json!({"participant_id": "x", "tenant_id": "default", "display_name": "X"});
    let refused = mia.refused("/v1/auth/register", body).await;
    assert_eq!(refused, (403, "SW_AUTH_INSUFFICIENT_PERMISSION".to_owned()));
}
