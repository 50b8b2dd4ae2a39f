//! What a server may have of a room before it came, and after it has gone.

use http::Method;
use scaiwave_engine::messages;
use scaiwave_engine::rooms::{self, NewRoom};
use scaiwave_federation::Response;
use scaiwave_protocol::event::content::{History, RoomType};
use scaiwave_protocol::event::{Draft, LogPoint};
use scaiwave_protocol::log::Snapshot;
use scaiwave_protocol::wire::{Backfill, ItemResult};
use scaiwave_protocol::{Code, Json, RoomId, json};

use super::refused;
use super::scene::{CANARY, Scene};
use crate::peer::Signed as _;

impl Scene {
    async fn ask_of(&self, room: &RoomId, what: &str, query: Option<&str>) -> Response {
        let path = format!("/_scaiwave/federation/v1/rooms/{room}/{what}");
        let mut unsigned = self.evil.ask(&self.acme_name(), Method::GET, &path, "");
        unsigned.query = query.map(str::to_owned);
        self.town.inbound.handle(unsigned.signed()).await
    }

    async fn submit(&self, draft: Draft) -> ItemResult {
        let item = self.evil.submit(draft);
        let send = self.evil.send(&self.acme_name(), &[item]);
        let response = self.town.inbound.handle(send.signed()).await;
        ItemResult::parse_answer(&response.body, 1)
            .unwrap()
            .remove(0)
    }

    async fn alice_says(&self, room: &RoomId, body: &str) {
        let text = Json::object([("msgtype", "swp.text".into()), ("body", body.into())]);
        messages::post(&self.acme.tenant, &self.alice, room, text, None)
            .await
            .unwrap();
    }

    fn own_member(&self, room: &RoomId, seen: LogPoint, seq: u64, membership: &str) -> Draft {
        let content = Json::object([
            ("participant", (&self.evil.person("mallory")).into()),
            ("membership", membership.into()),
        ]);
        self.evil.draft(room, seen, "swp.room.member", seq, content)
    }
}

// T061: where the history begins with one's join, what was said before comes without its words, and the chain is
// whole all the same.
#[tokio::test]
async fn words_before_the_join_are_not_told() {
    let scene = Scene::set().await;
    let (tenant, alice) = (&scene.acme.tenant, &scene.alice);
    let new = NewRoom {
        room_type: RoomType::Group,
        name: None,
        topic: None,
        federate: true,
        history: History::Joined,
    };
    let room = rooms::create(tenant, alice, new).await.unwrap().id;
    scene.alice_says(&room, CANARY).await;
    let mallory = scene.evil.person("mallory");
    rooms::invite(tenant, alice, &room, &mallory).await.unwrap();
    let answer = scene.ask_of(&room, "snapshot", None).await;
    let seen = Snapshot::parse(json::parse_body(&answer.body).unwrap())
        .unwrap()
        .at;
    let joined = scene.submit(scene.own_member(&room, seen, 1, "join")).await;
    assert!(matches!(joined, ItemResult::Ok(_)), "{joined:?}");
    scene.alice_says(&room, "welcome").await;

    let answer = scene.ask_of(&room, "backfill", Some("after=0")).await;

    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(!text.contains(CANARY) && text.contains("welcome"), "{text}");
    let page = Backfill::parse(json::parse_body(&answer.body).unwrap()).unwrap();
    let mut chain = page.chain_before;
    for entry in &page.entries {
        chain = entry.chain(&chain);
    }
    assert_eq!(chain, page.checkpoint.at.chain);
    let erased: Vec<u64> = page
        .entries
        .iter()
        .filter(|entry| entry.event.is_erased())
        .map(|entry| entry.seq)
        .collect();
    assert_eq!(erased, [4], "the one message before the join");
}

// T060: a server whose last participant has left is told nothing any more.
#[tokio::test]
async fn who_has_left_is_told_nothing() {
    let scene = Scene::set().await;
    // Trudy's invitation would still entitle to a snapshot.
    let trudy = scene.evil.person("trudy");
    rooms::kick(
        &scene.acme.tenant,
        &scene.alice,
        &scene.room_id,
        &trudy,
        None,
    )
    .await
    .unwrap();
    let leave = scene.own_member(&scene.room_id, scene.seen, 2, "leave");
    let left = scene.submit(leave).await;
    assert!(matches!(left, ItemResult::Ok(_)), "{left:?}");
    nothing_is_told(&scene).await;
}

// T045: whoever is banned is heard and told no more, in whatever form they come.
#[tokio::test]
async fn the_banned_are_not_heard() {
    let scene = Scene::set().await;
    let (tenant, alice) = (&scene.acme.tenant, &scene.alice);
    for person in ["mallory", "trudy"] {
        let person = scene.evil.person(person);
        rooms::ban(tenant, alice, &scene.room_id, &person, None)
            .await
            .unwrap();
    }
    let reaction = Json::object([
        ("event_id", (&scene.evil.world.event_id()).into()),
        ("emoji", "👍".into()),
        ("action", "add".into()),
    ]);
    let (room, seen) = (&scene.room_id, scene.seen);
    let attempts = [
        scene.message(2),
        scene
            .evil
            .draft(room, seen, "swp.room.reaction", 2, reaction),
        scene.own_member(room, seen, 2, "join"),
        scene.own_member(room, seen, 2, "leave"),
    ];
    for attempt in attempts {
        let kind = attempt.kind.clone();
        let before = scene.dump().await;
        let result = scene.submit(attempt).await;
        let ItemResult::Rejected(refusal) = &result else {
            panic!("{kind}: {result:?}")
        };
        let codes = [Code::NotAuthorized, Code::RoomUnknown];
        assert!(codes.contains(&refusal.code), "{kind}: {refusal}");
        assert_eq!(scene.dump().await, before, "{kind}");
    }
    nothing_is_told(&scene).await;
}

async fn nothing_is_told(scene: &Scene) {
    let questions = [
        ("members", None),
        ("backfill", Some("after=0")),
        ("snapshot", None),
    ];
    for (what, query) in questions {
        let answer = scene.ask_of(&scene.room_id, what, query).await;
        assert_eq!(refused(&answer), Some(Code::RoomUnknown), "{what}");
    }
}
