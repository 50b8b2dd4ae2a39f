use scaiwave_protocol::event::content::{Membership, REDACTION, SERVER};

use super::fixture::{
    EPOCH, OTHER, ann, appended, bob, edit, erasure, event_id, good, hash, joined, marker, member,
    message, messages, put, reaction, reaction_entry, refused, reply, room, room_id, room_server,
};
use crate::record::{
    BaseRow, CheckpointRow, EntryHead, EntryRow, HeldRow, RoomRow, Verdict, VerdictRow,
};
use crate::{Change, Commit, TenantStore};

/// The seqs that a room's log holds.
async fn seqs(store: &dyn TenantStore, number: u8) -> Vec<u64> {
    let entries = good(
        store
            .entries_after(&room_id(number), 0, 9_999, usize::MAX)
            .await,
    );
    entries.iter().map(|entry| entry.seq).collect()
}

fn append(number: u8, first: u64, last: u64) -> Change {
    Change::AppendEntries(room_id(number), messages(number, first, last))
}

pub(super) async fn entries_come_back_as_they_were(store: &dyn TenantStore) {
    let plain = message(1, 1);
    let odd = EntryRow {
        term: 3,
        kind: REDACTION.to_owned(),
        sender: bob(),
        event: vec![0, 255, 0],
        verdict: Verdict::Void,
        shown: false,
        ..reply(1, 2, Some(1), Some(1))
    };
    let hidden = EntryRow {
        verdict: Verdict::Hidden,
        shown: false,
        ..message(1, 3)
    };
    let entries = vec![plain, odd.clone(), hidden];
    put(store, appended(1, entries.clone())).await;
    let stored = good(store.entries_after(&room_id(1), 0, 9, 999).await);
    assert_eq!(stored, entries);
    let found = good(store.entry(&room_id(1), &odd.event_id).await);
    assert_eq!(found, Some(odd));
    let point = good(store.chain_at(&room_id(1), 2).await);
    assert_eq!(point, Some((3, EPOCH + 2, hash(2))));
    assert_eq!(good(store.chain_at(&room_id(1), 4).await), None);
}

pub(super) async fn entries_follow_the_head(store: &dyn TenantStore) {
    refused(store, Commit::of(vec![append(1, 2, 3)])).await;
    put(store, appended(1, messages(1, 1, 3))).await;
    for (first, last) in [(3, 4), (5, 6), (2, 2), (1, 4)] {
        refused(store, Commit::of(vec![append(1, first, last)])).await;
    }
    let mut gap = messages(1, 4, 6);
    gap.remove(1);
    refused(
        store,
        Commit::of(vec![Change::AppendEntries(room_id(1), gap)]),
    )
    .await;
    assert_eq!(seqs(store, 1).await, [1, 2, 3]);
    put(store, vec![append(1, 4, 5)]).await;
    assert_eq!(seqs(store, 1).await, [1, 2, 3, 4, 5]);
}

pub(super) async fn an_event_stands_once_in_a_room(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 3))).await;
    let again = EntryRow {
        event_id: event_id(1, 2),
        ..message(1, 5)
    };
    let entries = vec![message(1, 4), again];
    let commit = Commit::of(vec![Change::AppendEntries(room_id(1), entries)]);
    refused(store, commit).await;
    assert_eq!(seqs(store, 1).await, [1, 2, 3]);
    // Another room may know an event by the same name.
    let elsewhere = EntryRow {
        event_id: event_id(1, 2),
        ..message(2, 1)
    };
    put(store, appended(2, vec![elsewhere.clone()])).await;
    let found = good(store.entry(&room_id(2), &event_id(1, 2)).await);
    assert_eq!(found, Some(elsewhere));
    let found = good(store.entry(&room_id(1), &event_id(1, 2)).await);
    assert_eq!(found, Some(message(1, 2)));
}

