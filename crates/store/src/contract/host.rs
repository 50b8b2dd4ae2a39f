use super::fixture::{
    EPOCH, HOST, OTHER, appended, event_id, good, messages, put, room, room_id, server,
};
use crate::record::{EvidenceRow, Settled, UnconfirmedRow};
use crate::{Change, TenantStore};

pub(super) async fn a_frozen_room_says_why(store: &dyn TenantStore) {
    put(store, vec![Change::PutRoom(Box::new(room(1, 3)))]).await;
    let frozen = async || {
        let row = good(store.room(&room_id(1)).await);
        row.and_then(|row| row.frozen)
    };
    assert_eq!(frozen().await, None);
    let why = || Some("two histories".to_owned());
    put(store, vec![Change::Freeze(room_id(1), why())]).await;
    assert_eq!(frozen().await, why());
    put(store, vec![Change::Freeze(room_id(1), None)]).await;
    assert_eq!(frozen().await, None);
    // A room that is not here cannot be frozen, and is no matter.
    put(store, vec![Change::Freeze(room_id(9), why())]).await;
    assert_eq!(good(store.room(&room_id(9)).await), None);
}

pub(super) async fn an_admin_settles_which_history_counts(store: &dyn TenantStore) {
    let settled = |term, seq| Settled { term, seq };
    put(store, vec![Change::PutRoom(Box::new(room(1, 3)))]).await;
    assert_eq!(good(store.settled(&room_id(1)).await), None);
    let settle = |number, at| Change::Settle(room_id(number), at);
    put(
        store,
        vec![settle(1, settled(1, 3)), settle(9, settled(1, 1))],
    )
    .await;
    assert_eq!(good(store.settled(&room_id(1)).await), Some(settled(1, 3)));
    assert_eq!(good(store.settled(&room_id(9)).await), None);
    // It stays when the room goes on, and moves when it is settled anew.
    put(store, vec![Change::PutRoom(Box::new(room(1, 9)))]).await;
    put(store, vec![settle(1, settled(2, 7))]).await;
    assert_eq!(good(store.settled(&room_id(1)).await), Some(settled(2, 7)));
}

pub(super) async fn evidence_is_kept_in_order(store: &dyn TenantStore) {
    let row = |number: u64, room: u8| EvidenceRow {
        id: event_id(0, number),
        room_id: room_id(room),
        at: EPOCH + number,
        reason: format!("proof {number}"),
        document: b"{}".to_vec(),
    };
    let rows = [row(1, 1), row(2, 2), row(3, 1), row(1, 1)];
    let changes = rows.into_iter().map(Box::new).map(Change::PutEvidence);
    put(store, changes.collect()).await;
    let found = good(store.evidence(&room_id(1)).await);
    assert_eq!(found, [row(1, 1), row(3, 1)]);
    assert_eq!(good(store.evidence(&room_id(9)).await), []);
}

pub(super) async fn keys_wait_to_be_confirmed(store: &dyn TenantStore) {
    let row = |room: u8, name: &str, key: &str, since: u64| UnconfirmedRow {
        room_id: room_id(room),
        server: server(name),
        key: key.to_owned(),
        since: EPOCH + since,
    };
    let rows = [
        row(2, OTHER, "a", 1),
        row(1, OTHER, "b", 2),
        row(1, OTHER, "a", 3),
        row(1, HOST, "a", 4),
        row(1, HOST, "a", 5),
    ];
    put(
        store,
        rows.into_iter().map(Change::PutUnconfirmed).collect(),
    )
    .await;
    let mut found = good(store.unconfirmed().await);
    found.sort_by_key(|row| row.since);
    let expected = [
        row(2, OTHER, "a", 1),
        row(1, OTHER, "b", 2),
        row(1, OTHER, "a", 3),
        row(1, HOST, "a", 4),
    ];
    assert_eq!(found, expected);
    let gone = Change::DropUnconfirmed(room_id(1), server(OTHER), "a".to_owned());
    put(store, vec![gone]).await;
    assert_eq!(good(store.unconfirmed().await).len(), 3);
}

pub(super) async fn an_admin_agrees_to_take_over(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 1))).await;
    assert_eq!(good(store.take_over(&room_id(1)).await), None);
    put(store, vec![Change::PutTakeOver(room_id(1), EPOCH)]).await;
    assert_eq!(good(store.take_over(&room_id(1)).await), Some(EPOCH));
    put(store, vec![Change::DropTakeOver(room_id(1))]).await;
    assert_eq!(good(store.take_over(&room_id(1)).await), None);
    assert_eq!(good(store.take_over(&room_id(9)).await), None);
}
