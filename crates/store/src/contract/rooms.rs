use scaiwave_protocol::Fqid;
use scaiwave_protocol::event::content::Membership;

use super::fixture::{
    EPOCH, HOST, OTHER, ann, appended, bob, good, hash, joined, member, messages, put, room,
    room_id, room_server, server,
};
use crate::record::{MemberRow, ProfileRow, RoomRow, RoomServerRow};
use crate::{Change, TenantStore};

pub(super) async fn an_unknown_room_has_nothing(store: &dyn TenantStore) {
    let unknown = room_id(9);
    assert_eq!(good(store.room(&unknown).await), None);
    assert_eq!(good(store.rooms().await), []);
    assert_eq!(good(store.members(&unknown).await), []);
    assert_eq!(good(store.member(&unknown, &ann()).await), None);
    assert_eq!(good(store.room_servers(&unknown).await), []);
    assert_eq!(good(store.chain_at(&unknown, 1).await), None);
    assert_eq!(good(store.followers(&unknown).await), []);
    assert_eq!(good(store.rooms_of(&ann()).await), []);
}

pub(super) async fn a_room_is_replaced_by_its_id(store: &dyn TenantStore) {
    let first = room(1, 1);
    put(store, vec![Change::PutRoom(Box::new(first.clone()))]).await;
    assert_eq!(good(store.room(&room_id(1)).await), Some(first));
    let mut second = room(1, 700);
    second.host = server(OTHER);
    second.head.term = 2;
    second.base_seq = 600;
    second.base_chain = hash(600);
    second.first_seq = 598;
    second.chain_before = hash(597);
    second.core = b"other".to_vec();
    second.frozen = Some("fork".to_owned());
    put(store, vec![Change::PutRoom(Box::new(second.clone()))]).await;
    assert_eq!(good(store.room(&room_id(1)).await), Some(second.clone()));
    assert_eq!(good(store.rooms().await), [second]);
}

pub(super) async fn members_are_kept_by_name(store: &dyn TenantStore) {
    let invited = MemberRow {
        by: Some(ann()),
        ..member(&bob(), Membership::Invite, 2)
    };
    let changes = vec![
        Change::PutMember(room_id(1), invited.clone()),
        joined(&room_id(1), &ann(), 1),
    ];
    put(store, changes).await;
    let joined_ann = member(&ann(), Membership::Join, 1);
    let members = good(store.members(&room_id(1)).await);
    assert_eq!(members, [joined_ann.clone(), invited]);
    let joined_bob = MemberRow {
        display_name: Some("Bob".to_owned()),
        avatar: Some("media".to_owned()),
        ..member(&bob(), Membership::Join, 3)
    };
    let change = Change::PutMember(room_id(1), joined_bob.clone());
    put(store, vec![change]).await;
    let found = good(store.member(&room_id(1), &bob()).await);
    assert_eq!(found, Some(joined_bob.clone()));
    let members = good(store.members(&room_id(1)).await);
    assert_eq!(members, [joined_ann.clone(), joined_bob.clone()]);
    let asked = [(1, bob()), (2, ann()), (1, ann()), (1, bob())];
    let asked = asked.map(|(room, who)| (room_id(room), who));
    let rows = good(store.member_rows(&asked).await);
    let bob_again = Some(joined_bob.clone());
    assert_eq!(rows, [Some(joined_bob), None, Some(joined_ann), bob_again]);
}

/// A member's time is that of the entry with which they came in, not of a later join under a new name.
pub(super) async fn members_have_come_in_at_a_time(store: &dyn TenantStore) {
    let is =
        |who: &Fqid, membership, seq| Change::PutMember(room_id(1), member(who, membership, seq));
    let mut changes = appended(1, messages(1, 5, 9));
    changes[0] = Change::PutRoom(Box::new(RoomRow {
        base_seq: 4,
        first_seq: 5,
        ..room(1, 9)
    }));
    changes.extend([
        // Before all that is held here.
        is(&ann(), Membership::Join, 4),
        is(&bob(), Membership::Invite, 5),
    ]);
    put(store, changes).await;
    let at = async || good(store.joined_at(&room_id(1)).await);
    assert_eq!(at().await, []);
    let steps = [
        (Membership::Join, 6, vec![(bob(), EPOCH + 6)]),
        (Membership::Join, 7, vec![(bob(), EPOCH + 6)]),
        (Membership::Leave, 8, vec![]),
        (Membership::Join, 9, vec![(bob(), EPOCH + 9)]),
    ];
    for (membership, seq, expected) in steps {
        put(store, vec![is(&bob(), membership, seq)]).await;
        assert_eq!(at().await, expected, "{seq}");
    }
    assert_eq!(good(store.joined_at(&room_id(9)).await), []);
}