/// What a host that cheats sequenced under an id that stood in the log: void, kept for the chain, and in
/// nobody's way. Which of the two is void may turn out otherwise.
pub(super) async fn a_repeated_event_is_void(store: &dyn TenantStore) {
    let again = EntryRow {
        event_id: event_id(1, 2),
        verdict: Verdict::Void,
        shown: false,
        ..message(1, 4)
    };
    let and_again = EntryRow {
        event_id: event_id(1, 2),
        verdict: Verdict::Void,
        shown: false,
        ..message(1, 5)
    };
    put(store, appended(1, messages(1, 1, 3))).await;
    let repeated = vec![again.clone(), and_again];
    put(store, vec![Change::AppendEntries(room_id(1), repeated)]).await;
    assert_eq!(seqs(store, 1).await, [1, 2, 3, 4, 5]);
    let found = async || good(store.entry(&room_id(1), &event_id(1, 2)).await);
    let heads = async || {
        let heads = good(store.entry_heads(&room_id(1), &[event_id(1, 2)]).await);
        let heads = heads.into_iter().map(|(_, head)| (head.seq, head.redacted));
        heads.collect::<Vec<_>>()
    };
    assert_eq!(found().await, Some(message(1, 2)));
    assert_eq!(heads().await, [(2, false), (4, false), (5, false)]);
    let erased = Change::Erase(room_id(1), event_id(1, 2), erasure(&bob(), 2));
    put(store, vec![erased]).await;
    assert_eq!(heads().await, [(2, true), (4, false), (5, false)]);
    // Not two of them count, and not in between either.
    let judged = |seq, verdict, shown| VerdictRow {
        seq,
        verdict,
        shown,
    };
    let judge = |verdicts| vec![Change::JudgeEntries(room_id(1), verdicts)];
    let second = judged(4, Verdict::Accepted, true);
    let first = judged(2, Verdict::Void, false);
    refused(store, Commit::of(judge(vec![second]))).await;
    put(store, judge(vec![second, first])).await;
    let counts = EntryRow {
        verdict: Verdict::Accepted,
        shown: true,
        ..again
    };
    assert_eq!(found().await, Some(counts));
}

fn based(number: u8, base: u64, head: u64) -> Change {
    Change::PutRoom(Box::new(RoomRow {
        base_seq: base,
        base_chain: hash(base),
        first_seq: base + 1,
        chain_before: hash(base),
        ..room(number, head)
    }))
}

pub(super) async fn history_is_filled_downwards(store: &dyn TenantStore) {
    put(store, vec![based(1, 100, 100)]).await;
    refused(store, Commit::of(vec![append(1, 100, 101)])).await;
    refused(store, Commit::of(vec![append(1, 98, 99)])).await;
    // Either side of the base may come first.
    put(store, vec![append(1, 99, 100)]).await;
    put(store, vec![append(1, 101, 102)]).await;
    refused(store, Commit::of(vec![append(1, 96, 97)])).await;
    refused(store, Commit::of(vec![append(1, 97, 99)])).await;
    put(store, vec![append(1, 97, 98)]).await;
    assert_eq!(seqs(store, 1).await, (97..=102).collect::<Vec<_>>());
    put(store, vec![append(1, 1, 96)]).await;
    assert_eq!(seqs(store, 1).await, (1..=102).collect::<Vec<_>>());
}

/// A server that was out of the room for a while comes back with a newer snapshot.
pub(super) async fn a_log_goes_on_above_a_newer_snapshot(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 5))).await;
    put(store, vec![based(1, 20, 21), append(1, 21, 22)]).await;
    assert_eq!(seqs(store, 1).await, [1, 2, 3, 4, 5, 21, 22]);
    put(store, vec![append(1, 11, 20)]).await;
    refused(store, Commit::of(vec![append(1, 5, 10)])).await;
    put(store, vec![append(1, 6, 10)]).await;
    assert_eq!(seqs(store, 1).await, (1..=22).collect::<Vec<_>>());
}

pub(super) async fn pages_go_both_ways_and_stop(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 9))).await;
    put(store, appended(2, messages(2, 1, 9))).await;
    let after = good(store.entries_after(&room_id(1), 3, 2, usize::MAX).await);
    assert_eq!(after, messages(1, 4, 5));
    let after = good(store.entries_after(&room_id(1), 8, 5, usize::MAX).await);
    assert_eq!(after, messages(1, 9, 9));
    let after = good(store.entries_after(&room_id(1), 9, 5, usize::MAX).await);
    assert_eq!(after, []);
    let before = good(store.entries_before(&room_id(1), 6, 2).await);
    assert_eq!(before, messages(1, 4, 5));
    let before = good(store.entries_before(&room_id(2), 3, 5).await);
    assert_eq!(before, messages(2, 1, 2));
    assert_eq!(good(store.entries_before(&room_id(2), 1, 5).await), []);
    let all = good(store.entries_before(&room_id(1), u64::MAX, 99).await);
    assert_eq!(all, messages(1, 1, 9));
}

pub(super) async fn a_page_stops_at_its_bytes(store: &dyn TenantStore) {
    let sized = |seq| EntryRow {
        event: vec![b'x'; 100],
        ..message(1, seq)
    };
    put(store, appended(1, (1..=5).map(sized).collect())).await;
    for (bytes_max, entries) in [(0, 1), (100, 1), (199, 1), (200, 2), (299, 2), (500, 5)] {
        let page = good(store.entries_after(&room_id(1), 0, 9, bytes_max).await);
        assert_eq!(page.len(), entries, "of at most {bytes_max} bytes");
    }
}

