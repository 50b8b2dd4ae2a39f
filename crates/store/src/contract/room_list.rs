use scaiwave_protocol::Fqid;
use scaiwave_protocol::event::content::{MEMBER, Membership};

use super::fixture::{
    EPOCH, HOST, OTHER, ann, appended, bob, erasure, event_id, good, joined, marker, member,
    message, messages, put, reaction_entry, room, room_id, room_server, server,
};
use crate::record::{EntryRow, InboxRow, RoomListRow};
use crate::{Change, TenantStore};

async fn list(store: &dyn TenantStore, whose: &Fqid) -> Vec<RoomListRow> {
    good(store.rooms_of(whose).await)
}

pub(super) async fn only_joined_and_invited_rooms_newest_first(store: &dyn TenantStore) {
    let memberships = [
        (1, 10, Membership::Join),
        (2, 30, Membership::Leave),
        (3, 20, Membership::Invite),
        (4, 40, Membership::Ban),
        (5, 15, Membership::Join),
        (6, 50, Membership::Knock),
    ];
    for (number, head, membership) in memberships {
        let changes = vec![
            Change::PutRoom(Box::new(room(number, head))),
            Change::PutMember(room_id(number), member(&ann(), membership, 1)),
            Change::PutRoomServer(room_id(number), room_server(OTHER, number == 3)),
            Change::PutRoomServer(room_id(number), room_server(HOST, true)),
        ];
        put(store, changes).await;
    }
    let rooms = list(store, &ann()).await;
    let found: Vec<_> = rooms
        .iter()
        .map(|row| (row.room.clone(), row.membership))
        .collect();
    let expected = [
        (room(3, 20), Membership::Invite),
        (room(5, 15), Membership::Join),
        (room(1, 10), Membership::Join),
    ];
    assert_eq!(found, expected);
    assert_eq!(rooms[0].servers, [server(HOST), server(OTHER)]);
    assert_eq!(rooms[1].servers, [server(HOST)]);
    assert_eq!(list(store, &bob()).await, []);
}

pub(super) async fn unread_counts_messages_of_others_above_the_marker(store: &dyn TenantStore) {
    let mut entries = messages(1, 1, 10);
    // Of ann's own at 6 and 7, a membership at 8 and a reaction at 9: none counts.
    for entry in &mut entries {
        if !(6..=7).contains(&entry.seq) {
            entry.sender = bob();
        }
    }
    entries[7].kind = MEMBER.to_owned();
    entries[8] = EntryRow {
        sender: bob(),
        ..reaction_entry(1, 9, 1)
    };
    let mut changes = appended(1, entries);
    changes.push(joined(&room_id(1), &ann(), 2));
    // A neighbour with many unread messages.
    changes.extend(appended(2, messages(2, 1, 50)));
    put(store, changes).await;
    let row = &list(store, &ann()).await[0];
    assert_eq!(
        (row.unread_count, row.last_read),
        (4, None),
        "above the join"
    );
    // What was redacted waits for nobody.
    let gone = Change::Erase(room_id(1), event_id(1, 4), erasure(&bob(), 4));
    put(store, vec![gone]).await;
    assert_eq!(list(store, &ann()).await[0].unread_count, 3);
    put(store, vec![marker(1, 5)]).await;
    let row = &list(store, &ann()).await[0];
    assert_eq!((row.unread_count, row.last_read), (1, Some(event_id(1, 5))));
    put(store, vec![marker(1, 10)]).await;
    assert_eq!(list(store, &ann()).await[0].unread_count, 0);
}

/// A line by itself is the line of the list; who is not in the room, or was, has none.
pub(super) async fn one_room_is_its_line(store: &dyn TenantStore) {
    for number in 1..=3 {
        let mut entries = messages(number, 1, 4);
        entries.iter_mut().for_each(|entry| entry.sender = bob());
        let mut changes = appended(number, entries);
        let is = [Membership::Join, Membership::Invite, Membership::Leave];
        let is = is[usize::from(number) - 1];
        changes.push(Change::PutMember(room_id(number), member(&ann(), is, 1)));
        put(store, changes).await;
    }
    let lines = list(store, &ann()).await;
    assert_eq!(lines.len(), 2);
    for line in lines {
        let one = good(store.room_of(&ann(), &line.room.room_id).await);
        assert_eq!(one, Some(line));
    }
    for number in [3, 4] {
        assert_eq!(good(store.room_of(&ann(), &room_id(number)).await), None);
    }
    assert_eq!(good(store.room_of(&bob(), &room_id(1)).await), None);
}

pub(super) async fn unread_stops_at_a_thousand(store: &dyn TenantStore) {
    let mut changes = appended(1, messages(1, 1, 1_001));
    changes.push(joined(&room_id(1), &bob(), 1));
    put(store, changes).await;
    assert_eq!(list(store, &bob()).await[0].unread_count, 1_000);
    let changes = appended(1, messages(1, 1_002, 1_100));
    put(store, changes).await;
    assert_eq!(list(store, &bob()).await[0].unread_count, 1_000);
}

pub(super) async fn mentions_are_counted_above_the_marker(store: &dyn TenantStore) {
    let line = |number, seq, counted: bool| {
        Change::PutInbox(InboxRow {
            participant: ann(),
            event_id: event_id(number, seq),
            room_id: room_id(number),
            sender: bob(),
            reason: "direct_mention".to_owned(),
            snippet: "hello".to_owned(),
            created_at: EPOCH + seq,
            seq: if counted { seq } else { 0 },
        })
    };
    let mut changes = appended(1, messages(1, 1, 10));
    changes.push(joined(&room_id(1), &ann(), 2));
    changes.extend([1, 3, 5, 8, 9].map(|seq| line(1, seq, true)));
    // An invitation or an alarm is no message; the neighbour's lines are its own.
    changes.push(line(1, 10, false));
    changes.extend(appended(2, messages(2, 1, 9)));
    changes.push(line(2, 9, true));
    changes.push(joined(&room_id(2), &bob(), 1));
    put(store, changes).await;
    let count = async || list(store, &ann()).await[0].mention_count;
    assert_eq!(count().await, 4, "above the join");
    put(store, vec![marker(1, 5)]).await;
    assert_eq!(count().await, 2);
    // What has been redacted asks for nobody's attention any more.
    let gone = Change::Erase(room_id(1), event_id(1, 8), erasure(&bob(), 8));
    put(store, vec![gone]).await;
    assert_eq!(count().await, 1);
    put(store, vec![marker(1, 10)]).await;
    assert_eq!(count().await, 0);
    assert_eq!(list(store, &bob()).await[0].mention_count, 0);
}

pub(super) async fn the_last_line_is_one_that_is_shown(store: &dyn TenantStore) {
    put(
        store,
        vec![
            Change::PutRoom(Box::new(room(1, 0))),
            joined(&room_id(1), &ann(), 1),
        ],
    )
    .await;
    assert_eq!(list(store, &ann()).await[0].last, None);
    let mut entries = messages(1, 1, 3);
    entries.push(reaction_entry(1, 4, 2));
    put(store, appended(1, entries)).await;
    put(store, appended(2, messages(2, 1, 9))).await;
    assert_eq!(list(store, &ann()).await[0].last, Some(message(1, 3)));
}
