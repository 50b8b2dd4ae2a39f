use super::fixture::{
    EPOCH, ann, appended, bob, erasure, event_id, good, message, messages, page, put,
    reaction_entry, reply, room_id,
};
use crate::record::{EntryRow, InboxRow, Verdict};
use crate::{Change, Direction, TenantStore};

fn erase(seq: u64) -> Change {
    Change::Erase(room_id(1), event_id(1, seq), erasure(&bob(), seq))
}

pub(super) async fn an_erased_event_keeps_its_header_only(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 3))).await;
    // Twice: a redaction may be told again.
    put(store, vec![erase(2), erase(2)]).await;
    let erased = EntryRow {
        event: b"erased".to_vec(),
        ..message(1, 2)
    };
    let found = good(store.entry(&room_id(1), &event_id(1, 2)).await);
    assert_eq!(found, Some(erased.clone()));
    let log = good(store.entries_after(&room_id(1), 0, 9, 9_999).await);
    assert_eq!(log, [message(1, 1), erased.clone(), message(1, 3)]);
    let below = good(store.entries_before(&room_id(1), 3, 1).await);
    assert_eq!(below, [erased]);
}

pub(super) async fn erasing_is_told_in_timeline_and_heads(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 2))).await;
    put(store, vec![erase(2)]).await;
    let lines = good(store.timeline(page(1, None, Direction::Back, 9)).await);
    assert_eq!(lines[0].redacted, None);
    let redacted = (bob(), EPOCH + 9, Some("off topic".to_owned()));
    assert_eq!(lines[1].redacted, Some(redacted));
    assert_eq!(lines[1].entry.event, b"erased");
    let asked = [event_id(1, 1), event_id(1, 2)];
    for (id, head) in good(store.entry_heads(&room_id(1), &asked).await) {
        assert_eq!(head.redacted, id == event_id(1, 2));
    }
}

/// Whoever gets an event erased cannot know what it answered: nobody remembers it.
pub(super) async fn an_erased_event_refers_to_nothing(store: &dyn TenantStore) {
    let entries = vec![
        message(1, 1),
        reply(1, 2, Some(1), Some(1)),
        reply(1, 3, Some(1), None),
    ];
    put(store, appended(1, entries)).await;
    put(store, vec![erase(2)]).await;
    let erased = EntryRow {
        event: b"erased".to_vec(),
        ..message(1, 2)
    };
    let found = good(store.entry(&room_id(1), &event_id(1, 2)).await);
    assert_eq!(found, Some(erased));
    let line = good(store.timeline_row(&room_id(1), &event_id(1, 1)).await);
    assert_eq!(line.map(|line| line.reply_count), Some(1));
}

/// A message that came erased is a line of the timeline once a redaction says why.
pub(super) async fn a_message_that_came_erased_is_shown_as_redacted(store: &dyn TenantStore) {
    let unshown = |verdict, seq| EntryRow {
        verdict,
        shown: false,
        ..message(1, seq)
    };
    let entries = vec![
        unshown(Verdict::Accepted, 1),
        unshown(Verdict::Hidden, 2),
        EntryRow {
            shown: false,
            ..reaction_entry(1, 3, 1)
        },
    ];
    put(store, appended(1, entries)).await;
    put(store, vec![erase(1), erase(2), erase(3)]).await;
    let lines = good(store.timeline(page(1, None, Direction::Back, 9)).await);
    let seqs: Vec<u64> = lines.iter().map(|line| line.entry.seq).collect();
    assert_eq!(seqs, [1]);
}

pub(super) async fn snippets_go_with_their_event(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 2))).await;
    let mention = |seq, snippet: &str| InboxRow {
        participant: ann(),
        event_id: event_id(1, seq),
        room_id: room_id(1),
        sender: bob(),
        reason: "direct_mention".to_owned(),
        snippet: snippet.to_owned(),
        created_at: EPOCH + seq,
        seq,
    };
    let changes = vec![
        Change::PutInbox(mention(1, "one")),
        Change::PutInbox(mention(2, "two")),
        erase(2),
    ];
    put(store, changes).await;
    let inbox = good(store.inbox(&ann(), 9, 0).await);
    let erased = InboxRow {
        seq: 0,
        ..mention(2, "")
    };
    assert_eq!(inbox, [erased, mention(1, "one")]);
}

pub(super) async fn an_unknown_event_is_no_matter(store: &dyn TenantStore) {
    put(store, vec![erase(7)]).await;
    put(store, appended(1, messages(1, 1, 1))).await;
    put(store, vec![erase(7)]).await;
    let log = good(store.entries_after(&room_id(1), 0, 9, 9_999).await);
    assert_eq!(log, messages(1, 1, 1));
}
