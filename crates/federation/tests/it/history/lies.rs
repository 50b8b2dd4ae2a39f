//! A host that lies about the past: nothing of it is stored or shown, and admins can read about it.

use scaiwave_engine::audit::{self, Actor};
use scaiwave_engine::rooms;
use scaiwave_engine::store::{AuditFilter, RejectionFilter};
use scaiwave_federation::client::Answer;
use scaiwave_protocol::json::Object;
use scaiwave_protocol::log::Snapshot;
use scaiwave_protocol::{Json, json};

use super::{Late, page, scroll};
use crate::neighbours::{heard, same_history, say};
use crate::town::until;

type Lie = fn(&mut Object);

fn entries(page: &mut Object) -> &mut Vec<Json> {
    match page.get_mut("entries") {
        Some(Json::Arr(entries)) => entries,
        _ => panic!("a page has entries"),
    }
}

fn entry(page: &mut Object, n: usize) -> &mut Object {
    object(&mut entries(page)[n])
}

fn object(json: &mut Json) -> &mut Object {
    match json {
        Json::Obj(object) => object,
        _ => panic!("an object"),
    }
}

fn member<'a>(object: &'a mut Object, name: &str) -> &'a mut Json {
    object.get_mut(name).unwrap()
}

/// Changes the answer to every backfill on its way.
fn meddle(late: &Late, lie: Lie) {
    *late.town.street.meddler.lock() = Some(Box::new(move |url, answer| {
        if !url.contains("/backfill") {
            return Ok(answer);
        }
        let mut page = json::parse_body(&answer.body).unwrap();
        lie(object(&mut page));
        Ok(Answer {
            body: page.canonical().into(),
            ..answer
        })
    }));
}

// Wrong chain, wrong signature, an altered entry, a missing one, another room's: refused with its code.
#[tokio::test]
async fn a_page_that_lies_leaves_nothing_behind() {
    let lies: &[(&str, &str, Lie)] = &[
        ("another chain", "SW_FED_CHAIN_BROKEN", |page| {
            page.insert(
                "chain_before".to_owned(),
                format!("{}A", "B".repeat(42)).into(),
            );
        }),
        ("another ts", "SW_FED_CHAIN_BROKEN", |page| {
            let ts = entry(page, 3).get("ts").unwrap().as_int().unwrap();
            entry(page, 3).insert("ts".to_owned(), Json::Int(ts + 1));
        }),
        ("a forged checkpoint", "SW_FED_SIGNATURE_MISMATCH", |page| {
            let checkpoint = object(member(page, "checkpoint"));
            let ts = checkpoint.get("ts").unwrap().as_int().unwrap();
            checkpoint.insert("ts".to_owned(), Json::Int(ts + 1));
        }),
    ];
    let late = Late::new().await;
    late.say(30).await;
    late.bob_joins().await;
    let floor = late.first_seq().await;
    let before = late
        .globex
        .store
        .entries_after(&late.room_id, 0, 999, usize::MAX >> 1)
        .await;
    for (what, code, lie) in lies {
        // The log's lines are read by their time.
        late.town.clock.pass(1);
        meddle(&late, *lie);
        let below = page(&late.globex, &late.bob, &late.room_id, Some(floor), 50).await;
        let gap = below.gap.expect(what);
        assert_eq!(gap.code, *code, "{what}: {}", gap.message);
        assert!(below.events.is_empty() && below.has_more, "{what}");
        assert_eq!(late.first_seq().await, floor, "{what}");
        let filter = RejectionFilter {
            limit: 1,
            ..RejectionFilter::default()
        };
        let line = late
            .globex
            .store
            .rejections(filter)
            .await
            .unwrap()
            .remove(0);
        assert_eq!(line.code, *code, "{what}");
        assert_eq!(line.step, "backfill", "{what}");
        assert_eq!(line.room_id, Some(late.room_id.to_string()));
    }
    let after = late
        .globex
        .store
        .entries_after(&late.room_id, 0, 999, usize::MAX >> 1)
        .await;
    assert_eq!(after.unwrap(), before.unwrap());

    // The truth is taken afterwards.
    *late.town.street.meddler.lock() = None;
    scroll(&late.globex, &late.bob, &late.room_id, 50).await;
    until("the fold from seq 1", || late.is_folded()).await;
}

// A snapshot that the log does not lead to: the room is read-only from the moment on in which it shows.
#[tokio::test]
async fn a_false_snapshot_is_found_out() {
    let late = Late::new().await;
    late.say(5).await;
    let keyring = late.acme.tenant.keyring().signer();
    *late.town.street.meddler.lock() = Some(Box::new(move |url, answer| {
        if !url.contains("/snapshot") {
            return Ok(answer);
        }
        let told = Snapshot::parse(json::parse_body(&answer.body).unwrap()).unwrap();
        let mut state = told.state.clone();
        object(&mut state).insert("topic".to_owned(), "never set".into());
        let told = Snapshot::sign(told.room_id, told.at, told.ts, state, &*keyring);
        Ok(Answer {
            body: told.to_json().canonical().into(),
            ..answer
        })
    }));
    late.bob_joins().await;
    say(&late.globex, &late.bob, &late.room_id, "I believe it").await;
    same_history(&late.acme, &late.globex, &late.room_id).await;
    scroll(&late.globex, &late.bob, &late.room_id, 50).await;
    until("the room is frozen", || async {
        let room = late.globex.store.room(&late.room_id).await.unwrap();
        room.unwrap().frozen.is_some()
    })
    .await;
    let text = super::text("too late");
    let post =
        scaiwave_engine::messages::post(&late.globex.tenant, &late.bob, &late.room_id, text, None);
    assert!(post.await.is_err());
    // What was there can be read.
    assert!(
        !heard(&late.globex, &late.bob, &late.room_id)
            .await
            .is_empty()
    );
    let filter = AuditFilter {
        limit: 50,
        ..AuditFilter::default()
    };
    let lines = audit::list(&late.globex.tenant, &late.globex.admin(), filter)
        .await
        .unwrap();
    let room = late.room_id.to_string();
    assert!(
        lines
            .iter()
            .any(|line| line.action == "room.frozen" && line.room_id.as_ref() == Some(&room))
    );
    // The log itself was true: lifted, its fold counts, and the room goes on.
    *late.town.street.meddler.lock() = None;
    let lifted = rooms::lift(&late.globex.tenant, Actor::Operator, &late.room_id).await;
    assert_eq!(lifted.unwrap().set_aside, 0);
    scroll(&late.globex, &late.bob, &late.room_id, 50).await;
    until("the fold from seq 1", || late.is_folded()).await;
    say(&late.globex, &late.bob, &late.room_id, "on we go").await;
    same_history(&late.acme, &late.globex, &late.room_id).await;
    let topic = rooms::get(&late.globex.tenant, &late.bob, &late.room_id).await;
    assert_eq!(topic.unwrap().topic, None, "never set");
}
