//! What a hostile peer sends over real HTTP: each row gets the protocol's code, changes nothing, and
//! stands in the rejection log where an event or invitation was turned away.

mod peer;
mod rows;

use serde_json::{Value, json};

use crate::harness::{Client, Process, eventually};
use peer::Peer;
use rows::{Answer, Row};

/// A server that lets the peer in, with a room in which the peer's Mallory is.
struct Scene {
    server: Process,
    alice: Client,
    peer: Peer,
    room: String,
}

impl Scene {
    async fn set() -> Self {
        let server = Process::start("good.localhost").await;
        let alice = server.person("default", "alice", "admin").await;
        let peer = Peer::serve("hostile.localhost", server.name()).await;
        alice.allow(&[peer.name()]).await;
        let room = alice.create_room("Target").await;
        for local in ["mallory", "eve"] {
            let path = format!("/v1/rooms/{room}/invitations");
            alice
                .post(&path, json!({"fqid": format!("@{local}:{}", peer.name())}))
                .await;
        }
        let mut scene = Scene {
            server,
            alice,
            peer,
            room,
        };
        scene.join().await;
        scene
    }

    /// An honest beginning: snapshot, then join.
    async fn join(&mut self) {
        let path = format!("/_scaiwave/federation/v1/rooms/{}/snapshot", self.room);
        let snapshot = self.peer.signed("GET", &path, "").send(&self.server).await;
        assert_eq!(snapshot.0, 200, "{}", snapshot.1);
        self.peer.has_seen(&snapshot.1);
        let join = self.peer.submit(self.peer.join(&self.room));
        let (status, answer) = self.peer.items(&[join]).send(&self.server).await;
        assert_eq!(
            (status, &answer["results"][0]["status"]),
            (200, &json!("ok")),
            "{answer}"
        );
    }

    /// Everything that a refused request must leave alone.
    async fn state(&self) -> [Value; 4] {
        [
            self.alice.room(&self.room).await,
            self.alice
                .get(&format!("/v1/rooms/{}/members", self.room))
                .await,
            Value::Array(self.alice.timeline(&self.room).await),
            self.alice.get("/v1/rooms").await,
        ]
    }

    /// The ids of all rejections so far.
    async fn rejections(&self) -> Vec<Value> {
        let lines = self
            .alice
            .get("/v1/admin/federation/rejections?limit=200")
            .await;
        lines.as_array().expect("a list").clone()
    }
}

#[tokio::test]
async fn bad_input_gets_its_code_and_changes_nothing() {
    let mut scene = Scene::set().await;
    for row in rows::rows() {
        check(&mut scene, &row).await;
    }
    // The honest go on.
    let event = scene.peer.message(&scene.room);
    let hello = scene.peer.submit(event);
    let (status, answer) = scene.peer.items(&[hello]).send(&scene.server).await;
    assert_eq!(
        (status, &answer["results"][0]["status"]),
        (200, &json!("ok")),
        "{answer}"
    );
}

/// Closing ends what is shared, so this peer shares nothing.
#[tokio::test]
async fn closed_federation_admits_nobody() {
    let server = Process::start("good.localhost").await;
    let alice = server.person("default", "alice", "admin").await;
    let mut peer = Peer::serve("hostile.localhost", server.name()).await;
    alice.allow(&[peer.name()]).await;
    let request = peer.items(&[]);
    assert_eq!(request.send(&server).await.0, 200, "open, it is let in");
    alice
        .put(
            "/v1/admin/federation/policy",
            json!({"default_mode": "closed"}),
        )
        .await;
    let (status, answer) = peer.items(&[]).send(&server).await;
    assert_eq!(
        (status, &answer["error"]["code"]),
        (403, &json!("SW_FED_PEER_UNKNOWN"))
    );
}

async fn check(scene: &mut Scene, row: &Row) {
    let policy = scene.alice.get("/v1/admin/federation/policy").await;
    if !row.policy.is_null() {
        scene
            .alice
            .put("/v1/admin/federation/policy", row.policy.clone())
            .await;
    }
    let (state, before) = (scene.state().await, scene.rejections().await);
    let request = (row.request)(scene);
    if row.twice {
        let (status, answer) = request.send(&scene.server).await;
        assert_eq!(
            status, 200,
            "{}: the first time is fine: {answer}",
            row.story
        );
    }
    let (status, answer) = request.send(&scene.server).await;
    let code = match row.answer {
        Answer::Whole(expected, code) => {
            assert_eq!(
                (status, &answer["error"]["code"]),
                (expected, &json!(code)),
                "{}",
                row.story
            );
            code
        }
        Answer::Item(code) => {
            let result = &answer["results"][0];
            let expected = (200, &json!("rejected"), &json!(code));
            assert_eq!(
                (status, &result["status"], &result["code"]),
                expected,
                "{}: {answer}",
                row.story
            );
            code
        }
    };
    assert_eq!(
        scene.state().await,
        state,
        "{} changed something",
        row.story
    );
    if let Some(step) = row.recorded {
        let line = eventually("it stands in the rejection log", async || {
            let lines = scene.rejections().await;
            let new = lines
                .into_iter()
                .find(|line| before.iter().all(|old| old["id"] != line["id"]));
            new.filter(|line| line["code"] == code)
        });
        let line = line.await;
        assert_eq!(line["step"], step, "{}: {line}", row.story);
        assert_eq!(line["direction"], "inbound", "{}", row.story);
        assert!(
            line["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{}",
            row.story
        );
    }
    if !row.policy.is_null() {
        scene.alice.put("/v1/admin/federation/policy", policy).await;
    }
}