pub(super) async fn heads_of_known_events_only(store: &dyn TenantStore) {
    let entries = vec![message(1, 1), edit(1, 2, 1), message(1, 3)];
    put(store, appended(1, entries)).await;
    let change = Change::Erase(room_id(1), event_id(1, 3), erasure(&bob(), 3));
    put(store, vec![change]).await;
    let asked = [event_id(1, 3), event_id(1, 8), event_id(1, 2)];
    let mut heads = good(store.entry_heads(&room_id(1), &asked).await);
    heads.sort_by_key(|(_, head)| head.seq);
    let head = |entry: EntryRow, redacted| {
        let head = EntryHead {
            seq: entry.seq,
            ts: entry.ts,
            hash: entry.hash,
            kind: entry.kind,
            sender: entry.sender,
            verdict: entry.verdict,
            target: entry.target,
            redacted,
        };
        (entry.event_id, head)
    };
    let expected = [head(edit(1, 2, 1), false), head(message(1, 3), true)];
    assert_eq!(heads, expected);
    assert_eq!(good(store.entry_heads(&room_id(1), &[]).await), []);
    assert_eq!(good(store.entry_heads(&room_id(2), &asked).await), []);
}

pub(super) async fn referrers_are_listed_whatever_the_verdict(store: &dyn TenantStore) {
    let hidden = EntryRow {
        verdict: Verdict::Hidden,
        ..edit(1, 4, 1)
    };
    let redaction = EntryRow {
        kind: REDACTION.to_owned(),
        ..edit(1, 7, 6)
    };
    let entries = vec![
        message(1, 1),
        edit(1, 2, 1),
        reply(1, 3, Some(1), None),
        hidden.clone(),
        edit(1, 5, 3),
        reaction_entry(1, 6, 1),
        redaction.clone(),
        edit(1, 8, 1),
    ];
    put(store, appended(1, entries)).await;
    let erased = Change::Erase(room_id(1), event_id(1, 8), erasure(&bob(), 8));
    put(store, vec![erased]).await;
    let asked = [event_id(1, 6), event_id(1, 1), event_id(1, 2)];
    let found = good(store.referrers(&room_id(1), &asked).await);
    let expected = [edit(1, 2, 1), hidden, reaction_entry(1, 6, 1), redaction];
    assert_eq!(found, expected);
    let none = good(store.referrers(&room_id(1), &[event_id(1, 2)]).await);
    assert_eq!(none, []);
    assert_eq!(good(store.referrers(&room_id(1), &[]).await), []);
    assert_eq!(good(store.referrers(&room_id(2), &asked).await), []);
}

pub(super) async fn bases_are_kept_by_seq(store: &dyn TenantStore) {
    let held = HeldRow {
        first_seq: 3,
        chain_before: hash(2),
        last_seq: 9,
        last_chain: hash(9),
    };
    let base = |seq, state: &str, held| BaseRow {
        seq,
        state: state.as_bytes().to_vec(),
        held,
    };
    let (early, late) = (base(2, "a", None), base(20, "b", Some(held)));
    let put_one = |base: BaseRow| Change::PutBase(room_id(1), Box::new(base));
    put(
        store,
        vec![put_one(late.clone()), put_one(base(2, "x", None))],
    )
    .await;
    put(store, vec![put_one(early.clone())]).await;
    assert_eq!(good(store.bases(&room_id(1)).await), [early, late]);
    assert_eq!(good(store.bases(&room_id(2)).await), []);
    let drop_all = |number| Change::DropBases(room_id(number));
    put(store, vec![drop_all(1), drop_all(9)]).await;
    assert_eq!(good(store.bases(&room_id(1)).await), []);
}