pub(super) async fn people_of_other_servers_are_companions(store: &dyn TenantStore) {
    let is = |room: u8, who: &Fqid, membership, seq, name: &str| {
        let row = MemberRow {
            display_name: Some(name.to_owned()),
            ..member(who, membership, seq)
        };
        Change::PutMember(room_id(room), row)
    };
    let profile = |name: &str, fetched_at| {
        Change::PutProfile(Box::new(ProfileRow {
            participant: bob(),
            display_name: name.to_owned(),
            avatar: None,
            bot: false,
            fetched_at,
        }))
    };
    let names = async |who: &Fqid| {
        let rows = good(store.foreign_companions(who).await).into_iter();
        rows.map(|row| (row.participant, row.display_name.unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&ann()).await, []);
    let mut changes = appended(1, messages(1, 1, 9));
    changes.extend(appended(2, messages(2, 1, 9)));
    changes.extend([
        is(1, &ann(), Membership::Join, 1, "Ann"),
        is(1, &bob(), Membership::Invite, 2, "Bob"),
        is(2, &bob(), Membership::Join, 3, "Bobby"),
    ]);
    put(store, changes).await;
    assert_eq!(names(&ann()).await, [], "invited, or in another room");
    put(store, vec![is(1, &bob(), Membership::Join, 2, "Bob")]).await;
    assert_eq!(names(&ann()).await, [(bob(), "Bob".to_owned())]);
    assert_eq!(names(&bob()).await, [(ann(), "Ann".to_owned())]);
    // What was heard last counts, wherever.
    let second = is(2, &ann(), Membership::Join, 4, "Ann");
    for (change, expected) in [
        (second, "Bobby"),
        (profile("Rob", EPOCH + 2), "Bobby"),
        (profile("Robert", EPOCH + 3), "Robert"),
        (is(1, &bob(), Membership::Join, 5, "Bob again"), "Bob again"),
        (profile("Robin", EPOCH + 9), "Robin"),
    ] {
        put(store, vec![change]).await;
        assert_eq!(names(&ann()).await, [(bob(), expected.to_owned())]);
    }
    // Who has left is nobody's companion.
    let left = |room| is(room, &ann(), Membership::Leave, 8, "Ann");
    put(store, vec![left(1), left(2)]).await;
    assert_eq!(names(&ann()).await, []);
    assert_eq!(names(&bob()).await, []);
}

pub(super) async fn servers_are_kept_by_name(store: &dyn TenantStore) {
    let left = RoomServerRow {
        first_join: Some(7),
        ..*room_server(OTHER, false)
    };
    let changes = vec![
        Change::PutRoomServer(room_id(1), room_server(OTHER, true)),
        Change::PutRoomServer(room_id(1), room_server(HOST, true)),
        Change::PutRoomServer(room_id(1), Box::new(left.clone())),
    ];
    put(store, changes).await;
    let servers = good(store.room_servers(&room_id(1)).await);
    let expected = [*room_server(HOST, true), left];
    assert_eq!(servers, expected);
}

pub(super) async fn the_last_origin_seq_moves_alone(store: &dyn TenantStore) {
    let changes = vec![
        Change::PutRoomServer(room_id(1), room_server(OTHER, true)),
        Change::SetLastOriginSeq(room_id(1), server(OTHER), 41),
    ];
    put(store, changes).await;
    let expected = RoomServerRow {
        last_origin_seq: 41,
        ..*room_server(OTHER, true)
    };
    assert_eq!(good(store.room_servers(&room_id(1)).await), [expected]);
}

pub(super) async fn rooms_are_found_by_server_and_member(store: &dyn TenantStore) {
    let changes = vec![
        Change::PutRoom(Box::new(room(1, 1))),
        Change::PutRoom(Box::new(room(2, 1))),
        Change::PutRoomServer(room_id(1), room_server(OTHER, false)),
        joined(&room_id(2), &ann(), 1),
        Change::PutMember(room_id(1), member(&ann(), Membership::Leave, 1)),
    ];
    put(store, changes).await;
    // One that left has its record in the log all the same.
    let with = good(store.rooms_with_server(&server(OTHER)).await);
    assert_eq!(with, [room(1, 1)]);
    assert_eq!(good(store.rooms_with_server(&server(HOST)).await), []);
    assert_eq!(good(store.joined_rooms(&ann()).await), [room_id(2)]);
    assert_eq!(good(store.joined_rooms(&bob()).await), []);
}

pub(super) async fn a_server_shares_a_room_by_record_or_invitation(store: &dyn TenantStore) {
    let shares = async |name: &str| good(store.shares_room(&server(name)).await);
    assert!(!shares(OTHER).await);
    let invite = |membership| Change::PutMember(room_id(1), member(&bob(), membership, 2));
    put(store, vec![invite(Membership::Invite)]).await;
    assert!(shares(OTHER).await);
    // Not by a name that only ends alike, and not once the invitation is declined.
    assert!(!shares("example.org").await);
    assert!(!shares("o.example.org").await);
    put(store, vec![invite(Membership::Leave)]).await;
    assert!(!shares(OTHER).await);
    let record = Change::PutRoomServer(room_id(2), room_server(OTHER, false));
    put(store, vec![record]).await;
    assert!(shares(OTHER).await);
}

pub(super) async fn a_dm_is_kept_by_pair(store: &dyn TenantStore) {
    let dm = |number| Change::PutDm {
        participant: ann(),
        other: bob(),
        room_id: room_id(number),
    };
    assert_eq!(good(store.dm(&ann(), &bob()).await), None);
    put(store, vec![dm(1), dm(2)]).await;
    assert_eq!(good(store.dm(&ann(), &bob()).await), Some(room_id(2)));
    assert_eq!(good(store.dm(&bob(), &ann()).await), None);
}
