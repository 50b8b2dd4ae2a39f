use scaiwave_protocol::Fqid;

use super::fixture::{ann, bob, good, put, room_id};
use crate::record::{NotificationMode, PreferencesRow, RoomChoiceRow};
use crate::{Change, TenantStore};

pub(super) async fn preferences_are_kept_by_participant(store: &dyn TenantStore) {
    assert_eq!(good(store.preferences(&ann()).await), None);
    let row = |participant: Fqid, notify: &[u8], client: &[u8]| PreferencesRow {
        participant,
        notify: notify.to_vec(),
        client: client.to_vec(),
    };
    let rows = [
        row(ann(), b"{\"a\":1}", b"{}"),
        row(bob(), b"{}", b"{\"theme\":\"dark\"}"),
        row(ann(), b"{\"a\":2}", b"{\"b\":3}"),
    ];
    let changes = rows.iter().cloned().map(Box::new);
    put(store, changes.map(Change::PutPreferences).collect()).await;
    let [_, of_bob, of_ann] = rows;
    let all = [
        (ann(), of_ann.notify.clone()),
        (bob(), of_bob.notify.clone()),
    ];
    assert_eq!(good(store.notify_preferences().await), all);
    assert_eq!(good(store.preferences(&ann()).await), Some(of_ann));
    assert_eq!(good(store.preferences(&bob()).await), Some(of_bob));
}

pub(super) async fn choices_are_kept_by_participant_and_room(store: &dyn TenantStore) {
    assert_eq!(good(store.room_choices().await), []);
    let row = |participant: Fqid, number, mode, muted_until| RoomChoiceRow {
        participant,
        room_id: room_id(number),
        mode,
        muted_until,
    };
    let rows = [
        row(ann(), 1, Some(NotificationMode::All), Some(5)),
        row(ann(), 2, Some(NotificationMode::Mentions), None),
        row(bob(), 1, Some(NotificationMode::None), Some(7)),
        row(ann(), 1, None, Some(6)),
        row(ann(), 2, None, None),
    ];
    let changes = rows.iter().cloned().map(Change::PutRoomChoice);
    put(store, changes.collect()).await;
    let [_, _, of_bob, first, second] = rows;
    let kept = good(store.room_choices().await);
    assert_eq!(kept, [first, second, of_bob]);
}
