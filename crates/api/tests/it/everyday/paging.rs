//! Reading a room page by page: everything is seen once, however large it is and whatever happens meanwhile.

use scaiwave_engine::messages;
use scaiwave_protocol::{Json, RoomId};
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
    let (viewer, room) = (scene.viewer("alice"), RoomId::parse(&scene.room).unwrap());
    let words = "x".repeat(50_000);
    let mut said = Vec::new();
    for n in 0..24 {
        let body = format!("{n} {words}");
        let content = Json::object([("msgtype", "swp.text".into()), ("body", body.into())]);
        let posted = messages::post(&scene.house.tenant, &viewer, &room, content, None).await;
        said.push(posted.unwrap().id.to_string());
    }
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
