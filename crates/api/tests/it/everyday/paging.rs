//! Reading a room page by page: everything is seen once, however large it is and whatever happens meanwhile.

use scaiwave_engine::live::{FrameBody, Session};
use scaiwave_engine::messages;
use scaiwave_protocol::{EventId, Json, RoomId};
use serde_json::{Value, json};

use super::scene::Scene;
use super::text;

/// What one page may have of people's words.
const PAGE_BYTES_MAX: usize = 1024 * 1024;

impl Scene {
    async fn page(&self, path: &str) -> Value {
        let (status, page) = self.alice.desk.ask("GET", path, None).await;
        assert_eq!(status, 200, "{path}: {page}");
        page
    }

    /// All pages one way, beginning where the direction begins; `between` happens after the first.
    async fn pages(&self, query: &str, between: impl AsyncFn()) -> Vec<Vec<Value>> {
        let path = format!("/v1/rooms/{}/messages?{query}", self.room);
        let (mut pages, mut from) = (Vec::new(), String::new());
        loop {
            let page = self.page(&format!("{path}{from}")).await;
            pages.push(page["data"].as_array().unwrap().clone());
            if page["meta"]["has_more"] == false {
                return pages;
            }
            from = format!("&from={}", page["meta"]["next_cursor"].as_str().unwrap());
            if pages.len() == 1 {
                between().await;
            }
        }
    }
}

impl Scene {
    /// All pages of what bob is told after a position.
    async fn synced(&self, mut since: u64) -> Vec<Vec<Value>> {
        let mut pages = Vec::new();
        loop {
            let path = format!("/v1/sync?since={since}&limit=500");
            let (status, mut answer) = self.bob.desk.ask("GET", &path, None).await;
            assert_eq!(status, 200, "{path}: {answer}");
            let page = answer["data"].take();
            pages.push(page["events"].as_array().unwrap().clone());
            since = page["next_cursor"].as_u64().unwrap();
            if page["has_more"] == false {
                return pages;
            }
        }
    }
}

fn id(event: &Value) -> &str {
    event["id"].as_str().unwrap()
}

fn bytes(events: &[Value]) -> usize {
    let body = |event: &Value| event["content"]["body"].as_str().map_or(0, str::len);
    events.iter().map(body).sum()
}

// Two dozen large messages are no page, although 200 may be. Whoever goes on has them all.
#[tokio::test]
async fn large_messages_come_in_several_pages() {
    let scene = Scene::new().await;
    let said = scene.large_messages(24).await;
    let are_all = |events: Vec<&Value>| {
        let large = events
            .into_iter()
            .filter(|event| bytes(&[(*event).clone()]) > 0);
        large.map(id).eq(said.iter().map(String::as_str))
    };
    for direction in ["back", "forward"] {
        let query = format!("limit=200&direction={direction}");
        let mut pages = scene.pages(&query, async || {}).await;
        assert_eq!(pages.len(), 2, "{direction}");
        for page in &pages {
            let size = bytes(page);
            assert!((1..=PAGE_BYTES_MAX).contains(&size), "{direction}: {size}");
        }
        if direction == "back" {
            pages.reverse();
        }
        assert!(are_all(pages.iter().flatten().collect()), "{direction}");
    }
}

