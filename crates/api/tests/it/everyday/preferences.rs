use scaiwave_engine::live::FrameBody;
use scaiwave_engine::notifications::{CLIENT_BYTES_MAX, KEYWORD_CHARS_MAX, KEYWORDS_MAX};
use serde_json::{Value, json};

use super::Person;
use crate::town::Town;

const PATH: &str = "/v1/me/preferences";

#[tokio::test]
async fn a_put_changes_what_it_names_and_nothing_else() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let mut alice = Person::of(&town, &house, "alice").await;
    let bob = Person::of(&town, &house, "bob").await;
    let nothing = json!({
        "notification_mode": "mentions", "keywords": [], "quiet_hours": null, "client": {},
    });
    assert_eq!(alice.desk.get(PATH).await, nothing);
    let night = json!({"from": "22:00", "to": "07:00", "time_zone": "Europe/Berlin"});
    let steps = [
        (
            json!({"keywords": [" Tea ", "tea", "release train"]}),
            "/keywords",
            json!(["Tea", "release train"]),
        ),
        (json!({"quiet_hours": night}), "/quiet_hours", night.clone()),
        (
            json!({"notification_mode": "all"}),
            "/notification_mode",
            json!("all"),
        ),
        (
            json!({"client": {"theme": "dark", "draft": {"a": [1]}}}),
            "/client",
            json!({"theme": "dark", "draft": {"a": [1]}}),
        ),
        (
            json!({"client": {"theme": null, "font": "big"}}),
            "/client",
            json!({"draft": {"a": [1]}, "font": "big"}),
        ),
        (json!({}), "/keywords", json!(["Tea", "release train"])),
    ];
    let mut expected = nothing.clone();
    for (body, member, value) in steps {
        *expected.pointer_mut(member).unwrap() = value;
        assert_eq!(alice.send("PUT", PATH, body).await, expected);
        assert_eq!(alice.desk.get(PATH).await, expected);
    }
    assert_eq!(alice.heard().await, vec![FrameBody::Me; 6]);
    let gone = alice
        .send("PUT", PATH, json!({"quiet_hours": null, "keywords": []}))
        .await;
    assert_eq!(
        (&gone["quiet_hours"], &gone["keywords"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(bob.desk.get(PATH).await, nothing, "they are alice's alone");
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_its_field() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let mut alice = Person::of(&town, &house, "alice").await;
    let hours = |from: &str, to: &str, zone: &str| json!({"quiet_hours": {"from": from, "to": to, "time_zone": zone}});
    let words = |count: usize| -> Vec<String> { (0..count).map(|n| format!("w{n}")).collect() };
    let cases = [
        (json!({"notification_mode": "inherit"}), "notification_mode"),
        (json!({"notification_mode": 1}), "notification_mode"),
        (json!({"keywords": "tea"}), "keywords"),
        (json!({"keywords": [""]}), "keywords"),
        (
            json!({"keywords": ["x".repeat(KEYWORD_CHARS_MAX + 1)]}),
            "keywords",
        ),
        (json!({"keywords": words(KEYWORDS_MAX + 1)}), "keywords"),
        (hours("22:00", "24:00", "Europe/Berlin"), "quiet_hours"),
        (hours("22:00", "22:00", "Europe/Berlin"), "quiet_hours"),
        (hours("22:00", "07:00", "Europe/Atlantis"), "quiet_hours"),
        (json!({"quiet_hours": {"from": "22:00"}}), "to"),
        (json!({"client": []}), "client"),
        (json!({"client": {"n": 1.5}}), "client.n"),
        (json!({"theme": "dark"}), "theme"),
    ];
    let before = alice.desk.get(PATH).await;
    for (body, field) in cases {
        let told = alice.refused("PUT", PATH, body.clone()).await;
        let expected = (400, "SW_BAD_REQUEST".to_owned(), json!(field));
        assert_eq!(told, expected, "{body}");
    }
    assert_eq!(alice.desk.get(PATH).await, before, "nothing was stored");
    assert_eq!(alice.heard().await, []);
    let most = json!({"keywords": words(KEYWORDS_MAX)});
    let settled = alice.send("PUT", PATH, most).await;
    assert_eq!(
        settled["keywords"].as_array().map(Vec::len),
        Some(KEYWORDS_MAX)
    );
}

#[tokio::test]
async fn clients_keep_so_much_and_no_more() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let alice = Person::of(&town, &house, "alice").await;
    // {"a":"…"} and {"a":"…","b":""}
    let most = "x".repeat(CLIENT_BYTES_MAX - 8);
    let settled = alice
        .send("PUT", PATH, json!({"client": {"a": most}}))
        .await;
    assert_eq!(settled["client"]["a"], most);
    let told = alice
        .refused("PUT", PATH, json!({"client": {"b": ""}}))
        .await;
    let expected = (413, "SW_CONTENT_TOO_LARGE".to_owned(), json!("client"));
    assert_eq!(told, expected, "what is merged counts as a whole");
    assert_eq!(alice.desk.get(PATH).await, settled);
}
