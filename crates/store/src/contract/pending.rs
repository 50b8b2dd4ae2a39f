use std::collections::BTreeMap;

use super::fixture::{HOST, OTHER, event_id, good, pending, put, room, room_id, server};
use crate::record::{PendingRow, Refused, RoomRow};
use crate::{Change, TenantStore};

fn put_pending(number: u8, origin_seq: u64) -> Change {
    Change::PutPending(Box::new(pending(number, origin_seq)))
}

fn hosted_by(number: u8, host: &str) -> Change {
    Change::PutRoom(Box::new(RoomRow {
        host: server(host),
        ..room(number, 1)
    }))
}

fn no() -> Refused {
    Refused {
        code: "denied".to_owned(),
        message: "Not here.".to_owned(),
    }
}

pub(super) async fn kept_in_order_until_dropped(store: &dyn TenantStore) {
    let changes = vec![
        put_pending(1, 9),
        put_pending(1, 7),
        put_pending(1, 8),
        put_pending(1, 8),
        put_pending(2, 1),
    ];
    put(store, changes).await;
    let waiting = good(store.pending(&room_id(1)).await);
    assert_eq!(waiting, [pending(1, 7), pending(1, 8), pending(1, 9)]);
    put(
        store,
        vec![
            Change::DropPending(room_id(1), event_id(1, 8)),
            Change::DropPending(room_id(1), event_id(1, 8)),
        ],
    )
    .await;
    let waiting = good(store.pending(&room_id(1)).await);
    assert_eq!(waiting, [pending(1, 7), pending(1, 9)]);
    let one = good(store.pending_event(&room_id(1), &event_id(1, 9)).await);
    assert_eq!(one, Some(pending(1, 9)));
    let none = good(store.pending_event(&room_id(2), &event_id(1, 9)).await);
    assert_eq!(none, None);
}

pub(super) async fn a_refused_one_is_shown_but_not_submitted(store: &dyn TenantStore) {
    let changes = vec![
        hosted_by(1, OTHER),
        put_pending(1, 1),
        put_pending(1, 2),
        Change::RefusePending(room_id(1), event_id(1, 1), no()),
    ];
    put(store, changes).await;
    let refused = PendingRow {
        refused: Some(no()),
        ..pending(1, 1)
    };
    let shown = good(store.pending(&room_id(1)).await);
    assert_eq!(shown, [refused, pending(1, 2)]);
    let submitted = good(store.pending_for(&server(OTHER), 9).await);
    assert_eq!(submitted, [pending(1, 2)]);
}

/// Where nothing may go on nothing is sent; it waits until the room is writable again.
pub(super) async fn a_frozen_room_submits_nothing(store: &dyn TenantStore) {
    put(store, vec![hosted_by(1, OTHER), put_pending(1, 1)]).await;
    let freeze = |why: Option<&str>| Change::Freeze(room_id(1), why.map(str::to_owned));
    put(store, vec![freeze(Some("two histories"))]).await;
    assert_eq!(
        good(
            store
                .pending_above(&server(OTHER), &BTreeMap::new(), 9)
                .await
        ),
        []
    );
    assert_eq!(good(store.waiting_peers().await), []);
    assert_eq!(good(store.pending(&room_id(1)).await), [pending(1, 1)]);
    put(store, vec![freeze(None)]).await;
    let submitted = good(
        store
            .pending_above(&server(OTHER), &BTreeMap::new(), 9)
            .await,
    );
    assert_eq!(submitted, [pending(1, 1)]);
    assert_eq!(good(store.waiting_peers().await), [server(OTHER)]);
}

pub(super) async fn submitted_to_their_host_only(store: &dyn TenantStore) {
    let changes = vec![
        hosted_by(1, OTHER),
        hosted_by(2, HOST),
        hosted_by(3, OTHER),
        put_pending(3, 1),
        put_pending(2, 1),
        put_pending(1, 2),
        put_pending(1, 1),
    ];
    put(store, changes).await;
    let submitted = good(store.pending_for(&server(OTHER), 9).await);
    assert_eq!(submitted, [pending(1, 1), pending(1, 2), pending(3, 1)]);
    let submitted = good(store.pending_for(&server(OTHER), 2).await);
    assert_eq!(submitted, [pending(1, 1), pending(1, 2)]);
    let submitted = good(store.pending_for(&server(HOST), 9).await);
    assert_eq!(submitted, [pending(2, 1)]);
}

pub(super) async fn submitted_above_a_number(store: &dyn TenantStore) {
    let changes = vec![
        hosted_by(1, OTHER),
        hosted_by(2, HOST),
        hosted_by(3, OTHER),
        put_pending(1, 1),
        put_pending(1, 2),
        put_pending(1, 3),
        put_pending(1, 4),
        put_pending(2, 9),
        put_pending(3, 2),
        Change::RefusePending(room_id(1), event_id(1, 3), no()),
    ];
    put(store, changes).await;
    let of = |rows: &[(u8, u64)]| -> Vec<_> {
        rows.iter()
            .map(|(room, number)| pending(*room, *number))
            .collect()
    };
    // (above which number in which room, how many at most) → (room, number)
    for (above, limit, expected) in [
        (&[][..], 9, &[(1, 1), (1, 2), (1, 4), (3, 2)][..]),
        (&[(1, 1)], 9, &[(1, 2), (1, 4), (3, 2)]),
        (&[(1, 1)], 2, &[(1, 2), (1, 4)]),
        (&[(1, 4), (3, 1)], 9, &[(3, 2)]),
        (&[(1, 4), (3, 2)], 9, &[]),
        (&[(2, 9), (7, 1)], 1, &[(1, 1)]),
    ] {
        let above: BTreeMap<_, _> = above
            .iter()
            .map(|(room, number)| (room_id(*room), *number))
            .collect();
        let found = good(store.pending_above(&server(OTHER), &above, limit).await);
        assert_eq!(found, of(expected), "above {above:?}, at most {limit}");
    }
}

pub(super) async fn another_signature_replaces_the_first(store: &dyn TenantStore) {
    let again = PendingRow {
        event: b"signed anew".to_vec(),
        signed_anew: true,
        ..pending(1, 2)
    };
    let changes = vec![
        hosted_by(1, OTHER),
        put_pending(1, 1),
        put_pending(1, 2),
        Change::PutPending(Box::new(again.clone())),
    ];
    put(store, changes).await;
    let submitted = good(store.pending_for(&server(OTHER), 9).await);
    assert_eq!(submitted, [pending(1, 1), again]);
}
