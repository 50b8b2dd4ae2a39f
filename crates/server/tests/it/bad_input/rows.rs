use std::time::Duration;

use serde_json::{Value, json};

use super::Scene;
use super::peer::Request;

/// One kind of bad input.
pub(super) struct Row {
    pub(super) story: &'static str,
    /// What is different in our policy.
    pub(super) policy: Value,
    pub(super) request: fn(&mut Scene) -> Request,
    /// It is the second of two equal requests that is bad.
    pub(super) twice: bool,
    pub(super) answer: Answer,
    /// The step that the rejection log names, if the request stands there.
    pub(super) recorded: Option<&'static str>,
}

pub(super) enum Answer {
    Whole(u16, &'static str),
    Item(&'static str),
}

use Answer::{Item, Whole};

fn row(
    story: &'static str,
    answer: Answer,
    recorded: Option<&'static str>,
    request: fn(&mut Scene) -> Request,
) -> Row {
    Row {
        story,
        policy: Value::Null,
        request,
        twice: false,
        answer,
        recorded,
    }
}

/// A good submission as text, to be spoilt.
fn good(scene: &mut Scene) -> String {
    let event = scene.peer.message(&scene.room);
    scene.peer.submit(event)
}

fn spoilt(scene: &mut Scene, from: &str, to: &str) -> Request {
    let item = good(scene);
    assert!(item.contains(from), "{item}");
    let item = item.replacen(from, to, 1);
    scene.peer.items(&[item])
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row(
            "signed with another key",
            Whole(401, "SW_FED_SIGNATURE_MISMATCH"),
            Some("signature"),
            |scene| {
                let item = good(scene);
                scene.peer.items(&[item]).signed_by_somebody_else()
            },
        ),
        row(
            "a key that nobody published",
            Whole(401, "SW_FED_KEY_UNTRUSTED"),
            Some("key"),
            |scene| {
                let item = good(scene);
                scene.peer.items(&[item]).with_an_unknown_key()
            },
        ),
        row(
            "changed on the way",
            Whole(401, "SW_FED_SIGNATURE_MISMATCH"),
            Some("digest"),
            |scene| {
                let item = good(scene);
                let mut request = scene.peer.items(&[item]);
                request.body = request.body.replacen("hello", "HELLO", 1);
                request
            },
        ),
        row(
            "for somebody else",
            Whole(421, "SW_FED_WRONG_DESTINATION"),
            None,
            |scene| {
                let item = good(scene);
                scene.peer.items(&[item]).to("elsewhere.example")
            },
        ),
        row(
            "made too long ago",
            Whole(401, "SW_FED_CLOCK_SKEW"),
            Some("created"),
            |scene| {
                let item = good(scene);
                scene
                    .peer
                    .items(&[item])
                    .made_before(Duration::from_secs(62))
            },
        ),
        Row {
            twice: true,
            ..row(
                "sent twice",
                Whole(401, "SW_FED_REPLAY"),
                Some("nonce"),
                |scene| scene.peer.items(&[]),
            )
        },
        row(
            "no JSON",
            Whole(400, "SW_FED_EVENT_INVALID"),
            Some("parse"),
            |scene| {
                scene
                    .peer
                    .signed("POST", "/_scaiwave/federation/v1/send", "{\"items\":[}")
            },
        ),
        row(
            "too large",
            Whole(413, "SW_FED_EVENT_INVALID"),
            Some("size_and_rate"),
            |scene| {
                let body = format!("{{\"items\":[{}]}}", " ".repeat(1 << 20));
                scene
                    .peer
                    .signed("POST", "/_scaiwave/federation/v1/send", &body)
            },
        ),
        row(
            "a peer that nobody let in",
            Whole(403, "SW_FED_PEER_UNKNOWN"),
            Some("policy"),
            |scene| {
                let item = good(scene);
                scene.peer.items(&[item]).from("stranger.localhost:9")
            },
        ),
        row(
            "words changed after signing",
            Item("SW_FED_SIGNATURE_MISMATCH"),
            Some("item"),
            |scene| spoilt(scene, "hello", "HELLO"),
        ),
        row(
            "in somebody else's name",
            Item("SW_FED_NOT_AUTHORIZED"),
            Some("item"),
            |scene| {
                let name = scene.peer.name().to_owned();
                let victim = scene.alice.fqid.clone();
                spoilt(scene, &format!("@mallory:{name}"), &victim)
            },
        ),
        row(
            "a number with a fraction",
            Item("SW_FED_EVENT_INVALID"),
            Some("parse"),
            |scene| spoilt(scene, "\"origin_seq\":", "\"more\":1.5,\"origin_seq\":"),
        ),
        row(
            "a name twice",
            Item("SW_FED_EVENT_INVALID"),
            Some("parse"),
            |scene| spoilt(scene, "\"body\":", "\"body\":\"x\",\"\\u0062ody\":"),
        ),
        Row {
            policy: json!({"max_foreign_participants_per_room": 2}),
            ..row(
                "one too many from elsewhere",
                Item("SW_FED_POLICY_VIOLATION"),
                Some("item"),
                |scene| {
                    let invite = scene.peer.submit(scene.peer.invite("oscar", &scene.room));
                    scene.peer.items(&[invite])
                },
            )
        },
    ]
}
