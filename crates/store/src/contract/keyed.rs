use super::fixture::{
    EPOCH, appended, bob, erasure, event_id, good, hash, local, messages, put, refused, room_id,
};
use crate::record::{KEYED_REQUESTS_MAX, KeptAnswer, KeyedRequestRow};
use crate::{Change, Commit, Expectation, TenantStore};

/// What `who` asked under key `number`, at that many ms.
fn begun(who: &str, number: u64) -> KeyedRequestRow {
    KeyedRequestRow {
        local_id: local(who),
        key: hash(number).0,
        request: hash(number + 1).0,
        begun_at: EPOCH + number,
        answer: None,
    }
}

fn answered(who: &str, number: u64) -> KeyedRequestRow {
    let answer = KeptAnswer {
        status: 200,
        body: Some(b"{}".to_vec()),
        shows: None,
    };
    KeyedRequestRow {
        answer: Some(answer),
        ..begun(who, number)
    }
}

fn put_request(row: &KeyedRequestRow) -> Change {
    Change::PutKeyedRequest(Box::new(row.clone()))
}

async fn found(store: &dyn TenantStore, who: &str, number: u64) -> Option<KeyedRequestRow> {
    let key = hash(number).0;
    good(store.keyed_request(&local(who), &key).await)
}

pub(super) async fn a_request_is_kept_by_person_and_key(store: &dyn TenantStore) {
    assert_eq!(found(store, "ann", 1).await, None);
    let not_kept = KeyedRequestRow {
        answer: Some(KeptAnswer {
            status: 404,
            body: None,
            shows: None,
        }),
        ..begun("bob", 1)
    };
    let rows = [begun("ann", 1), answered("ann", 2), not_kept.clone()];
    put(store, rows.iter().map(put_request).collect()).await;
    assert_eq!(found(store, "ann", 1).await, Some(begun("ann", 1)));
    assert_eq!(found(store, "ann", 2).await, Some(answered("ann", 2)));
    assert_eq!(found(store, "bob", 1).await, Some(not_kept));
    assert_eq!(found(store, "bob", 2).await, None);
    put(store, vec![put_request(&answered("ann", 1))]).await;
    assert_eq!(found(store, "ann", 1).await, Some(answered("ann", 1)));
    put(
        store,
        vec![Change::DropKeyedRequest(local("ann"), hash(1).0)],
    )
    .await;
    assert_eq!(found(store, "ann", 1).await, None);
    assert!(found(store, "bob", 1).await.is_some());
}

pub(super) async fn a_key_is_taken_once_in_a_while(store: &dyn TenantStore) {
    let expecting = |who: &str, since| {
        Commit::of(vec![put_request(&begun(who, 5))]).expecting(Expectation::NoKeyedRequest {
            local_id: local(who),
            key: hash(5).0,
            since,
        })
    };
    assert!(store.commit(expecting("ann", EPOCH)).await.is_ok());
    refused(store, expecting("ann", EPOCH)).await;
    refused(store, expecting("ann", EPOCH + 5)).await;
    assert!(store.commit(expecting("bob", EPOCH)).await.is_ok());
    assert!(store.commit(expecting("ann", EPOCH + 6)).await.is_ok());
}

pub(super) async fn the_oldest_of_a_person_go(store: &dyn TenantStore) {
    let most = KEYED_REQUESTS_MAX as u64;
    put(store, vec![put_request(&begun("bob", 0))]).await;
    let all = (1..=most).map(|number| put_request(&begun("ann", number)));
    put(store, all.collect()).await;
    // An answer is no further request.
    put(store, vec![put_request(&answered("ann", most))]).await;
    assert!(found(store, "ann", 1).await.is_some());
    put(store, vec![put_request(&begun("ann", most + 1))]).await;
    assert_eq!(found(store, "ann", 1).await, None);
    assert!(found(store, "ann", 2).await.is_some());
    assert!(found(store, "ann", most + 1).await.is_some());
    assert!(found(store, "bob", 0).await.is_some());
}

pub(super) async fn what_is_old_is_dropped_together(store: &dyn TenantStore) {
    assert_eq!(good(store.oldest_keyed_request().await), None);
    let rows = [begun("ann", 7), begun("bob", 3), answered("ann", 5)];
    put(store, rows.iter().map(put_request).collect()).await;
    assert_eq!(good(store.oldest_keyed_request().await), Some(EPOCH + 3));
    put(store, vec![Change::DropKeyedRequests(EPOCH + 5)]).await;
    assert_eq!(found(store, "bob", 3).await, None);
    assert_eq!(good(store.oldest_keyed_request().await), Some(EPOCH + 5));
    put(store, vec![Change::DropKeyedRequests(EPOCH + 8)]).await;
    assert_eq!(good(store.oldest_keyed_request().await), None);
}

pub(super) async fn an_answer_goes_with_what_it_shows(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 2))).await;
    let showing = |number: u64, seq: u64| {
        let mut row = answered("ann", number);
        row.answer.as_mut().expect("an answer").shows = Some(event_id(1, seq));
        row
    };
    let rows = [showing(1, 1), showing(2, 2), answered("ann", 3)];
    put(store, rows.iter().map(put_request).collect()).await;
    let erase = Change::Erase(room_id(1), event_id(1, 1), erasure(&bob(), 1));
    put(store, vec![erase]).await;
    let gone = found(store, "ann", 1).await.and_then(|row| row.answer);
    let gone = gone.expect("that it was answered stays known");
    assert_eq!((gone.status, gone.body, gone.shows), (200, None, None));
    assert_eq!(found(store, "ann", 2).await, Some(showing(2, 2)));
    assert_eq!(found(store, "ann", 3).await, Some(answered("ann", 3)));
}
