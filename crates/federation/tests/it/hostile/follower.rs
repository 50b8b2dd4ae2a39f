//! Acme follows a room that evil.example hosts: what a host pushes that it must not.

use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_engine::audit::Actor;
use scaiwave_engine::{Viewer, invitations, rooms};
use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::log::{Checkpoint, Entry};
use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::{Code, Json, RoomId, SigningKey};
use scaiwave_testkit::hostile::{Host, edit, forge};
use scaiwave_testkit::{START_MS, TestServer};

use super::scene::{dump, rejections};
use crate::audited::lines;
use crate::peer::{Peer, Signed as _};
use crate::town::{House, Town, until};
use crate::world::START;

pub(super) struct Following {
    pub(super) town: Town,
    pub(super) acme: House,
    pub(super) alice: Viewer,
    pub(super) host: Arc<Mutex<Host>>,
    pub(super) evil: Peer,
    pub(super) room_id: RoomId,
}

impl Following {
    /// Alice of acme has joined, and acme has every entry.
    pub(super) async fn set() -> Self {
        Self::set_after(|_| {}).await
    }

    /// The same in a room with a past.
    pub(super) async fn set_after(past: impl FnOnce(&mut Host)) -> Self {
        let town = Town::new();
        town.clock.pass((START_MS - START) / 1000 + 60);
        let acme = town.tenant("acme", "acme.example").await;
        let alice = acme.person("alice").await;
        let mut host = Host::new(TestServer::new("evil.example", 66));
        let descriptor = acme.tenant.keyring().descriptor().as_json().clone();
        host.meet(Descriptor::parse(descriptor).unwrap());
        past(&mut host);
        let invite = host.invite(&alice.fqid);
        let evil = Peer {
            name: host.server.name().clone(),
            key: host.server.key().clone(),
            world: town.world.clone(),
        };
        let (room_id, invited) = (host.room.state.room_id().clone(), host.room.len());
        let host = Arc::new(Mutex::new(host));
        let hosts = &town.street.hosts;
        hosts.lock().insert(evil.name.clone(), host.clone());
        let scene = Following {
            town,
            acme,
            alice,
            host,
            evil,
            room_id,
        };
        assert!(matches!(scene.push(invite).await, ItemResult::Ok(_)));
        let accepting = invitations::accept(&scene.acme.tenant, &scene.alice, &scene.room_id);
        let pushing = async {
            until("the join", || async {
                scene.host.lock().room.len() > invited
            })
            .await;
            let to = scene.host.lock().room.len();
            let item = scene.host.lock().entries(invited, to);
            scene.push(item).await
        };
        let (joined, pushed) = futures_util::join!(accepting, pushing);
        joined.unwrap();
        assert!(matches!(pushed, ItemResult::Ok(_)), "{pushed:?}");
        scene
    }

    pub(super) async fn push(&self, item: Json) -> ItemResult {
        self.push_as(&self.evil, item).await
    }

    pub(super) async fn push_as(&self, peer: &Peer, item: Json) -> ItemResult {
        // So that the lines of the rejection log have an order.
        self.town.clock.pass(1);
        let item = String::from_utf8(item.canonical()).unwrap();
        let send = peer.send(self.acme.tenant.server_name(), &[item]);
        let response = self.town.inbound.handle(send.signed()).await;
        let mut results = ItemResult::parse_answer(&response.body, 1).unwrap();
        results.remove(0)
    }

    pub(super) async fn head(&self) -> LogPoint {
        self.acme
            .store
            .room(&self.room_id)
            .await
            .unwrap()
            .unwrap()
            .head
    }

    pub(super) async fn dump(&self) -> String {
        dump(&self.acme, &self.room_id, &self.evil.name, &self.alice).await
    }

    /// Everything that the host has sequenced and acme lacks.
    pub(super) async fn push_rest(&self) -> ItemResult {
        let head = self.head().await.seq;
        let item = {
            let host = self.host.lock();
            host.entries(head, host.room.len())
        };
        self.push(item).await
    }

    /// Mallory says something: the item that an honest host pushes.
    pub(super) fn said(&self) -> Json {
        let mut host = self.host.lock();
        let after = host.room.len();
        let message = host.server.message("mallory", "hello");
        host.room.must(message);
        host.entries(after, after + 1)
    }

    /// The item with a chain and a checkpoint that fit what it holds by now.
    pub(super) async fn sealed(&self, mut item: Json) -> Json {
        let mut at = self.head().await;
        let mut ts = 0;
        for entry in item.get("entries").and_then(Json::as_array).unwrap() {
            let entry = Entry::parse(entry.clone()).unwrap();
            let chain = entry.chain(&at.chain);
            (at, ts) = (
                LogPoint {
                    term: entry.term,
                    seq: entry.seq,
                    chain,
                },
                entry.ts,
            );
        }
        let checkpoint = Checkpoint::sign(self.room_id.clone(), at, ts, &self.evil.key);
        edit::set(&mut item, "checkpoint", checkpoint.to_json());
        item
    }

