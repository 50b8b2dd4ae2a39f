//! Jumping to a message: what stands around it, and reading on from there both ways.

use serde_json::{Value, json};

use super::{Person, text};
use crate::town::Town;

/// Alice's room with bob, what was said in it, and the way to a page of it.
struct Said {
    _town: Town,
    alice: Person,
    bob: Person,
    room: String,
    ids: Vec<String>,
}

impl Said {
    async fn new(count: usize) -> Self {
        let town = Town::new();
        let house = town.tenant("acme", "acme.example").await;
        let alice = Person::of(&town, &house, "alice").await;
        let bob = Person::of(&town, &house, "bob").await;
        let room = alice.room(json!({"name": "tea"})).await;
        alice.bring_in(&room, &bob).await;
        let mut ids = Vec::new();
        for n in 0..count {
            ids.push(alice.say(&room, text(&format!("word {n}"))).await);
        }
        Said {
            _town: town,
            alice,
            bob,
            room,
            ids,
        }
    }

    async fn page(&self, query: &str) -> Value {
        let path = format!("/v1/rooms/{}/messages?{query}", self.room);
        let (status, page) = self.bob.desk.ask("GET", &path, None).await;
        assert_eq!(status, 200, "{query}: {page}");
        page
    }

    async fn refused(&self, who: &Person, query: &str) -> (u16, String) {
        let path = format!("/v1/rooms/{}/messages?{query}", self.room);
        let (status, code, _) = who.refused("GET", &path, json!({})).await;
        (status, code)
    }

    /// Of a page: the numbers of what was said, and whatever else is in it as none.
    fn numbers(&self, page: &Value) -> Vec<Option<usize>> {
        let events = page["data"].as_array().unwrap().iter();
        events
            .map(|event| self.ids.iter().position(|id| event["id"] == id.as_str()))
            .collect()
    }
}

#[tokio::test]
async fn half_before_and_half_after() {
    let said = Said::new(9).await;
    for (around, limit, from, to, older, newer) in [
        (4, 5, 2, 6, true, true),
        (4, 4, 2, 5, true, true),
        (4, 2, 3, 4, true, true),
        (4, 1, 4, 4, true, true),
        (8, 5, 6, 8, true, false),
        (6, 5, 4, 8, true, false),
        (5, 5, 3, 7, true, true),
    ] {
        let page = said
            .page(&format!("around={}&limit={limit}", said.ids[around]))
            .await;
        let expected: Vec<_> = (from..=to).map(Some).collect();
        let what = format!("{limit} around {around}");
        assert_eq!(said.numbers(&page), expected, "{what}");
        assert_eq!(page["meta"]["has_more"], older, "{what}");
        assert_eq!(page["meta"]["has_newer"], newer, "{what}");
    }
    // The room's beginning is no message; it is found all the same.
    let first = said.page("direction=forward&limit=1").await;
    let id = first["data"][0]["id"].as_str().unwrap();
    let page = said.page(&format!("around={id}&limit=4")).await;
    assert_eq!(page["data"][0], first["data"][0]);
    assert_eq!(page["data"].as_array().unwrap().len(), 2);
    assert_eq!(page["meta"]["has_more"], false);
    assert_eq!(page["meta"]["has_newer"], true);
    // A page that is not around anything says nothing of newer ones.
    assert_eq!(first["meta"].get("has_newer"), None);
    assert_eq!(first["meta"].get("newer_cursor"), None);
}

#[tokio::test]
async fn from_there_everything_is_seen_once() {
    let said = Said::new(40).await;
    let whole = said.page("direction=forward&limit=200").await;
    for (around, limit) in [(0, 7), (17, 7), (17, 1), (39, 7), (20, 200)] {
        let page = said
            .page(&format!("around={}&limit={limit}", said.ids[around]))
            .await;
        let mut seen = page["data"].as_array().unwrap().clone();
        let mut meta = page["meta"].clone();
        while meta["has_more"] == true {
            let from = meta["next_cursor"].as_str().unwrap();
            let page = said.page(&format!("from={from}&limit=7")).await;
            seen.splice(0..0, page["data"].as_array().unwrap().clone());
            meta = page["meta"].clone();
        }
        let mut meta = json!({"has_more": page["meta"]["has_newer"], "next_cursor": page["meta"]["newer_cursor"]});
        while meta["has_more"] == true {
            let from = meta["next_cursor"].as_str().unwrap();
            let query = format!("from={from}&direction=forward&limit=7");
            let page = said.page(&query).await;
            seen.extend(page["data"].as_array().unwrap().clone());
            meta = page["meta"].clone();
        }
        assert_eq!(Value::Array(seen), whole["data"], "{limit} around {around}");
    }
}

#[tokio::test]
async fn what_cannot_be_jumped_to() {
    let said = Said::new(3).await;
    let around = format!("around={}", said.ids[1]);
    let elsewhere = said.alice.room(json!({"name": "coffee"})).await;
    let other = said.alice.say(&elsewhere, text("not here")).await;
    let no_event = (404, "SW_EVENT_NOT_FOUND".to_owned());
    for id in [other.as_str(), "01890a5d-ac96-774b-bcce-b302099a8057"] {
        let query = format!("around={id}");
        assert_eq!(said.refused(&said.alice, &query).await, no_event);
    }
    // What has been taken back still has its place.
    let path = format!("/v1/rooms/{}/events/{}/redact", said.room, said.ids[1]);
    said.alice.send("POST", &path, json!({})).await;
    let page = said.page(&around).await;
    assert!(said.numbers(&page).contains(&Some(1)));
    // Who is out of the room asks in vain.
    let path = format!("/v1/rooms/{}/leave", said.room);
    said.bob.desk.post(&path).await;
    let answer = said.refused(&said.bob, &around).await;
    assert_eq!(answer, (403, "SW_NOT_MEMBER".to_owned()));
    for both in ["from=3", "direction=back", "direction=forward"] {
        let query = format!("{around}&{both}");
        let answer = said.refused(&said.alice, &query).await;
        assert_eq!(answer, (400, "SW_BAD_REQUEST".to_owned()), "{both}");
    }
}

#[tokio::test]
async fn within_a_thread() {
    let mut said = Said::new(1).await;
    let root = said.ids[0].clone();
    for n in 0..5 {
        let mut content = text(&format!("reply {n}"));
        content["thread_root"] = root.clone().into();
        said.ids.push(said.alice.say(&said.room, content).await);
        let aside = said.alice.say(&said.room, text("aside")).await;
        if n == 2 {
            let query = format!("around={aside}&thread={root}");
            let answer = said.refused(&said.alice, &query).await;
            assert_eq!(answer, (404, "SW_EVENT_NOT_FOUND".to_owned()));
        }
    }
    let whole = said.page(&format!("thread={root}")).await;
    assert_eq!(said.numbers(&whole), (0..=5).map(Some).collect::<Vec<_>>());
    for (around, from, to, older, newer) in [
        (3, 2, 4, true, true),
        (0, 0, 1, false, true),
        (5, 4, 5, true, false),
    ] {
        let query = format!("around={}&thread={root}&limit=3", said.ids[around]);
        let page = said.page(&query).await;
        let expected: Vec<_> = (from..=to).map(Some).collect();
        assert_eq!(said.numbers(&page), expected, "around {around}");
        let meta = (&page["meta"]["has_more"], &page["meta"]["has_newer"]);
        assert_eq!(meta, (&older.into(), &newer.into()), "around {around}");
    }
}
