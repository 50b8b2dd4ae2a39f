use super::fixture::{
    EPOCH, HOST, OTHER, bob, event_id, good, pending, put, room, room_id, server,
};
use crate::record::{DeadLetterRow, FollowerRow, LagRow, OutboxRow, Refused, RoomRow};
use crate::{Change, TenantStore};

fn follower(number: u8, acked_seq: u64) -> FollowerRow {
    FollowerRow {
        room_id: room_id(number),
        server: server(OTHER),
        acked_seq,
        stopped: None,
    }
}

fn item(number: u64, peer: &str) -> OutboxRow {
    OutboxRow {
        id: event_id(0, number),
        peer: server(peer),
        kind: "invite".to_owned(),
        room_id: room_id(1),
        participant: Some(bob()),
        item: b"{}".to_vec(),
        created_at: EPOCH,
    }
}

pub(super) async fn followers_lag_until_they_acknowledge(store: &dyn TenantStore) {
    let changes = vec![
        Change::PutRoom(Box::new(room(1, 5))),
        Change::PutRoom(Box::new(room(2, 5))),
        Change::PutFollower(follower(1, 2)),
        Change::PutFollower(follower(2, 5)),
        // Acknowledging does not make a follower.
        Change::SetAcked(room_id(2), server("three.example.org"), 1),
    ];
    put(store, changes).await;
    assert_eq!(good(store.followers(&room_id(2)).await), [follower(2, 5)]);
    let lag = |number, acked_seq| LagRow {
        room_id: room_id(number),
        acked_seq,
        head_seq: 5,
    };
    assert_eq!(good(store.lagging(&server(OTHER), 9).await), [lag(1, 2)]);
    put(store, vec![Change::SetAcked(room_id(2), server(OTHER), 1)]).await;
    let mut lagging = good(store.lagging(&server(OTHER), 9).await);
    lagging.sort_by_key(|row| row.acked_seq);
    assert_eq!(lagging, [lag(2, 1), lag(1, 2)]);
    assert_eq!(good(store.lagging(&server(OTHER), 1).await).len(), 1);
    let changes = vec![
        Change::SetAcked(room_id(1), server(OTHER), 5),
        Change::DropFollower(room_id(2), server(OTHER)),
    ];
    put(store, changes).await;
    assert_eq!(good(store.lagging(&server(OTHER), 9).await), []);
    assert_eq!(good(store.followers(&room_id(2)).await), []);
    assert_eq!(good(store.followers(&room_id(1)).await), [follower(1, 5)]);
}

pub(super) async fn a_stopped_follower_does_not_lag(store: &dyn TenantStore) {
    let stopped = FollowerRow {
        stopped: Some("fork".to_owned()),
        ..follower(1, 2)
    };
    let changes = vec![
        Change::PutRoom(Box::new(room(1, 5))),
        Change::PutFollower(stopped.clone()),
    ];
    put(store, changes).await;
    assert_eq!(good(store.lagging(&server(OTHER), 9).await), []);
    assert_eq!(good(store.waiting_peers().await), []);
    assert_eq!(
        good(store.followers(&room_id(1)).await),
        std::slice::from_ref(&stopped)
    );
    assert_eq!(good(store.stopped(&server(OTHER)).await), [stopped]);
    assert_eq!(good(store.stopped(&server(HOST)).await), []);
    put(store, vec![Change::PutFollower(follower(1, 2))]).await;
    assert_eq!(good(store.waiting_peers().await), [server(OTHER)]);
    assert_eq!(good(store.stopped(&server(OTHER)).await), []);
}

pub(super) async fn dead_letters_are_kept_until_dropped(store: &dyn TenantStore) {
    let letter = |number: u64, peer: &str| DeadLetterRow {
        id: event_id(0, number),
        at: EPOCH + number,
        peer: server(peer),
        kind: "submit".to_owned(),
        room_id: room_id(1),
        event_id: number.is_multiple_of(2).then(|| event_id(1, number)),
        participant: (!number.is_multiple_of(2)).then(bob),
        code: "denied".to_owned(),
        message: "No.".to_owned(),
        item: b"{}".to_vec(),
    };
    let rows = [
        letter(1, OTHER),
        letter(3, OTHER),
        letter(2, HOST),
        letter(1, OTHER),
    ];
    let changes = rows.into_iter().map(Box::new).map(Change::PutDeadLetter);
    put(store, changes.collect()).await;
    // As they were written, whatever their ids say.
    let newest_first = [letter(2, HOST), letter(3, OTHER), letter(1, OTHER)];
    assert_eq!(good(store.dead_letters(None, None, 9).await), newest_first);
    assert_eq!(
        good(store.dead_letters(None, None, 1).await),
        [letter(2, HOST)]
    );
    let before = Some(event_id(0, 3));
    let other = server(OTHER);
    assert_eq!(
        good(store.dead_letters(Some(&other), None, 9).await),
        [letter(3, OTHER), letter(1, OTHER)]
    );
    assert_eq!(
        good(store.dead_letters(Some(&other), before, 9).await),
        [letter(1, OTHER)]
    );
    assert_eq!(
        good(store.dead_letter(&event_id(0, 2)).await),
        Some(letter(2, HOST))
    );
    put(store, vec![Change::DropDeadLetter(event_id(0, 2))]).await;
    assert_eq!(good(store.dead_letter(&event_id(0, 2)).await), None);
    assert_eq!(good(store.dead_letters(None, None, 9).await).len(), 2);
}

pub(super) async fn the_outbox_is_sent_in_order(store: &dyn TenantStore) {
    let changes = [
        item(3, OTHER),
        item(1, OTHER),
        item(2, HOST),
        item(1, OTHER),
    ];
    assert_eq!(good(store.last_outbox_id().await), None);
    put(store, changes.into_iter().map(Change::PutOutbox).collect()).await;
    let waiting = good(store.outbox(&server(OTHER), 9).await);
    assert_eq!(waiting, [item(1, OTHER), item(3, OTHER)]);
    let last = good(store.last_outbox_id().await);
    assert_eq!(last, Some(event_id(0, 3)));
    assert_eq!(
        good(store.outbox(&server(OTHER), 1).await),
        [item(1, OTHER)]
    );
    put(store, vec![Change::DropOutbox(event_id(0, 1))]).await;
    assert_eq!(
        good(store.outbox(&server(OTHER), 9).await),
        [item(3, OTHER)]
    );
}

pub(super) async fn peers_wait_for_lag_outbox_and_pending(store: &dyn TenantStore) {
    let hosted = |number: u8, host: &str| {
        Change::PutRoom(Box::new(RoomRow {
            host: server(host),
            ..room(number, 5)
        }))
    };
    let no = Refused {
        code: "denied".to_owned(),
        message: "No.".to_owned(),
    };
    let changes = vec![
        hosted(1, HOST),
        hosted(2, "b.example.org"),
        hosted(3, "d.example.org"),
        Change::PutFollower(follower(1, 4)),
        Change::PutOutbox(item(1, "a.example.org")),
        Change::PutPending(Box::new(pending(2, 1))),
        Change::PutPending(Box::new(pending(3, 1))),
        Change::RefusePending(room_id(3), event_id(3, 1), no),
    ];
    put(store, changes).await;
    let mut waiting = good(store.waiting_peers().await);
    waiting.sort_unstable();
    let expected = ["a.example.org", "b.example.org", OTHER].map(server);
    assert_eq!(waiting, expected);
}
