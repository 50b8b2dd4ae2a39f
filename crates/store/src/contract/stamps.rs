use scaiwave_protocol::Fqid;
use scaiwave_protocol::event::content::Membership;

use super::fixture::{
    EPOCH, HOST, OTHER, ann, appended, bob, edit, erasure, event_id, good, joined, marker, member,
    messages, pending, put, reaction, room, room_id, room_server,
};
use crate::record::{InboxRow, MemberRow, RoomListRow};
use crate::{Change, LineStamp, TenantStore};

const LAST: u64 = 4;

/// What of room 1 or of ann's place in it shows in her list, one thing after the other.
fn events() -> Vec<(&'static str, Vec<Change>)> {
    let one = room_id(1);
    let edited = Change::PutEdit {
        room_id: one.clone(),
        target: event_id(1, 3),
        event_id: event_id(1, LAST + 1),
        seq: LAST + 1,
        ts: EPOCH,
        content: b"{\"body\":\"so\"}".to_vec(),
    };
    let mention = InboxRow {
        participant: ann(),
        event_id: event_id(1, 3),
        room_id: one.clone(),
        sender: bob(),
        reason: "direct_mention".to_owned(),
        snippet: "hello".to_owned(),
        created_at: EPOCH,
        seq: 3,
    };
    vec![
        ("a message", appended(1, messages(1, 1, LAST))),
        ("an edit", appended(1, vec![edit(1, LAST + 1, 3)])),
        ("its content", vec![edited]),
        (
            "a reaction",
            vec![Change::PutReaction(
                one.clone(),
                reaction(1, 9, 3, "+1", &bob()),
            )],
        ),
        ("a mention", vec![Change::PutInbox(mention)]),
        ("a marker", vec![marker(1, 2)]),
        (
            "a pending line",
            vec![Change::PutPending(Box::new(pending(1, 1)))],
        ),
        (
            "it is sequenced",
            vec![Change::DropPending(one.clone(), pending(1, 1).event_id)],
        ),
        (
            "a server",
            vec![Change::PutRoomServer(one.clone(), room_server(OTHER, true))],
        ),
        (
            "read-only",
            vec![Change::Freeze(one.clone(), Some("forked".to_owned()))],
        ),
        (
            "a redaction",
            vec![Change::Erase(
                one.clone(),
                event_id(1, 3),
                erasure(&bob(), 3),
            )],
        ),
        (
            "another state",
            vec![Change::PutRoom(Box::new(room(1, 40)))],
        ),
        (
            "a name",
            vec![Change::PutMember(one.clone(), named(&ann()))],
        ),
        (
            "she leaves",
            vec![Change::PutMember(
                one.clone(),
                member(&ann(), Membership::Leave, 9),
            )],
        ),
        ("she comes back", vec![joined(&one, &ann(), 10)]),
        ("set aside", vec![Change::SetAside(one, 2)]),
    ]
}

fn named(who: &Fqid) -> MemberRow {
    let mut row = member(who, Membership::Join, 2);
    row.display_name = Some("Ann".to_owned());
    row
}

async fn line(store: &dyn TenantStore, number: u8) -> (LineStamp, Option<RoomListRow>) {
    let stamps = store.stamps();
    let stamp = stamps.line(stamps.spot(&ann(), &room_id(number)));
    let row = good(store.room_of(&ann(), &room_id(number)).await);
    (stamp, row)
}

/// Whatever changes a line changes its stamp, and that of no other line.
pub(super) async fn what_changes_a_line_changes_its_stamp(store: &dyn TenantStore) {
    for number in [1, 2] {
        let begun = vec![
            Change::PutRoom(Box::new(room(number, 0))),
            Change::PutRoomServer(room_id(number), room_server(HOST, true)),
            joined(&room_id(number), &ann(), 1),
            joined(&room_id(number), &bob(), 1),
        ];
        put(store, begun).await;
    }
    for (what, changes) in events() {
        let (before, other) = (line(store, 1).await, line(store, 2).await);
        put(store, changes).await;
        let after = line(store, 1).await;
        assert_ne!(after.0, before.0, "{what}");
        assert_eq!(
            line(store, 2).await,
            other,
            "{what} is nothing to another room"
        );
    }
    let (before, bobs) = (line(store, 2).await, bobs_marker());
    put(store, vec![bobs]).await;
    assert_eq!(line(store, 2).await, before, "what somebody else reads");
}

fn bobs_marker() -> Change {
    match marker(2, 1) {
        Change::PutReadMarker(mut row) => {
            row.participant = bob();
            Change::PutReadMarker(row)
        }
        other => other,
    }
}

/// Who comes or goes has another set of rooms; nobody else has.
pub(super) async fn who_comes_or_goes_has_other_rooms(store: &dyn TenantStore) {
    put(store, vec![Change::PutRoom(Box::new(room(1, 0)))]).await;
    let stamp = |who: &Fqid| store.stamps().rooms_of(who);
    for change in [
        joined(&room_id(1), &ann(), 1),
        Change::PutMember(room_id(1), member(&ann(), Membership::Leave, 2)),
    ] {
        let (before, bobs) = (stamp(&ann()), stamp(&bob()));
        put(store, vec![change]).await;
        assert_ne!(stamp(&ann()), before);
        assert_eq!(stamp(&bob()), bobs);
    }
    let before = stamp(&bob());
    put(store, vec![Change::SetAside(room_id(1), 0)]).await;
    assert_ne!(
        stamp(&bob()),
        before,
        "members are taken away with what is set aside"
    );
}

/// What was not written is counted at most in vain: the stamp never stays while the line changes.
pub(super) async fn a_commit_is_counted_before_it_is_answered(store: &dyn TenantStore) {
    let begun = vec![
        Change::PutRoom(Box::new(room(1, 0))),
        joined(&room_id(1), &ann(), 1),
    ];
    put(store, begun).await;
    for seq in 1..=20 {
        let (before, _) = line(store, 1).await;
        put(store, appended(1, messages(1, seq, seq))).await;
        assert_ne!(line(store, 1).await.0, before);
    }
}
