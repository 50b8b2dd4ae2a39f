use super::fixture::{EPOCH, HOST, OTHER, ann, bob, event_id, good, put, room_id, server};
use crate::record::{
    InvitationRow, OwnKeyRow, PeerKeysRow, PeerRow, RejectionDirection, RejectionRow,
};
use crate::{Change, RejectionFilter, TenantStore};

pub(super) async fn peers_are_kept_by_name(store: &dyn TenantStore) {
    let new = |name: &str| PeerRow {
        server: server(name),
        descriptor: None,
        descriptor_at: None,
        pinned_keys: Vec::new(),
        pinned_recovery: None,
        first_contact_at: EPOCH,
        last_seen_at: None,
        last_error: None,
        last_error_at: None,
        last_heard_at: None,
        unreachable_since: None,
        dropped_at: None,
    };
    let known = PeerRow {
        descriptor: Some(b"{}".to_vec()),
        descriptor_at: Some(EPOCH + 1),
        pinned_keys: vec!["ed25519:a".to_owned(), "ed25519:b".to_owned()],
        pinned_recovery: Some("ed25519:r".to_owned()),
        last_seen_at: Some(EPOCH + 2),
        last_error: Some("timeout".to_owned()),
        last_error_at: Some(EPOCH + 3),
        last_heard_at: Some(EPOCH + 4),
        unreachable_since: Some(EPOCH + 5),
        dropped_at: Some(EPOCH + 6),
        ..new(OTHER)
    };
    let rows = [new(OTHER), new(HOST), known.clone()];
    let changes = rows.into_iter().map(Box::new).map(Change::PutPeer);
    put(store, changes.collect()).await;
    assert_eq!(good(store.peer(&server(OTHER)).await), Some(known.clone()));
    assert_eq!(good(store.peers().await), [new(HOST), known]);
    let unknown = good(store.peer(&server("three.example.org")).await);
    assert_eq!(unknown, None);
}

pub(super) async fn keys_of_peers_are_kept_by_name(store: &dyn TenantStore) {
    let new = |name: &str| PeerKeysRow {
        server: server(name),
        known: b"[]".to_vec(),
        candidate: None,
        candidate_at: None,
    };
    let known = PeerKeysRow {
        known: b"[{}]".to_vec(),
        candidate: Some(b"{}".to_vec()),
        candidate_at: Some(EPOCH),
        ..new(OTHER)
    };
    let rows = [new(OTHER), new(HOST), known.clone()];
    let changes = rows.into_iter().map(Box::new).map(Change::PutPeerKeys);
    put(store, changes.collect()).await;
    assert_eq!(good(store.peer_keys().await), [new(HOST), known]);
}

/// Lines of one moment, with ids in any order, are read as they were written, page by page.
pub(super) async fn rejections_of_one_moment_have_an_order(store: &dyn TenantStore) {
    let row = |number: u64| RejectionRow {
        id: event_id(0, number),
        at: EPOCH,
        direction: RejectionDirection::Inbound,
        peer: OTHER.to_owned(),
        step: "item".to_owned(),
        room_id: None,
        event_id: None,
        kind: None,
        code: "x".to_owned(),
        message: "It is wrong.".to_owned(),
        size: 0,
        sample: Vec::new(),
    };
    let written = [5, 2, 9, 1].map(row);
    for row in &written {
        put(store, vec![Change::PutRejection(Box::new(row.clone()))]).await;
    }
    for peer in [None, Some(OTHER.to_owned())] {
        let mut read: Vec<RejectionRow> = Vec::new();
        for _ in 0..written.len() {
            let filter = RejectionFilter {
                peer: peer.clone(),
                before: read.last().map(|row| row.id),
                limit: 1,
                ..RejectionFilter::default()
            };
            read.extend(good(store.rejections(filter).await));
        }
        read.reverse();
        assert_eq!(read, written);
    }
}

