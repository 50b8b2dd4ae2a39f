//! One bad item among honest ones costs itself and nobody else (G11, bad-input row T028).

use scaiwave_protocol::wire::ItemResult;

use super::scene::Scene;
use crate::peer::Signed as _;

const BATCH: u64 = 50;

/// Spoils an honest item; what comes of it is refused.
type Spoil = fn(&str) -> String;

const SPOILS: [Spoil; 6] = [
    // A signature over something else.
    |item| item.replacen(r#""origin_ts":0"#, r#""origin_ts":1"#, 1),
    // A number that the wire does not have.
    |item| item.replacen(r#""origin_ts":0"#, r#""origin_ts":0.5"#, 1),
    // Somebody else's words.
    |item| item.replacen("@mallory:evil.example", "@alice:acme.example", 1),
    |item| item.replacen(r#""kind":"submit""#, r#""kind":"unheard""#, 1),
    |item| item.replacen(r#""salt""#, r#""slat""#, 1),
    |_| r#"{"kind":"submit","event":{"v":1,"v":1}}"#.to_owned(),
];

// Whichever of fifty events is poison, the forty-nine others take their places at once, in their order.
#[tokio::test]
async fn one_of_fifty_at_each_place() {
    let scene = Scene::set().await;
    let store = &scene.acme.store;
    let head = async || {
        let room = store.room(&scene.room_id).await.unwrap();
        room.unwrap().head.seq
    };
    let mut origin_seq = 1;
    for bad in 0..BATCH {
        let spoil = SPOILS[bad as usize % SPOILS.len()];
        let mut items = Vec::new();
        for place in 0..BATCH {
            origin_seq += 1;
            let item = scene.evil.submit(scene.message(origin_seq));
            items.push(if place == bad { spoil(&item) } else { item });
        }
        let before = head().await;
        let request = scene.evil.send(&scene.acme_name(), &items).signed();
        let response = scene.town.inbound.handle(request).await;
        let results = ItemResult::parse_answer(&response.body, items.len()).unwrap();
        for (place, result) in results.iter().enumerate() {
            let refused = matches!(result, ItemResult::Rejected(_));
            let ok = matches!(result, ItemResult::Ok(_));
            let is_bad = place as u64 == bad;
            assert!(
                refused == is_bad && ok != is_bad,
                "{bad} {place}: {result:?}"
            );
        }
        assert_eq!(head().await, before + BATCH - 1, "poison at {bad}");
    }
    let lines = scene.rejections().await;
    assert_eq!(lines.len() as u64, BATCH, "each stands in the log once");
}
