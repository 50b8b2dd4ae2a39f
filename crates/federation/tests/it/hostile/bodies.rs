//! Several items in one body.

use scaiwave_protocol::Json;
use scaiwave_protocol::wire::ItemResult;

use super::scene::Scene;
use crate::peer::Signed as _;

// One bad item never blocks the others: the good ones before and after it are sequenced.
#[tokio::test]
async fn one_bad_item_among_good_ones() {
    let scene = Scene::set().await;
    for bad in [
        r#"{"kind":"heads","rooms":1.5}"#.to_owned(),
        scene.evil.submit(scene.message(1)),
    ] {
        let head = scene
            .acme
            .store
            .room(&scene.room_id)
            .await
            .unwrap()
            .unwrap()
            .head
            .seq;
        let items = [
            scene.evil.submit(scene.message(10 * head)),
            scene.evil.submit(scene.message(10 * head + 1)),
            bad,
            scene.evil.submit(scene.message(10 * head + 2)),
        ];
        let lines = scene.rejections().await.len();
        let send = scene.evil.send(&scene.acme_name(), &items);
        let response = scene.town.inbound.handle(send.signed()).await;
        let results = ItemResult::parse_answer(&response.body, 4).unwrap();
        let seqs: Vec<Option<u64>> = results.iter().map(seq).collect();
        assert_eq!(
            seqs,
            [Some(head + 1), Some(head + 2), None, Some(head + 3)],
            "{results:?}"
        );
        assert_eq!(scene.rejections().await.len() - lines, 1);
    }
}

// As many submits as a body may hold reach the log in the order of the body.
#[tokio::test]
async fn submits_keep_their_order() {
    let scene = Scene::set().await;
    let items: Vec<String> = (2..258)
        .map(|n| scene.evil.submit(scene.message(n)))
        .collect();
    let send = scene.evil.send(&scene.acme_name(), &items);
    let response = scene.town.inbound.handle(send.signed()).await;
    let results = ItemResult::parse_answer(&response.body, 256).unwrap();
    let first = seq(&results[0]).unwrap();
    let seqs: Vec<u64> = results
        .iter()
        .map(|result| seq(result).unwrap_or_default())
        .collect();
    assert_eq!(
        seqs,
        (first..first + 256).collect::<Vec<_>>(),
        "{results:?}"
    );
}

// T053: the same event again, alone or twice in one body, answers with the seq that it has.
#[tokio::test]
async fn the_same_event_again() {
    let scene = Scene::set().await;
    let item = scene.evil.submit(scene.message(2));
    let mut seqs = Vec::new();
    for _ in 0..3 {
        let send = scene
            .evil
            .send(&scene.acme_name(), &[item.clone(), item.clone()]);
        let response = scene.town.inbound.handle(send.signed()).await;
        for result in ItemResult::parse_answer(&response.body, 2).unwrap() {
            match result {
                ItemResult::Duplicate { seq } => seqs.push(seq),
                ok => seqs.extend(seq(&ok)),
            }
        }
    }
    assert_eq!(seqs.len(), 6);
    assert!(seqs.iter().all(|seq| *seq == seqs[0]));
    assert!(scene.rejections().await.is_empty());
}

// T028: whichever of fifty items is malformed, the other forty-nine are taken.
#[tokio::test]
async fn each_place_of_fifty() {
    let scene = Scene::set().await;
    for bad in 0..50 {
        let first = 2 + 100 * bad;
        let items: Vec<String> = (0..50)
            .map(|n| match n == bad {
                true => r#"{"kind":"submit","event":{"v":1}}"#.to_owned(),
                false => scene.evil.submit(scene.message(first + n)),
            })
            .collect();
        let send = scene.evil.send(&scene.acme_name(), &items);
        let response = scene.town.inbound.handle(send.signed()).await;
        let results = ItemResult::parse_answer(&response.body, 50).unwrap();
        for (result, n) in results.iter().zip(0..) {
            assert_eq!(seq(result).is_some(), n != bad, "{bad}, {n}: {result:?}");
        }
    }
    assert_eq!(scene.rejections().await.len(), 50);
}

fn seq(result: &ItemResult) -> Option<u64> {
    match result {
        ItemResult::Ok(extra) => extra
            .get("seq")
            .and_then(Json::as_int)
            .and_then(|seq| seq.try_into().ok()),
        _ => None,
    }
}
