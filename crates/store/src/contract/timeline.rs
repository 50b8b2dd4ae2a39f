use scaiwave_protocol::event::content::MEMBER;

use super::fixture::{
    appended, bob, edit, erasure, event_id, good, messages, page, put, reaction, reaction_entry,
    reply, room_id,
};
use crate::record::{EntryRow, TimelineRow, Verdict};
use crate::{Change, Direction, TenantStore, TimelineQuery};

async fn seqs(store: &dyn TenantStore, query: TimelineQuery) -> Vec<u64> {
    let lines = good(store.timeline(query).await);
    lines.iter().map(|line| line.entry.seq).collect()
}

pub(super) async fn pages_both_ways_ascending(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 9))).await;
    use Direction::{Back, Forward};
    for (from, direction, limit, expected) in [
        (None, Back, 3, vec![7, 8, 9]),
        (Some(7), Back, 3, vec![4, 5, 6]),
        (Some(3), Back, 9, vec![1, 2]),
        (Some(1), Back, 3, vec![]),
        (None, Forward, 3, vec![1, 2, 3]),
        (Some(3), Forward, 3, vec![4, 5, 6]),
        (Some(8), Forward, 9, vec![9]),
        (Some(9), Forward, 3, vec![]),
        (None, Back, 0, vec![]),
    ] {
        let found = seqs(store, page(1, from, direction, limit)).await;
        assert_eq!(found, expected, "{direction:?} from {from:?}");
    }
}

pub(super) async fn only_lines_that_are_shown(store: &dyn TenantStore) {
    let mut entries = messages(1, 1, 6);
    entries[1] = edit(1, 2, 1);
    entries[2] = reaction_entry(1, 3, 1);
    entries[3].verdict = Verdict::Hidden;
    entries[3].shown = false;
    entries[4].kind = MEMBER.to_owned();
    put(store, appended(1, entries)).await;
    for direction in [Direction::Back, Direction::Forward] {
        assert_eq!(seqs(store, page(1, None, direction, 9)).await, [1, 5, 6]);
    }
    let none = good(store.timeline_row(&room_id(1), &event_id(1, 4)).await);
    assert_eq!(none, None);
}

pub(super) async fn a_page_has_so_many_bytes(store: &dyn TenantStore) {
    use Direction::{Back, Forward};
    put(store, appended(1, messages(1, 1, 6))).await;
    let lines = good(store.timeline(page(1, None, Forward, 9)).await);
    let sizes: Vec<usize> = lines.iter().map(TimelineRow::bytes).collect();
    assert!(sizes.iter().all(|size| *size > 0), "{sizes:?}");
    let within = |direction, bytes| TimelineQuery {
        bytes,
        ..page(1, None, direction, 9)
    };
    let (two, last_two) = (sizes[0] + sizes[1], sizes[4] + sizes[5]);
    assert_eq!(seqs(store, within(Forward, 0)).await, [1]);
    assert_eq!(seqs(store, within(Forward, two - 1)).await, [1, 2]);
    assert_eq!(seqs(store, within(Forward, two)).await, [1, 2, 3]);
    assert_eq!(seqs(store, within(Back, last_two - 1)).await, [5, 6]);
    assert_eq!(seqs(store, within(Back, last_two)).await, [4, 5, 6]);
}

pub(super) async fn rooms_do_not_mix(store: &dyn TenantStore) {
    for number in 1..=3 {
        put(store, appended(number, messages(number, 1, 3))).await;
    }
    for direction in [Direction::Back, Direction::Forward] {
        let lines = good(store.timeline(page(2, None, direction, 99)).await);
        let entries: Vec<_> = lines.into_iter().map(|line| line.entry).collect();
        assert_eq!(entries, messages(2, 1, 3));
        assert_eq!(good(store.timeline(page(4, None, direction, 99)).await), []);
    }
}

