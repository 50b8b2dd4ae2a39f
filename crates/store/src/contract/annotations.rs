use scaiwave_protocol::Hash;

use super::fixture::{
    ann, appended, bob, edit, event_id, good, hash, messages, put, reaction, room_id,
};
use crate::record::{EditRow, ReactionRow, TimelineRow};
use crate::{Change, TenantStore};

fn edit_to(seq: u64, content: &str) -> Change {
    Change::PutEdit {
        room_id: room_id(1),
        target: event_id(1, 1),
        event_id: event_id(1, seq),
        seq,
        ts: seq * 10,
        content: content.as_bytes().to_vec(),
    }
}

/// The first message of room 1.
async fn line(store: &dyn TenantStore) -> TimelineRow {
    let line = good(store.timeline_row(&room_id(1), &event_id(1, 1)).await);
    line.expect("the message")
}

pub(super) async fn the_latest_edit_stands(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 1))).await;
    assert_eq!(line(store).await.edit, None);
    for (seq, content, expected) in [(5, "a", "a"), (7, "b", "b"), (6, "c", "b")] {
        put(store, vec![edit_to(seq, content)]).await;
        let ts = if expected == "a" { 50 } else { 70 };
        assert_eq!(line(store).await.edit, Some(edited(ts, expected, None)));
    }
    // The entry itself comes with it as soon as it is there.
    let mut log = messages(1, 2, 6);
    log.push(edit(1, 7, 1));
    put(store, appended(1, log)).await;
    let said = (hash(1_000_007), b"content of 1/7".to_vec());
    assert_eq!(line(store).await.edit, Some(edited(70, "b", Some(said))));
}

fn edited(ts: u64, content: &str, said: Option<(Hash, Vec<u8>)>) -> EditRow {
    EditRow {
        ts,
        content: content.as_bytes().to_vec(),
        said,
    }
}

pub(super) async fn edits_are_dropped(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 1))).await;
    let changes = vec![
        edit_to(5, "a"),
        Change::DropEdits(room_id(1), event_id(1, 1)),
        // A second time, and where nothing is: no matter.
        Change::DropEdits(room_id(1), event_id(1, 1)),
        Change::DropEdits(room_id(8), event_id(8, 1)),
    ];
    put(store, changes).await;
    assert_eq!(line(store).await.edit, None);
}

fn put_reaction(row: &ReactionRow) -> Change {
    Change::PutReaction(room_id(1), row.clone())
}

pub(super) async fn reactions_are_in_order_and_kept_once(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 2))).await;
    let zebra = reaction(1, 3, 1, "🦓", &ann());
    let ant = reaction(1, 4, 1, "🐜", &bob());
    let again = reaction(1, 5, 1, "🦓", &ann());
    put(store, vec![put_reaction(&ant), put_reaction(&zebra)]).await;
    assert_eq!(line(store).await.reactions, [zebra, ant.clone()]);
    put(store, vec![put_reaction(&again)]).await;
    assert_eq!(line(store).await.reactions, [ant, again]);
    let other = good(store.timeline_row(&room_id(1), &event_id(1, 2)).await);
    assert_eq!(other.map(|line| line.reactions), Some(Vec::new()));
}

pub(super) async fn reactions_are_dropped_one_and_all(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 1))).await;
    let rows = [
        reaction(1, 3, 1, "👍", &ann()),
        reaction(1, 4, 1, "👎", &ann()),
        reaction(1, 5, 1, "👍", &bob()),
    ];
    put(store, rows.iter().map(put_reaction).collect()).await;
    let drop = Change::DropReaction {
        room_id: room_id(1),
        target: event_id(1, 1),
        emoji: "👍".to_owned(),
        sender: ann(),
    };
    put(store, vec![drop]).await;
    assert_eq!(line(store).await.reactions, rows[1..]);
    let drop = Change::DropReactions(room_id(1), event_id(1, 1));
    put(store, vec![drop]).await;
    assert_eq!(line(store).await.reactions, []);
}
