use scaiwave_protocol::RoomId;

use super::fixture::{
    appended, event_id, good, local, message, messages, participant, pending, put, refused, room,
    room_id, stream_row, together,
};
use crate::record::Refused;
use crate::{Change, Commit, CommitError, Expectation, TenantStore};

fn head_is(room_id: RoomId, seq: u64) -> Expectation {
    Expectation::RoomHead { room_id, seq }
}

pub(super) async fn a_conflict_leaves_nothing(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 2))).await;
    let mut changes = appended(1, messages(1, 3, 3));
    changes.push(Change::PutSetting("policy", b"{}".to_vec()));
    changes.push(Change::Stream(stream_row(&room_id(1), event_id(1, 3))));
    refused(store, Commit::of(changes).expecting(head_is(room_id(1), 1))).await;
    let room = good(store.room(&room_id(1)).await).expect("the room");
    assert_eq!(room.head.seq, 2);
    assert_eq!(good(store.entry(&room_id(1), &event_id(1, 3)).await), None);
    assert_eq!(good(store.setting("policy").await), None);
    assert_eq!(good(store.stream_position().await), 0);
}

pub(super) async fn a_late_change_that_fails_takes_the_early_ones_back(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 2))).await;
    // Room 2 gets its first row in a commit that fails, and again in one that does not.
    let mut changes = appended(2, messages(2, 1, 1));
    changes.push(Change::AppendEntries(room_id(1), messages(1, 9, 9)));
    refused(store, Commit::of(changes)).await;
    assert_eq!(good(store.room(&room_id(2)).await), None);
    assert_eq!(good(store.entries_after(&room_id(2), 0, 9, 999).await), []);
    put(store, appended(3, messages(3, 1, 1))).await;
    put(store, appended(2, messages(2, 1, 1))).await;
    let stored = good(store.entries_after(&room_id(2), 0, 9, 999).await);
    assert_eq!(stored, messages(2, 1, 1));
    let stored = good(store.entries_after(&room_id(3), 0, 9, 999).await);
    assert_eq!(stored, messages(3, 1, 1));
}

pub(super) async fn each_expectation_holds_or_conflicts(store: &dyn TenantStore) {
    let of = |expectation| Commit::of(Vec::new()).expecting(expectation);
    let waits = |seq| Expectation::Pending {
        room_id: room_id(1),
        event_id: event_id(1, seq),
    };
    let ann = Expectation::NoParticipant(local("ann"));
    for free in [
        head_is(room_id(1), 0),
        Expectation::NoRoom(room_id(1)),
        ann.clone(),
    ] {
        assert!(store.commit(of(free)).await.is_ok());
    }
    refused(store, of(head_is(room_id(1), 1))).await;
    refused(store, of(waits(7))).await;

    let mut changes = appended(1, messages(1, 1, 1));
    changes.push(Change::PutParticipant(Box::new(participant("ann", "Ann"))));
    changes.push(Change::PutPending(Box::new(pending(1, 7))));
    changes.push(Change::PutPending(Box::new(pending(1, 8))));
    let no = Refused {
        code: "denied".to_owned(),
        message: "No.".to_owned(),
    };
    changes.push(Change::RefusePending(room_id(1), event_id(1, 8), no));
    put(store, changes).await;
    for held in [head_is(room_id(1), 1), waits(7)] {
        assert!(store.commit(of(held)).await.is_ok());
    }
    refused(store, of(head_is(room_id(1), 0))).await;
    refused(store, of(Expectation::NoRoom(room_id(1)))).await;
    refused(store, of(ann)).await;
    refused(store, of(waits(8))).await;
}

pub(super) async fn one_conflict_does_not_touch_its_neighbours(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 1))).await;
    let commits = (2..42)
        .map(|number| {
            let mut changes = appended(number, messages(number, 1, 1));
            // Every third comes to grief at its very end.
            if number % 3 == 0 {
                changes.push(Change::AppendEntries(room_id(1), messages(1, 1, 1)));
            }
            Commit::of(changes)
        })
        .collect();
    let answers = together(store, commits).await;
    for (number, answer) in (2..42).zip(answers) {
        let stored = good(store.entries_after(&room_id(number), 0, 9, 999).await);
        if number % 3 == 0 {
            assert!(
                matches!(answer, Err(CommitError::Conflict(_))),
                "{answer:?}"
            );
            assert_eq!(stored, []);
        } else {
            assert!(answer.is_ok(), "{answer:?}");
            assert_eq!(stored, messages(number, 1, 1));
        }
    }
}

pub(super) async fn changes_see_those_before_them(store: &dyn TenantStore) {
    let changes = vec![
        Change::PutSetting("policy", b"1".to_vec()),
        Change::PutSetting("policy", b"2".to_vec()),
        Change::PutRoom(Box::new(room(1, 2))),
        Change::AppendEntries(room_id(1), messages(1, 1, 1)),
        Change::AppendEntries(room_id(1), messages(1, 2, 2)),
    ];
    put(store, changes).await;
    assert_eq!(good(store.setting("policy").await), Some(b"2".to_vec()));
    let stored = good(store.entry(&room_id(1), &event_id(1, 2)).await);
    assert_eq!(stored, Some(message(1, 2)));
}

pub(super) async fn racing_heads_have_one_winner(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 1))).await;
    let commit = Commit::of(appended(1, messages(1, 2, 2))).expecting(head_is(room_id(1), 1));
    let answers = together(store, vec![commit; 20]).await;
    let won = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(won, 1);
    let stored = good(store.entries_after(&room_id(1), 0, 9, 9_999).await);
    assert_eq!(stored, messages(1, 1, 2));
}