pub(super) async fn rejections_are_filtered_newest_first(store: &dyn TenantStore) {
    let row = |number: u64, peer: &str, code: &str| RejectionRow {
        id: event_id(0, number),
        at: EPOCH + number,
        direction: if number.is_multiple_of(2) {
            RejectionDirection::Inbound
        } else {
            RejectionDirection::Outbound
        },
        peer: peer.to_owned(),
        step: "verify".to_owned(),
        room_id: Some(format!("not even a room {peer}")),
        event_id: Some(format!("event {}", number / 2)),
        kind: Some("swp.room.message".to_owned()),
        code: code.to_owned(),
        message: "It is wrong.".to_owned(),
        size: 5,
        sample: b"bytes".to_vec(),
    };
    let rows = [
        row(1, "a", "x"),
        row(2, "b", "x"),
        row(3, "a", "y"),
        row(4, "a", "x"),
    ];
    let changes = rows.iter().cloned().map(Box::new);
    put(store, changes.map(Change::PutRejection).collect()).await;
    let all = RejectionFilter {
        limit: 9,
        ..RejectionFilter::default()
    };
    let inbound = Some(RejectionDirection::Inbound);
    let of = |peer: &str| Some(peer.to_owned());
    for (filter, expected) in [
        (all.clone(), vec![4, 3, 2, 1]),
        (
            RejectionFilter {
                limit: 2,
                ..all.clone()
            },
            vec![4, 3],
        ),
        (
            RejectionFilter {
                peer: of("a"),
                ..all.clone()
            },
            vec![4, 3, 1],
        ),
        (
            RejectionFilter {
                event_id: of("event 1"),
                ..all.clone()
            },
            vec![3, 2],
        ),
        (
            RejectionFilter {
                event_id: of("event 1"),
                peer: of("a"),
                code: of("y"),
                ..all.clone()
            },
            vec![3],
        ),
        (
            RejectionFilter {
                code: of("x"),
                ..all.clone()
            },
            vec![4, 2, 1],
        ),
        (
            RejectionFilter {
                peer: of("a"),
                code: of("x"),
                ..all.clone()
            },
            vec![4, 1],
        ),
        (
            RejectionFilter {
                room_id: of("not even a room a"),
                ..all.clone()
            },
            vec![4, 3, 1],
        ),
        (
            RejectionFilter {
                code: of("x"),
                room_id: of("not even a room b"),
                ..all.clone()
            },
            vec![2],
        ),
        (
            RejectionFilter {
                direction: inbound,
                ..all.clone()
            },
            vec![4, 2],
        ),
        (
            RejectionFilter {
                since: Some(EPOCH + 3),
                ..all.clone()
            },
            vec![4, 3],
        ),
        (
            RejectionFilter {
                before: Some(event_id(0, 3)),
                ..all.clone()
            },
            vec![2, 1],
        ),
    ] {
        let found = good(store.rejections(filter.clone()).await);
        let expected: Vec<_> = expected
            .into_iter()
            .map(|number: usize| rows[number - 1].clone())
            .collect();
        assert_eq!(found, expected, "{filter:?}");
    }
    let one = good(store.rejection(&event_id(0, 3)).await);
    assert_eq!(one, Some(rows[2].clone()));
    assert_eq!(good(store.rejection(&event_id(0, 9)).await), None);
}

pub(super) async fn invitations_are_kept_until_answered(store: &dyn TenantStore) {
    let row = |number: u8, at: u64| InvitationRow {
        room_id: room_id(number),
        participant: ann(),
        inviter: bob(),
        host: server(OTHER),
        event_id: event_id(number, at),
        event: b"event".to_vec(),
        card: b"card".to_vec(),
        at: EPOCH + at,
        first_contact: number == 1,
    };
    let rows = [row(1, 5), row(2, 7), row(1, 9)];
    let changes = rows.into_iter().map(Box::new).map(Change::PutInvitation);
    put(store, changes.collect()).await;
    let both = [row(1, 9), row(2, 7)];
    assert_eq!(good(store.invitations(&ann()).await), both);
    assert_eq!(good(store.all_invitations().await), both);
    assert_eq!(good(store.invitations(&bob()).await), []);
    let one = good(store.invitation(&room_id(2), &ann()).await);
    assert_eq!(one, Some(row(2, 7)));
    let to = good(store.invitations_to(&room_id(1)).await);
    assert_eq!(to, [row(1, 9)]);
    assert_eq!(good(store.invitations_to(&room_id(3)).await), []);
    put(store, vec![Change::DropInvitation(room_id(2), ann())]).await;
    assert_eq!(good(store.invitations_to(&room_id(2)).await), []);
    assert_eq!(good(store.invitation(&room_id(2), &ann()).await), None);
    assert_eq!(good(store.invitations(&ann()).await), [row(1, 9)]);
}

pub(super) async fn own_keys_oldest_first(store: &dyn TenantStore) {
    let key = |id: &str, sign_from: u64| OwnKeyRow {
        record: format!("record of {id}").into_bytes(),
        key_id: id.to_owned(),
        seed: [9; 32],
        sign_from,
    };
    let rows = [key("a", 30), key("b", 20), key("a", 10)];
    put(store, rows.into_iter().map(Change::PutOwnKey).collect()).await;
    assert_eq!(good(store.own_keys().await), [key("a", 10), key("b", 20)]);
}

pub(super) async fn settings_are_kept_by_name(store: &dyn TenantStore) {
    assert_eq!(good(store.setting("policy").await), None);
    let changes = vec![
        Change::PutSetting("policy", b"1".to_vec()),
        Change::PutSetting("other", b"2".to_vec()),
        Change::PutSetting("policy", b"3".to_vec()),
    ];
    put(store, changes).await;
    assert_eq!(good(store.setting("policy").await), Some(b"3".to_vec()));
    assert_eq!(good(store.setting("other").await), Some(b"2".to_vec()));
}
