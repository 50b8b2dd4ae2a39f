use super::fixture::{EPOCH, HOST, OTHER, ann, bob, event_id, good, put, room_id, server};
use crate::record::{BlockRow, Blocked, DeclineRow, InboxRow, InvitationRow, ReportRow};
use scaiwave_protocol::Fqid;

use crate::{Change, TenantStore};

fn invitation(number: u8, host: &str, at: u64) -> InvitationRow {
    InvitationRow {
        room_id: room_id(number),
        participant: ann(),
        inviter: bob(),
        host: server(host),
        event_id: event_id(number, at),
        event: b"event".to_vec(),
        card: b"card".to_vec(),
        at: EPOCH + at,
        first_contact: false,
    }
}

pub(super) async fn an_invite_stays_known_when_its_invitation_is_gone(store: &dyn TenantStore) {
    assert!(!good(store.knows_invite(&event_id(1, 5)).await));
    let row = invitation(1, OTHER, 5);
    put(store, vec![Change::PutInvitation(Box::new(row))]).await;
    put(store, vec![Change::DropInvitation(room_id(1), ann())]).await;
    assert!(good(store.knows_invite(&event_id(1, 5)).await));
    assert!(!good(store.knows_invite(&event_id(1, 6)).await));
    assert_eq!(good(store.all_invitations().await), []);
}

pub(super) async fn declines_are_kept_by_room_and_person(store: &dyn TenantStore) {
    let row = |participant: Fqid, origin_seq, seq| DeclineRow {
        room_id: room_id(1),
        participant,
        origin_seq,
        seq,
    };
    let (first, second) = (row(ann(), 7, None), row(bob(), 9, Some(3)));
    for decline in [&first, &second] {
        put(store, vec![Change::PutDecline(Box::new(decline.clone()))]).await;
    }
    assert_eq!(
        good(store.declines(&room_id(1)).await),
        [first, second.clone()]
    );
    // The host has answered; the number does not fall.
    put(
        store,
        vec![Change::PutDecline(Box::new(row(ann(), 5, Some(4))))],
    )
    .await;
    let expected = [row(ann(), 7, Some(4)), second];
    assert_eq!(good(store.declines(&room_id(1)).await), expected);
    assert_eq!(good(store.declines(&room_id(2)).await), []);
}

pub(super) async fn invites_are_counted_by_host_and_time(store: &dyn TenantStore) {
    let rows = [
        invitation(1, OTHER, 5),
        invitation(2, OTHER, 7),
        invitation(3, HOST, 7),
        // The same event once more is no new invite.
        invitation(1, OTHER, 5),
    ];
    let changes = rows.into_iter().map(Box::new).map(Change::PutInvitation);
    put(store, changes.collect()).await;
    for (since, expected) in [(0, 2), (5, 2), (6, 1), (7, 1), (8, 0)] {
        let count = good(store.invites_since(&server(OTHER), EPOCH + since).await);
        assert_eq!(count, expected, "since {since}");
    }
}

pub(super) async fn blocks_are_kept_by_participant_and_whom(store: &dyn TenantStore) {
    let row = |whom: &Blocked, at: u64| BlockRow {
        participant: ann(),
        whom: whom.clone(),
        at: EPOCH + at,
    };
    let person = Blocked::Person(bob());
    let everybody = Blocked::Server(server(OTHER));
    let changes = [row(&person, 1), row(&everybody, 2), row(&person, 3)];
    put(store, changes.into_iter().map(Change::PutBlock).collect()).await;
    let kept = good(store.blocks().await);
    assert_eq!(kept, [row(&person, 1), row(&everybody, 2)]);
    let gone = vec![
        Change::DropBlock(ann(), person),
        Change::DropBlock(bob(), everybody.clone()),
    ];
    put(store, gone).await;
    assert_eq!(good(store.blocks().await), [row(&everybody, 2)]);
}

pub(super) async fn reports_are_open_until_resolved(store: &dyn TenantStore) {
    let row = |number: u8, at: u64| ReportRow {
        id: event_id(9, at),
        room_id: room_id(number),
        event_id: event_id(number, 1),
        from: server(OTHER),
        category: "spam".to_owned(),
        text: (at == 2).then(|| "again".to_owned()),
        at: EPOCH + at,
        resolved: None,
    };
    let rows = [row(1, 1), row(1, 2), row(2, 3)];
    let changes = rows.into_iter().map(Box::new).map(Change::PutReport);
    put(store, changes.collect()).await;
    let all = good(store.reports(&room_id(1), true, 9).await);
    assert_eq!(all, [row(1, 2), row(1, 1)]);
    let settled = ReportRow {
        resolved: Some((ann(), EPOCH + 5)),
        ..row(1, 2)
    };
    put(store, vec![Change::PutReport(Box::new(settled.clone()))]).await;
    assert_eq!(good(store.report(&settled.id).await), Some(settled.clone()));
    assert_eq!(good(store.report(&event_id(9, 9)).await), None);
    let open = good(store.reports(&room_id(1), false, 9).await);
    assert_eq!(open, [row(1, 1)]);
    let newest = good(store.reports(&room_id(1), true, 1).await);
    assert_eq!(newest, [settled]);
    assert_eq!(good(store.reports(&room_id(7), true, 9).await), []);
}

pub(super) async fn an_event_is_taken_out_of_every_inbox(store: &dyn TenantStore) {
    let row = |participant, number: u64| InboxRow {
        participant,
        event_id: event_id(1, number),
        room_id: room_id(1),
        sender: bob(),
        reason: "invite".to_owned(),
        snippet: String::new(),
        created_at: EPOCH + number,
        seq: 0,
    };
    let rows = [row(ann(), 1), row(bob(), 1), row(ann(), 2)];
    put(store, rows.into_iter().map(Change::PutInbox).collect()).await;
    put(store, vec![Change::DropInbox(event_id(1, 1))]).await;
    assert_eq!(good(store.inbox(&ann(), 9, 0).await), [row(ann(), 2)]);
    assert_eq!(good(store.inbox(&bob(), 9, 0).await), []);
}