    /// The refused item changed nothing, and stands in the log.
    pub(super) async fn refuses(&self, story: &str, item: Json, code: Code) {
        let (before, lines) = (self.dump().await, rejections(&self.acme).await.len());
        let result = self.push(item).await;
        let ItemResult::Rejected(refusal) = &result else {
            panic!("{story}: {result:?}")
        };
        assert_eq!(refusal.code, code, "{story}: {refusal}");
        assert_eq!(self.dump().await, before, "{story}");
        let logged = rejections(&self.acme).await;
        assert_eq!(logged.len(), lines + 1, "{story}");
        assert_eq!(logged[0].code, code.as_str(), "{story}");
    }
}

/// What is made of an honest event.
type Forgery<'a> = Box<dyn Fn(Json) -> Json + 'a>;

pub(super) fn have(seq: u64) -> ItemResult {
    ItemResult::ok_with("have_seq", seq)
}

// T022: every value in what a host pushes counts: with any of them changed nothing is taken, and the honest item
// is taken afterwards.
#[tokio::test]
async fn every_value_counts() {
    let scene = Following::set().await;
    let item = scene.said();
    let (head, before) = (scene.head().await, scene.dump().await);
    for (path, changed) in edit::flips(&item) {
        let result = scene.push(changed).await;
        // A higher seq looks like a gap; nothing is stored either.
        let refused = matches!(result, ItemResult::Rejected(_) | ItemResult::Gap { .. });
        let nothing_new = result == have(head.seq);
        assert!(refused || nothing_new, "{path}: {result:?}");
        assert_eq!(scene.dump().await, before, "{path}");
    }
    assert_eq!(scene.push(item).await, have(head.seq + 1));
}

// T048: what acme has is compared by chain. The same again is fine; another history is refused.
#[tokio::test]
async fn another_history() {
    let scene = Following::set().await;
    let head = scene.head().await;
    let fork = scene.host.lock().room.clone();
    let item = scene.said();
    assert_eq!(scene.push(item.clone()).await, have(head.seq + 1));
    assert_eq!(scene.push(item).await, have(head.seq + 1), "the same again");
    // Back to before, and something else is said.
    scene.host.lock().room = fork;
    let other = scene.said();
    scene
        .refuses("another history", other, Code::ChainBroken)
        .await;
}

// A whole item is refused for its place and its checkpoint.
#[tokio::test]
async fn places_and_checkpoints() {
    let scene = Following::set().await;
    let head = scene.head().await;
    let item = scene.said();
    let at = |path: &str, value: u64| {
        let mut item = item.clone();
        edit::set(&mut item, path, value.into());
        item
    };
    let last_ts = scene.host.lock().room.entry(head.seq).ts();
    let cases = [
        (
            "a term that has ended",
            at("entries/0/term", 0),
            Code::StaleTerm,
        ),
        ("a term too far", at("entries/0/term", 3), Code::ChainBroken),
        (
            "a time that stands",
            at("entries/0/ts", last_ts),
            Code::ChainBroken,
        ),
    ];
    for (story, item, code) in cases {
        let item = scene.sealed(item).await;
        scene.refuses(story, item, code).await;
    }
    let stranger = SigningKey::from_seed(&[5; 32]);
    let signed = |key: &SigningKey, change: fn(&mut Json)| {
        let mut item = item.clone();
        let mut checkpoint = item.get("checkpoint").unwrap().clone();
        change(&mut checkpoint);
        let checkpoint = forge::signed("checkpoint", checkpoint, key);
        edit::set(&mut item, "checkpoint", checkpoint);
        item
    };
    let own = scene.evil.key.clone();
    let cases = [
        (
            "a checkpoint of a stranger",
            signed(&stranger, |_| {}),
            Code::KeyUntrusted,
        ),
        (
            "a checkpoint of another chain",
            signed(&own, |c| edit::set(c, "chain", "A".repeat(43).into())),
            Code::ChainBroken,
        ),
        (
            "a checkpoint older than its entry",
            signed(&own, |c| edit::set(c, "ts", 1u64.into())),
            Code::ChainBroken,
        ),
    ];
    for (story, item, code) in cases {
        scene.refuses(story, item, code).await;
    }
    let third = Peer::new(&scene.town, "third.example", 3);
    let result = scene.push_as(&third, item.clone()).await;
    assert!(
        matches!(&result, ItemResult::Rejected(refusal) if refusal.code == Code::NotHost),
        "{result:?}"
    );
    assert_eq!(scene.push(item).await, have(head.seq + 1), "the honest one");
}

// A gap is told, and nothing of it is kept.
#[tokio::test]
async fn a_gap() {
    let scene = Following::set().await;
    let head = scene.head().await;
    let (first, second) = (scene.said(), scene.said());
    let before = scene.dump().await;
    assert_eq!(
        scene.push(second.clone()).await,
        ItemResult::Gap { have_seq: head.seq }
    );
    assert_eq!(scene.dump().await, before);
    assert_eq!(scene.push(first).await, have(head.seq + 1));
    assert_eq!(scene.push(second).await, have(head.seq + 2));
}

