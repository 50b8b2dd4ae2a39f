//! Searching over HTTP, in rooms of one tenant and in rooms that it shares.

use http::StatusCode;
use scaiwave_engine::store::record::Role;
use scaiwave_engine::{Viewer, messages, rooms};
use scaiwave_protocol::{EventId, RoomId};
use serde_json::{Value, json};

use crate::admin::{Desk, Pair, pair, say, text};
use crate::town::{House, Town, until};

/// A tenant of its own; ann is logged in and has a room.
struct Scene {
    town: Town,
    acme: House,
    desk: Desk,
    ann: Viewer,
    room_id: RoomId,
}

async fn scene() -> Scene {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let desk = Desk::of(&town, &acme, "ann", Role::Member).await;
    let ann = desk.viewer(&acme).await;
    let room_id = acme.room(&ann).await.id;
    Scene {
        town,
        acme,
        desk,
        ann,
        room_id,
    }
}

impl Scene {
    async fn say(&self, body: &str) -> EventId {
        self.town.clock.pass(1);
        say(&self.acme, &self.ann, &self.room_id, body).await
    }

    async fn find(&self, q: &str) -> Vec<String> {
        found(&self.desk, json!({ "q": q })).await
    }
}

async fn search(desk: &Desk, body: Value) -> Value {
    let (status, json) = desk.ask("POST", "/v1/search", Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    json
}

/// The bodies of the hits, best first.
async fn found(desk: &Desk, body: Value) -> Vec<String> {
    let answer = search(desk, body).await;
    let hits = answer["data"].as_array().unwrap();
    let body = |hit: &Value| hit["event"]["content"]["body"].as_str().unwrap().to_owned();
    hits.iter().map(body).collect()
}

async fn refused(desk: &Desk, body: Value) -> (u16, String, Value) {
    let (status, json) = desk.ask("POST", "/v1/search", Some(body)).await;
    let code = json["error"]["code"].as_str().unwrap_or_default();
    let field = json["error"]["details"]["field"].clone();
    (status.as_u16(), code.to_owned(), field)
}

/// A hit shows the message as a timeline does, where it is, and where the words stand.
#[tokio::test]
async fn a_hit_says_what_and_where() {
    let scene = scene().await;
    let id = scene.say("The Crème brûlée is ready").await;
    let answer = search(&scene.desk, json!({"q": "brulee \"creme b\""})).await;
    let hit = &answer["data"][0];
    let path = format!("/v1/rooms/{}/messages", scene.room_id);
    let page = scene.desk.get(&path).await;
    assert_eq!(
        hit["event"],
        page.as_array().unwrap().last().unwrap().clone()
    );
    assert_eq!(hit["event"]["id"], id.to_string());
    assert_eq!(hit["room_id"], scene.room_id.as_str());
    assert_eq!(hit["room_name"], "tea");
    assert_eq!(hit["snippet"], "The Crème brûlée is ready");
    assert_eq!(hit["highlights"], json!([[4, 16]]));
    let meta = json!({"has_more": false, "next_cursor": null, "partial": false});
    assert_eq!(answer["meta"], meta);
}

/// Scripts without spaces, pictures, and scripts that run from right to left; and whatever looks like the
/// syntax of an index is words.
#[tokio::test]
async fn anything_that_people_write_is_found() {
    let scene = scene().await;
    let bodies = [
        "今日は晴れです、会议は東京タワー",
        "회의는 내일 아침",
        "we shipped 🎉",
        "שָׁלוֹם עולם",
        "مرحبا بالعالم",
        "say \"hi\" OR NEAR(this that) AND NOT grams:x* ^y {z} 100% '; --",
    ];
    for body in bodies {
        scene.say(body).await;
    }
    for (q, hit) in [
        ("晴れ", 0),
        ("会议", 0),
        ("会", 0),
        ("회의", 1),
        ("🎉", 2),
        ("שלום", 3),
        ("العالم", 4),
        ("NEAR(this", 5),
        ("grams:x*", 5),
        ("{z} ^y", 5),
        ("OR AND NOT", 5),
        ("100%", 5),
        ("'; --", 5),
        ("x*", 5),
    ] {
        assert_eq!(scene.find(q).await, [bodies[hit]], "{q}");
    }
    for q in [
        "\"",
        "\"\"\"",
        "*",
        "NEAR(",
        "a OR",
        "rowid:1",
        "search:x",
        "-x",
        "(",
        "x\u{0}y",
        "_",
        "from:",
        "before:never",
        "\u{202e}evil",
    ] {
        // No hit or some: never an error but for what says nothing at all.
        let (status, json) = scene
            .desk
            .ask("POST", "/v1/search", Some(json!({"q": q})))
            .await;
        let nothing = status == StatusCode::BAD_REQUEST && json["error"]["details"]["field"] == "q";
        assert!(status == StatusCode::OK || nothing, "{q}: {json}");
    }
    assert_eq!(scene.find("grams:y").await, [""; 0]);
}

/// An edited message is found by its new words only, a redacted one by none.
#[tokio::test]
async fn what_was_changed_is_found_as_it_is_now() {
    let scene = scene().await;
    let (edited, gone) = (
        scene.say("first words").await,
        scene.say("first thoughts").await,
    );
    let (tenant, room_id) = (&scene.acme.tenant, &scene.room_id);
    messages::edit(tenant, &scene.ann, room_id, edited, text("second words"))
        .await
        .unwrap();
    assert_eq!(scene.find("first").await, ["first thoughts"]);
    assert_eq!(scene.find("second").await, ["second words"]);
    messages::redact(tenant, &scene.ann, room_id, gone, None)
        .await
        .unwrap();
    messages::redact(tenant, &scene.ann, room_id, edited, None)
        .await
        .unwrap();
    for q in ["first", "second", "thoughts", "words", "wo", "from:ann"] {
        assert_eq!(scene.find(q).await, [""; 0], "{q}");
    }
}

/// Only who is in a room finds what was said in it, and a room that one may not see is none.
#[tokio::test]
async fn rooms_of_others_are_not_there() {
    let scene = scene().await;
    scene.say("the secret plan").await;
    let tenant = &scene.acme.tenant;
    let eve = Desk::of(&scene.town, &scene.acme, "eve", Role::Admin).await;
    let room_id = scene.room_id.as_str();
    let unknown = "room-abcdefghijklmnopqrstuvwxyz234567";
    let no_room = (404, "SW_ROOM_NOT_FOUND".to_owned(), Value::Null);
    for id in [room_id, unknown, "nonsense"] {
        let body = json!({"q": "secret", "room_id": id});
        assert_eq!(refused(&eve, body).await, no_room, "{id}");
    }
    for q in [
        "secret",
        "in:tea secret",
        &format!("in:{room_id} secret"),
        "from:ann",
        "se",
    ] {
        assert_eq!(found(&eve, json!({ "q": q })).await, [""; 0], "{q}");
    }
    // Invited is not in it; in it; and out of it again.
    let viewer = eve.viewer(&scene.acme).await;
    rooms::invite(tenant, &scene.ann, &scene.room_id, &viewer.fqid)
        .await
        .unwrap();
    assert_eq!(found(&eve, json!({"q": "secret"})).await, [""; 0]);
    rooms::join(tenant, &viewer, &scene.room_id).await.unwrap();
    assert_eq!(
        found(&eve, json!({"q": "secret"})).await,
        ["the secret plan"]
    );
    assert_eq!(
        found(&eve, json!({"q": "secret", "room_id": room_id}))
            .await
            .len(),
        1
    );
    rooms::leave(tenant, &viewer, &scene.room_id).await.unwrap();
    assert_eq!(found(&eve, json!({"q": "secret"})).await, [""; 0]);
    let not_in = (403, "SW_NOT_MEMBER".to_owned(), Value::Null);
    let body = json!({"q": "secret", "room_id": room_id});
    assert_eq!(refused(&eve, body).await, not_in);
    // Another tenant of the same process knows nothing of all this.
    let other = scene.town.tenant("other", "other.example").await;
    let root = Desk::of(&scene.town, &other, "root", Role::Admin).await;
    assert_eq!(found(&root, json!({"q": "secret"})).await, [""; 0]);
    let body = json!({"q": "secret", "room_id": room_id});
    assert_eq!(refused(&root, body).await, no_room);
    let strangers = root.bearing("x".to_owned());
    let (status, code, _) = refused(&strangers, json!({"q": "secret"})).await;
    assert_eq!((status, code.as_str()), (401, "SW_AUTH_INVALID_TOKEN"));
}

#[tokio::test]
async fn filters_narrow_and_must_all_hold() {
    let scene = scene().await;
    let bob = scene.acme.person("bob").await;
    let tenant = &scene.acme.tenant;
    rooms::invite(tenant, &scene.ann, &scene.room_id, &bob.fqid)
        .await
        .unwrap();
    rooms::join(tenant, &bob, &scene.room_id).await.unwrap();
    scene.say("lunch at https://example.org").await;
    say(&scene.acme, &bob, &scene.room_id, "lunch at noon").await;
    let other = scene.acme.room(&bob).await.id;
    rooms::rename(tenant, &bob, &other, "Big Plans".to_owned())
        .await
        .unwrap();
    rooms::invite(tenant, &bob, &other, &scene.ann.fqid)
        .await
        .unwrap();
    rooms::join(tenant, &scene.ann, &other).await.unwrap();
    say(&scene.acme, &bob, &other, "lunch in the other room").await;
    let (link, noon, far) = (
        "lunch at https://example.org",
        "lunch at noon",
        "lunch in the other room",
    );
    for (q, expected) in [
        ("lunch", &[far, noon, link][..]),
        ("lunch from:@bob", &[far, noon]),
        ("from:@bob:acme.example in:TEA", &[noon]),
        ("lunch in:\"big plans\"", &[far]),
        (&format!("in:{other}"), &[far]),
        ("in:tea in:\"big plans\"", &[]),
        ("lunch in:nowhere", &[]),
        ("lunch has:link", &[link]),
        ("from:@bob has:link", &[]),
        ("from:ann from:bob", &[]),
        ("lunch after:2100-01-01", &[]),
        ("lunch before:1990-01-01", &[]),
        (
            "lunch after:1990-01-01 before:2100-01-01",
            &[far, noon, link],
        ),
    ] {
        assert_eq!(scene.find(q).await, expected, "{q}");
    }
    let first = scene.find("has:link").await;
    assert_eq!(first, [link]);
    for (body, hits) in [
        (json!({"q": "lunch", "sender": "@bob:acme.example"}), 2),
        (json!({"q": "from:ann", "sender": "@bob:acme.example"}), 0),
        (json!({"q": "", "room_id": other.as_str()}), 1),
        (json!({"q": "lunch", "before": "1990-01-01"}), 0),
        (
            json!({"q": "lunch", "after": "1990-01-01T00:00:00Z", "before": "2100-01-01"}),
            3,
        ),
    ] {
        assert_eq!(found(&scene.desk, body.clone()).await.len(), hits, "{body}");
    }
}

#[tokio::test]
async fn wrong_questions_name_the_field() {
    let scene = scene().await;
    let word = |field: &str, value: Value| json!({"q": "word", field: value});
    let cases = [
        (json!({"q": ""}), "q"),
        (json!({"q": " \u{200b} "}), "q"),
        (json!({"q": "x".repeat(1_001)}), "q"),
        (json!({"q": "a b c d e f g h i j k l m n o p q"}), "q"),
        (json!({}), "q"),
        (word("sender", json!("bob")), "sender"),
        (word("before", json!("yesterday")), "before"),
        (word("after", json!("2026-02-30")), "after"),
        (word("limit", json!(0)), "limit"),
        (word("cursor", json!("17")), "cursor"),
        (word("order", json!("newest")), "order"),
    ];
    for (body, field) in cases {
        let expected = (400, "SW_BAD_REQUEST".to_owned(), json!(field));
        assert_eq!(refused(&scene.desk, body.clone()).await, expected, "{body}");
    }
    for q in [
        "x".repeat(1_000),
        "a b c d e f g h i j k l m n o p".to_owned(),
    ] {
        assert_eq!(scene.find(&q).await, [""; 0]);
    }
}

/// Whole words come before parts of words, of equals the newest first; what is said meanwhile moves nothing.
#[tokio::test]
async fn pages_are_ranked_and_stay() {
    let scene = scene().await;
    for body in ["party 1", "art 2", "artist 3", "art 4", "cart 5"] {
        scene.say(body).await;
    }
    let ranked = ["art 4", "art 2", "artist 3", "cart 5", "party 1"];
    assert_eq!(scene.find("art").await, ranked);
    let mut cursor = Value::Null;
    let mut all = Vec::new();
    loop {
        let answer = search(
            &scene.desk,
            json!({"q": "art", "limit": 2, "cursor": cursor}),
        )
        .await;
        let hits = answer["data"].as_array().unwrap();
        let body = |hit: &Value| hit["event"]["content"]["body"].as_str().unwrap().to_owned();
        all.extend(hits.iter().map(body));
        cursor = answer["meta"]["next_cursor"].clone();
        assert_eq!(answer["meta"]["has_more"], cursor.is_string());
        if cursor.is_null() {
            break;
        }
        scene.say("art meanwhile").await;
    }
    assert_eq!(all, ranked);
}

/// A page has fifty hits at most; beyond five hundred matches the next window follows.
#[tokio::test]
async fn every_match_comes_once_over_all_pages() {
    let scene = scene().await;
    for number in 0..521 {
        scene.say(if number == 3 { "word" } else { "wordy" }).await;
    }
    let (mut cursor, mut sizes, mut all) = (Value::Null, Vec::new(), Vec::new());
    loop {
        let answer = search(
            &scene.desk,
            json!({"q": "word", "limit": 51, "cursor": cursor}),
        )
        .await;
        let hits = answer["data"].as_array().unwrap();
        sizes.push(hits.len());
        all.extend(hits.iter().map(|hit| hit["event"]["seq"].as_u64().unwrap()));
        cursor = answer["meta"]["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(sizes, [[50; 10].as_slice(), &[21]].concat());
    // The whole word is in the second window, and the best of it.
    let best = all[500];
    assert!(all[501..].iter().all(|seq| *seq != best) && best < all[501]);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 521);
}

/// Of two letters where a word begins, of one where it is the word.
#[tokio::test]
async fn short_words_are_found_where_words_begin() {
    let scene = scene().await;
    for text in ["ok", "the book of Okinawa", "plan b"] {
        scene.say(text).await;
    }
    for (q, expected) in [
        (
            "ok",
            &[("ok", [0, 2]), ("the book of Okinawa", [12, 14])][..],
        ),
        ("b", &[("plan b", [5, 6])]),
        ("o", &[]),
    ] {
        let answer = search(&scene.desk, json!({ "q": q })).await;
        let hits = answer["data"].as_array().unwrap().iter();
        let found: Vec<_> = hits
            .map(|hit| (&hit["snippet"], &hit["highlights"]))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(text, at)| (json!(text), json!([at])))
            .collect();
        let expected: Vec<_> = expected.iter().map(|(text, at)| (text, at)).collect();
        assert_eq!(found, expected, "{q}");
        assert_eq!(answer["meta"]["partial"], false);
    }
}

/// A message of another server is found where it is stored, without a request to anybody.
#[tokio::test]
async fn foreign_messages_are_found_at_home() {
    let pair: Pair = pair().await;
    say(
        &pair.globex,
        &pair.bob,
        &pair.room_id,
        "greetings from afar",
    )
    .await;
    say(
        &pair.acme,
        &pair.alice,
        &pair.room_id,
        "greetings from home",
    )
    .await;
    let stored = |house: &House, viewer: &Viewer| {
        let (tenant, viewer) = (house.tenant.clone(), viewer.clone());
        async move {
            let request = scaiwave_engine::search::SearchRequest {
                q: "greetings".to_owned(),
                limit: 9,
                ..Default::default()
            };
            let page = scaiwave_engine::search::search(&tenant, &viewer, request).await;
            page.unwrap().hits.len() == 2
        }
    };
    until("both at acme", || stored(&pair.acme, &pair.alice)).await;
    until("both at globex", || stored(&pair.globex, &pair.bob)).await;
    // Whatever would be asked of the other side from now on is counted and fails.
    for (house, viewer, other) in [
        (&pair.acme, &pair.alice, &pair.globex),
        (&pair.globex, &pair.bob, &pair.acme),
    ] {
        pair.cut_off(other);
        assert!(stored(house, viewer).await);
        let cut = pair.town.street.cut_off.lock().clone();
        assert_eq!(cut.map(|(_, tries)| tries), Some(0));
        pair.mend();
    }
}
