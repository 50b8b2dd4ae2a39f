use super::fixture::{EPOCH, ann, bob, event_id, good, marker, put, room_id, stream_row, together};
use crate::record::{InboxRow, ReadMarkerRow, StreamEntry, StreamRow};
use crate::{Change, Commit, TenantStore};

fn told(seq: u64) -> Change {
    Change::Stream(stream_row(&room_id(1), event_id(1, seq)))
}

pub(super) async fn positions_rise_strictly(store: &dyn TenantStore) {
    assert_eq!(good(store.stream_position().await), 0);
    let receipt = put(store, vec![told(1), told(2), told(3)]).await;
    assert_eq!(receipt.positions.len(), 3);
    let mut all = receipt.positions;
    let answers = together(store, vec![Commit::of(vec![told(4), told(5)]); 20]).await;
    let mut concurrent = Vec::new();
    for answer in answers {
        let positions = answer.map(|receipt| receipt.positions).unwrap_or_default();
        assert_eq!(positions.len(), 2);
        assert_eq!(
            positions[0] + 1,
            positions[1],
            "one commit's rows lie together"
        );
        concurrent.extend(positions);
    }
    concurrent.sort_unstable();
    all.extend(concurrent);
    assert!(all[0] > 0 && all.windows(2).all(|two| two[0] < two[1]));
    assert_eq!(good(store.stream_position().await), all[all.len() - 1]);
    assert!(put(store, Vec::new()).await.positions.is_empty());
}

pub(super) async fn the_stream_is_read_from_a_cursor(store: &dyn TenantStore) {
    let rows = [
        stream_row(&room_id(1), event_id(1, 1)),
        StreamRow {
            room_id: None,
            participant: Some(ann()),
            kind: "swp.room.read_marker".to_owned(),
            event_id: None,
            payload: Some(b"{}".to_vec()),
        },
        stream_row(&room_id(2), event_id(2, 1)),
    ];
    let changes = rows.iter().cloned().map(Change::Stream).collect();
    let positions = put(store, changes).await.positions;
    let expected: Vec<_> = positions
        .iter()
        .zip(rows)
        .map(|(position, row)| StreamEntry {
            position: *position,
            row,
        })
        .collect();
    let all = usize::MAX;
    assert_eq!(good(store.stream_after(0, 9, all).await), expected);
    assert_eq!(good(store.stream_after(0, 2, all).await), expected[..2]);
    let after = good(store.stream_after(positions[0], 9, all).await);
    assert_eq!(after, expected[1..]);
    assert_eq!(good(store.stream_after(positions[2], 9, all).await), []);
    // Two bytes in the second one.
    assert_eq!(good(store.stream_after(0, 9, 2).await), expected);
    assert_eq!(good(store.stream_after(0, 9, 1).await), expected[..1]);
    let second = positions[0];
    assert_eq!(good(store.stream_after(second, 1, 0).await), expected[1..2]);
}

pub(super) async fn the_inbox_is_newest_first(store: &dyn TenantStore) {
    let line = |seq: u64, at: u64, reason: &str| InboxRow {
        participant: ann(),
        event_id: event_id(1, seq),
        room_id: room_id(1),
        sender: bob(),
        reason: reason.to_owned(),
        snippet: "hello".to_owned(),
        created_at: EPOCH + at,
        seq,
    };
    let rows = [
        line(1, 5, "invite"),
        line(2, 9, "room_mention"),
        line(3, 7, "invite"),
        line(3, 7, "direct_mention"),
    ];
    put(store, rows.into_iter().map(Change::PutInbox).collect()).await;
    let newest = [
        line(2, 9, "room_mention"),
        line(3, 7, "direct_mention"),
        line(1, 5, "invite"),
    ];
    assert_eq!(good(store.inbox(&ann(), 9, 0).await), newest);
    assert_eq!(good(store.inbox(&ann(), 1, 1).await), newest[1..2]);
    assert_eq!(good(store.inbox(&bob(), 9, 0).await), []);
}

pub(super) async fn a_marker_never_moves_down(store: &dyn TenantStore) {
    assert_eq!(good(store.read_marker(&ann(), &room_id(1)).await), None);
    for (seq, expected) in [(5, 5), (3, 5), (8, 8)] {
        put(store, vec![marker(1, seq)]).await;
        let expected = ReadMarkerRow {
            participant: ann(),
            room_id: room_id(1),
            event_id: event_id(1, expected),
            seq: expected,
        };
        let found = good(store.read_marker(&ann(), &room_id(1)).await);
        assert_eq!(found, Some(expected));
    }
    assert_eq!(good(store.read_marker(&bob(), &room_id(1)).await), None);
}