// Bad-input row T117: most of what happens in a room is no line of it, and people go on talking.
#[tokio::test]
async fn every_line_once_among_all_that_is_none() {
    let scene = Scene::new().await;
    let (alice, bob, room) = (&scene.alice, &scene.bob, &scene.room);
    let mut said = Vec::new();
    for n in 0..12 {
        let event = alice.say(room, text(&format!("word {n}"))).await;
        let at = format!("/v1/rooms/{room}/events/{event}");
        for edit in 0..2 {
            let content = json!({"content": text(&format!("word {n}, {edit}"))});
            alice.send("POST", &format!("{at}/edit"), content).await;
        }
        for method in ["PUT", "DELETE", "PUT"] {
            let path = format!("{at}/reactions/%F0%9F%91%8D");
            let (status, answer) = bob.desk.ask(method, &path, None).await;
            assert_eq!(status, 200, "{answer}");
        }
        if n % 3 == 0 {
            alice.send("POST", &format!("{at}/redact"), json!({})).await;
        }
        said.push(event);
    }
    let more = async || {
        bob.say(room, text("meanwhile")).await;
    };
    for direction in ["back", "forward"] {
        let before = scene
            .pages("limit=200&direction=forward", async || {})
            .await
            .concat();
        let query = format!("limit=5&direction={direction}");
        let mut pages = scene.pages(&query, more).await;
        assert!(pages.iter().all(|page| (1..=5).contains(&page.len())));
        let expected = match direction {
            "back" => {
                pages.reverse();
                before
            }
            _ => scene
                .pages("limit=200&direction=forward", async || {})
                .await
                .concat(),
        };
        let seen = pages.concat();
        assert!(
            seen.iter().map(id).eq(expected.iter().map(id)),
            "{direction}"
        );
        assert!(
            said.iter()
                .all(|said| seen.iter().any(|event| id(event) == said))
        );
    }
}

fn large(body: &str) -> Json {
    Json::object([("msgtype", "swp.text".into()), ("body", body.into())])
}

impl Scene {
    /// Says so many messages of 50,000 bytes; gives their ids.
    async fn large_messages(&self, count: usize) -> Vec<String> {
        let (viewer, room) = (self.viewer("alice"), RoomId::parse(&self.room).unwrap());
        let words = "x".repeat(50_000);
        let mut said = Vec::new();
        for n in 0..count {
            let body = format!("{n} {words}");
            let posted = messages::post(&self.house.tenant, &viewer, &room, large(&body), None);
            let posted = posted.await;
            said.push(posted.unwrap().id.to_string());
        }
        said
    }
}

// Whoever was away for long is not told everything in one answer: of sync, or in one burst on the stream. Twenty of them
// have less than 1 MiB; one that was edited is told with both its words.
#[tokio::test]
async fn much_is_told_little_by_little() {
    let scene = Scene::new().await;
    let (tenant, viewer) = (&scene.house.tenant, scene.viewer("alice"));
    let before = tenant.hub().position();
    for (count, edits) in [(20, 0), (30, 0), (20, 6)] {
        let since = scene.house.tenant.hub().position();
        let said = scene.large_messages(count).await;
        for event in &said[..edits] {
            let (room, event) = (
                RoomId::parse(&scene.room).unwrap(),
                EventId::parse(event).unwrap(),
            );
            let content = large(&"y".repeat(50_000));
            let edited = messages::edit(tenant, &viewer, &room, event, content).await;
            edited.unwrap();
        }
        let pages = scene.synced(since).await;
        let fits = (count + edits) * 50_100 <= PAGE_BYTES_MAX;
        assert_eq!(pages.len() == 1, fits, "{count}, {edits}");
        for page in &pages {
            assert!(
                (1..=PAGE_BYTES_MAX).contains(&bytes(page)),
                "{}",
                bytes(page)
            );
        }
        let pages = pages.concat();
        let mut ids: Vec<&str> = pages.iter().map(id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut expected: Vec<&str> = said.iter().map(String::as_str).collect();
        expected.sort_unstable();
        assert_eq!(ids, expected, "{count}, {edits}");
    }
    // Another process has nothing of it in memory.
    let house = scene.restarted().await;
    let session = Session::open(house.tenant.clone(), scene.viewer("bob"), Some(before));
    let mut session = session.await.unwrap();
    let (mut told, mut bursts) = (0, 0);
    while session.position() < house.tenant.hub().position() {
        let burst = session.next().await.unwrap();
        let sizes = burst.iter().map(|frame| match &frame.body {
            FrameBody::Event(view) => view.content.canonical().len(),
            FrameBody::Edit { content, .. } => content.canonical().len(),
            _ => 0,
        });
        let size: usize = sizes.sum();
        // Lines and edits are bounded each by itself.
        assert!(size <= 2 * PAGE_BYTES_MAX, "{size}");
        told += burst.len();
        bursts += 1;
    }
    assert!(told == 70 + 6 && bursts >= 3, "{told} in {bursts}");
}