pub(super) async fn a_thread_is_its_root_and_what_answers(store: &dyn TenantStore) {
    let mut entries = messages(1, 1, 8);
    entries[2] = reply(1, 3, None, Some(2));
    entries[3] = reply(1, 4, Some(3), Some(2));
    entries[4] = reply(1, 5, Some(2), None);
    entries[5] = reply(1, 6, Some(1), None);
    entries[6] = reply(1, 7, None, Some(2));
    entries[6].shown = false;
    entries[7] = reply(1, 8, Some(2), Some(2));
    put(store, appended(1, entries)).await;
    let thread = |from_seq, direction, limit| TimelineQuery {
        thread: Some(event_id(1, 2)),
        ..page(1, from_seq, direction, limit)
    };
    use Direction::{Back, Forward};
    assert_eq!(seqs(store, thread(None, Back, 9)).await, [2, 3, 4, 5, 8]);
    assert_eq!(seqs(store, thread(None, Back, 2)).await, [5, 8]);
    assert_eq!(seqs(store, thread(Some(5), Back, 2)).await, [3, 4]);
    assert_eq!(seqs(store, thread(None, Forward, 3)).await, [2, 3, 4]);
    assert_eq!(seqs(store, thread(Some(4), Forward, 9)).await, [5, 8]);
}

pub(super) async fn replies_are_counted_once(store: &dyn TenantStore) {
    let mut entries = messages(1, 1, 7);
    entries[1] = reply(1, 2, Some(1), Some(1));
    entries[2] = reply(1, 3, Some(2), Some(1));
    entries[3] = reply(1, 4, Some(1), None);
    entries[4] = reply(1, 5, Some(1), None);
    entries[4].shown = false;
    entries[5] = reaction_entry(1, 6, 1);
    entries[6] = edit(1, 7, 1);
    put(store, appended(1, entries)).await;
    // The same targets in another room.
    let other = EntryRow {
        target: Some(event_id(1, 1)),
        ..reply(2, 1, None, Some(1))
    };
    put(store, appended(2, vec![other])).await;
    let lines = good(store.timeline(page(1, None, Direction::Back, 9)).await);
    let counts: Vec<_> = lines.iter().map(|line| line.reply_count).collect();
    assert_eq!(counts, [3, 1, 0, 0]);
}

pub(super) async fn one_row_equals_its_line_in_the_page(store: &dyn TenantStore) {
    let mut entries = messages(1, 1, 3);
    entries.push(edit(1, 4, 2));
    entries.push(reaction_entry(1, 5, 2));
    entries.push(reply(1, 6, Some(2), None));
    let mut changes = appended(1, entries);
    changes.push(Change::PutEdit {
        room_id: room_id(1),
        target: event_id(1, 2),
        event_id: event_id(1, 4),
        seq: 4,
        ts: 44,
        content: b"{}".to_vec(),
    });
    let liked = reaction(1, 5, 2, "👍", &bob());
    changes.push(Change::PutReaction(room_id(1), liked.clone()));
    changes.push(Change::Erase(
        room_id(1),
        event_id(1, 3),
        erasure(&bob(), 3),
    ));
    put(store, changes).await;
    let lines = good(store.timeline(page(1, None, Direction::Forward, 9)).await);
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[1].reactions, [liked]);
    assert!(lines[1].edit.is_some() && lines[1].reply_count == 1);
    assert!(lines[2].redacted.is_some());
    // Of several rooms, those that are nowhere too, one twice, and in the order asked.
    put(store, appended(2, messages(2, 1, 1))).await;
    let asked = [(1, 3), (2, 1), (2, 3), (1, 1), (9, 1), (1, 3)];
    let asked = asked.map(|(room, seq)| (room_id(room), event_id(room, seq)));
    let rows = good(store.timeline_rows(&asked, usize::MAX).await);
    let seqs = rows.iter().map(|row| row.as_ref().map(|row| row.entry.seq));
    let seqs: Vec<_> = seqs.collect();
    assert_eq!(seqs, [Some(3), Some(1), None, Some(1), None, Some(3)]);
    assert_eq!(
        (rows[0].as_ref(), rows[3].as_ref()),
        (Some(&lines[2]), Some(&lines[0]))
    );
    assert_eq!(
        rows[1].as_ref().map(|row| &row.entry),
        messages(2, 1, 1).first()
    );
    assert_eq!(good(store.timeline_rows(&[], usize::MAX).await), []);
    let three: usize = rows[..3].iter().flatten().map(TimelineRow::bytes).sum();
    for (bytes_max, expected) in [(three, 3), (three - 1, 1), (0, 1)] {
        let within = good(store.timeline_rows(&asked, bytes_max).await);
        assert_eq!(within, rows[..expected], "{bytes_max}");
    }
    for line in lines {
        let id = line.entry.event_id;
        let row = good(store.timeline_row(&room_id(1), &id).await);
        assert_eq!(row, Some(line));
        assert_eq!(good(store.timeline_row(&room_id(2), &id).await), None);
    }
}
