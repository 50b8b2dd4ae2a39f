//! `docs/examples/handshake.py` was written from `docs/protocol.md` alone, in another language: what it can
//! do with a real server shows that the page says enough.

use std::path::Path;
use std::process::Stdio;

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use crate::harness::{PATIENCE, Process, eventually, free_port, python};

/// The one package that the example needs beside Python itself.
const PACKAGE: &str = "pynacl>=1.5,<2";

/// Invited, joined by snapshot, entries verified, a message sequenced: five steps, each printed.
#[tokio::test]
async fn a_server_in_python_takes_part() {
    let server = Process::start("good.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let name = format!("robot.localhost:{}", free_port());
    alice.allow(&[&name]).await;
    let room = alice.create_room("Handshake").await;
    let (mut robot, mut lines) = start(&name).await;
    let mut told = vec![next(&mut lines).await.expect("the first step")];
    let robot_id = format!("@robot:{name}");
    let path = format!("/v1/rooms/{room}/invitations");
    alice.post(&path, json!({"fqid": robot_id})).await;
    while let Some(line) = next(&mut lines).await {
        told.push(line);
    }
    let status = robot.wait().await.expect("a status");
    let told = told.join("\n");
    assert!(status.success(), "{status}; it said:\n{told}");
    for step in 1..=5 {
        let begin = format!("{step}. ");
        let lines = told.lines().filter(|line| line.starts_with(&begin));
        assert_eq!(lines.count(), 1, "step {step} in:\n{told}");
    }
    // What it saw is what stands here.
    let said = eventually("the message", async || {
        let timeline = alice.timeline(&room).await;
        timeline
            .into_iter()
            .find(|event| event["content"]["body"] == "Hello from Python")
    });
    let said = said.await;
    assert_eq!(
        said["sender"],
        json!({"fqid": robot_id, "local_id": "robot", "server_name": name, "display_name": "Robot"})
    );
    let head = alice.room(&room).await["head"].take();
    let chain = head["chain"].as_str().expect("a chain");
    assert!(told.ends_with(chain), "{head} in:\n{told}");
}

async fn start(name: &str) -> (Child, Lines<BufReader<ChildStdout>>) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/handshake.py");
    let mut command = python(PACKAGE, "nacl.signing").await;
    command.arg(script).arg(name);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.kill_on_drop(true);
    let mut robot = command.spawn().expect("python3 starts");
    let stdout = robot.stdout.take().expect("it is piped");
    (robot, BufReader::new(stdout).lines())
}

async fn next(lines: &mut Lines<BufReader<ChildStdout>>) -> Option<String> {
    let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
    line.expect("it says something in time").expect("text")
}