/// One of two histories is set aside: nothing of it is left, and what lies below is as it was.
pub(super) async fn what_is_set_aside_is_gone(store: &dyn TenantStore) {
    let mut entries = messages(1, 1, 4);
    entries.push(edit(1, 5, 2));
    entries.push(reaction_entry(1, 6, 2));
    let mut changes = appended(1, entries);
    let checkpoint = |seq| CheckpointRow {
        seq,
        checkpoint: b"{}".to_vec(),
    };
    changes.extend([
        joined(&room_id(1), &ann(), 1),
        joined(&room_id(1), &bob(), 4),
        Change::PutRoomServer(room_id(1), room_server(OTHER, true)),
        Change::PutReaction(room_id(1), reaction(1, 6, 2, "+", &bob())),
        Change::PutReaction(room_id(1), reaction(1, 2, 2, "-", &bob())),
        Change::PutEdit {
            room_id: room_id(1),
            target: event_id(1, 2),
            event_id: event_id(1, 5),
            seq: 5,
            ts: EPOCH,
            content: b"{}".to_vec(),
        },
        Change::PutCheckpoint(room_id(1), checkpoint(3)),
        Change::PutCheckpoint(room_id(1), checkpoint(6)),
        marker(1, 4),
    ]);
    put(store, changes).await;
    put(store, appended(2, messages(2, 1, 4))).await;
    let base = RoomRow {
        base_seq: 5,
        base_chain: hash(5),
        first_seq: 6,
        chain_before: hash(5),
        ..room(1, 5)
    };
    let begins = vec![
        Change::SetAside(room_id(1), 3),
        Change::PutRoom(Box::new(base)),
        joined(&room_id(1), &ann(), 1),
    ];
    put(store, begins).await;
    assert_eq!(seqs(store, 1).await, [1, 2, 3]);
    assert_eq!(seqs(store, 2).await, [1, 2, 3, 4]);
    let members = good(store.members(&room_id(1)).await);
    assert_eq!(members, [member(&ann(), Membership::Join, 1)]);
    assert_eq!(good(store.room_servers(&room_id(1)).await), []);
    let row = good(store.timeline_row(&room_id(1), &event_id(1, 2)).await);
    let row = row.expect("it lies below");
    assert_eq!(row.edit, None);
    assert_eq!(row.reactions, [reaction(1, 2, 2, "-", &bob())]);
    let above = good(store.checkpoint_at_or_above(&room_id(1), 4).await);
    assert_eq!(above, None);
    let read = good(store.read_marker(&ann(), &room_id(1)).await);
    let read = read.map(|marker| (marker.seq, marker.event_id));
    assert_eq!(read, Some((3, event_id(1, 3))));
    // The other history takes the free places, also with the same events.
    put(store, vec![append(1, 4, 5)]).await;
    assert_eq!(seqs(store, 1).await, [1, 2, 3, 4, 5]);
}

pub(super) async fn entries_are_judged_again(store: &dyn TenantStore) {
    put(store, appended(1, messages(1, 1, 3))).await;
    let verdict = |seq, verdict, shown| VerdictRow {
        seq,
        verdict,
        shown,
    };
    let verdicts = vec![
        verdict(2, Verdict::Void, false),
        verdict(3, Verdict::Hidden, false),
        verdict(9, Verdict::Void, false),
    ];
    let judge = |number, verdicts| Change::JudgeEntries(room_id(number), verdicts);
    put(store, vec![judge(1, verdicts.clone()), judge(9, verdicts)]).await;
    let judged = |seq, verdict| EntryRow {
        verdict,
        shown: false,
        ..message(1, seq)
    };
    let expected = [
        message(1, 1),
        judged(2, Verdict::Void),
        judged(3, Verdict::Hidden),
    ];
    let log = good(store.entries_after(&room_id(1), 0, 9, usize::MAX).await);
    assert_eq!(log, expected);
    let back = vec![verdict(2, Verdict::Accepted, true)];
    put(store, vec![judge(1, back)]).await;
    let found = good(store.entry(&room_id(1), &event_id(1, 2)).await);
    assert_eq!(found, Some(message(1, 2)));
}

pub(super) async fn servers_come_and_go_in_order(store: &dyn TenantStore) {
    let record = |number, seq| EntryRow {
        kind: SERVER.to_owned(),
        ..message(number, seq)
    };
    let entries = vec![message(1, 1), record(1, 2), message(1, 3), record(1, 4)];
    put(store, appended(1, entries)).await;
    put(store, appended(2, vec![record(2, 1)])).await;
    let found = good(store.server_entries(&room_id(1)).await);
    assert_eq!(found, [record(1, 2), record(1, 4)]);
    assert_eq!(good(store.server_entries(&room_id(3)).await), []);
}

pub(super) async fn checkpoints_on_both_sides(store: &dyn TenantStore) {
    let checkpoint = |seq, text: &str| CheckpointRow {
        seq,
        checkpoint: text.as_bytes().to_vec(),
    };
    let put_one = |seq, text| Change::PutCheckpoint(room_id(1), checkpoint(seq, text));
    put(
        store,
        vec![put_one(10, "a"), put_one(20, "b"), put_one(20, "c")],
    )
    .await;
    for (seq, below, above) in [
        (9, None, Some((10, "a"))),
        (10, Some((10, "a")), Some((10, "a"))),
        (11, Some((10, "a")), Some((20, "c"))),
        (21, Some((20, "c")), None),
    ] {
        let found = good(store.checkpoint_at_or_below(&room_id(1), seq).await);
        assert_eq!(found, below.map(|(seq, text)| checkpoint(seq, text)));
        let found = good(store.checkpoint_at_or_above(&room_id(1), seq).await);
        assert_eq!(found, above.map(|(seq, text)| checkpoint(seq, text)));
    }
}