// An entry that should not be there costs only itself: it counts for the chain, an admin reads of it, nobody
// sees it, and the room goes on.
#[tokio::test]
async fn entries_that_are_void() {
    let scene = Following::set().await;
    let alice = scene.alice.fqid.clone();
    let forged: [(&str, Forgery<'_>, Code); 3] = [
        (
            "words of alice that she never said",
            Box::new(|mut event| {
                edit::set(&mut event, "sender", (&alice).into());
                forge::event(event, &SigningKey::from_seed(&[5; 32]))
            }),
            Code::KeyUntrusted,
        ),
        (
            "words altered after they were signed",
            Box::new(|mut event| {
                edit::set(&mut event, "content/body", "other".into());
                event
            }),
            Code::SignatureMismatch,
        ),
        (
            "words of somebody who is no member",
            Box::new(|mut event| {
                edit::set(&mut event, "sender", "@eve:evil.example".into());
                forge::event(event, &scene.evil.key)
            }),
            Code::NotAuthorized,
        ),
    ];
    for (story, forge_it, code) in forged {
        let saved = scene.host.lock().room.clone();
        let mut item = scene.said();
        scene.host.lock().room = saved;
        let event = item.get("entries").unwrap().as_array().unwrap()[0].get("event");
        let event = forge_it(event.unwrap().clone());
        edit::set(&mut item, "entries/0/event", event.clone());
        let head = scene.head().await;
        let lines = rejections(&scene.acme).await.len();
        let shown = scene
            .acme
            .store
            .stream_after(0, 1000, usize::MAX)
            .await
            .unwrap()
            .len();

        let item = scene.sealed(item).await;
        assert_eq!(scene.push(item).await, have(head.seq + 1), "{story}");

        let logged = rejections(&scene.acme).await;
        assert_eq!(logged.len(), lines + 1, "{story}");
        assert_eq!(
            logged[0].code,
            code.as_str(),
            "{story}: {}",
            logged[0].message
        );
        let stream = scene
            .acme
            .store
            .stream_after(0, 1000, usize::MAX)
            .await
            .unwrap();
        assert_eq!(stream.len(), shown, "{story}: nobody sees it");
        let alarm = &crate::audited::lines(&scene.acme, "host.void_entry").await[0];
        assert_eq!(alarm.1.as_deref(), Some("evil.example"), "{story}");
        // The host's own log must go on from the same entry.
        let event = scaiwave_protocol::Received::parse(event)
            .unwrap()
            .into_event();
        scene.host.lock().room.force_event(&event);
    }
}

// The host puts a key into the log in our own name that was never ours: the room is read-only, and goes on
// when an admin here says so.
#[tokio::test]
async fn a_key_that_is_not_ours() {
    let scene = Following::set().await;
    let item = {
        let mut host = scene.host.lock();
        let after = host.room.len();
        let stranger = TestServer::new("acme.example", 9);
        let record = host.server.record(&stranger.descriptor(), true);
        host.room.force(record);
        host.entries(after, after + 1)
    };
    let head = scene.head().await;
    assert_eq!(scene.push(item).await, have(head.seq + 1));
    until("the room is read-only", || async {
        let room = scene.acme.store.room(&scene.room_id).await.unwrap();
        room.unwrap().frozen.is_some()
    })
    .await;
    let alarm = lines(&scene.acme, "host.forged_key").await.remove(0);
    assert_eq!(alarm.1.as_deref(), Some("evil.example"));
    let saved = scene.host.lock().room.clone();
    let next = scene.said();
    scene.host.lock().room = saved;
    scene
        .refuses("a room that stands still", next.clone(), Code::ChainBroken)
        .await;

    // The history is one: it goes on where it stood.
    let lifted = rooms::lift(&scene.acme.tenant, Actor::Operator, &scene.room_id).await;
    assert_eq!(lifted.unwrap().set_aside, 0);
    assert_eq!(scene.push(next).await, have(head.seq + 2));
    assert_eq!(
        lines(&scene.acme, "host.forged_key").await.len(),
        1,
        "told once"
    );
}

// Words in our name with our own key that we do not remember: taken as the rules say, and admins are told.
#[tokio::test]
async fn words_that_we_never_said() {
    let scene = Following::set().await;
    let mut item = scene.said();
    let key = scene.acme.tenant.keyring().signer();
    let event = item.get("entries").unwrap().as_array().unwrap()[0].get("event");
    let mut event = event.unwrap().clone();
    edit::set(&mut event, "sender", (&scene.alice.fqid).into());
    edit::set(&mut event, "origin_seq", (START_MS * 2).into());
    edit::set(&mut item, "entries/0/event", forge::event(event, &key));
    let head = scene.head().await;
    let item = scene.sealed(item).await;
    assert_eq!(scene.push(item).await, have(head.seq + 1));
    let alarm = lines(&scene.acme, "words.not_ours").await.remove(0);
    assert_eq!(alarm.1.as_deref(), Some("evil.example"));
    assert!(alarm.2.contains("does not remember"), "{}", alarm.2);
}
