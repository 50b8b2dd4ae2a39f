use std::collections::BTreeSet;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{EventId, Fqid};

use super::fixture::{
    EPOCH, ann, appended, bob, edit, erasure, event_id, good, member, put, refused, room, room_id,
    saying, words,
};
use crate::record::{EntryRow, Verdict, VerdictRow};
use crate::search::{Mark, Place, SearchQuery, SearchRooms, fold};
use crate::{Change, Commit, Expectation, TenantStore};

/// Room 1, these words.
fn query(terms: &[&str]) -> SearchQuery {
    SearchQuery {
        rooms: SearchRooms::Named(vec![room_id(1)]),
        terms: terms.iter().map(|term| fold(term).chars).collect(),
        limit: 99,
        ..SearchQuery::default()
    }
}

/// Seqs, newest first.
async fn seqs(store: &dyn TenantStore, query: SearchQuery) -> Vec<u64> {
    let found = good(store.search(query).await);
    assert!(!found.cut);
    found.rows.iter().map(|row| row.place.seq).collect()
}

async fn found(store: &dyn TenantStore, terms: &[&str]) -> Vec<u64> {
    seqs(store, query(terms)).await
}

/// Room 1 says these, one after the other.
async fn said(store: &dyn TenantStore, bodies: &[&str]) {
    let entries = (1..).zip(bodies).map(|(seq, body)| saying(1, seq, body));
    put(store, appended(1, entries.collect())).await;
}

fn put_edit(target: u64, seq: u64, body: &str) -> Change {
    Change::PutEdit {
        room_id: room_id(1),
        target: event_id(1, target),
        event_id: event_id(1, seq),
        seq,
        ts: EPOCH + seq,
        content: words(body).into_bytes(),
    }
}

pub(super) async fn any_part_of_a_word_is_found(store: &dyn TenantStore) {
    let bodies = [
        "The Kaffee machine is broken",
        "今日は晴れです、会议は東京タワー",
        "회의는 내일 아침",
        "🎉 we shipped 👩\u{200d}💻",
        "שָׁלוֹם עולם",
        "مرحبا بالعالم",
        "C++ costs $5 (or \"less\") OR NEAR(a b) x*",
        "Crème brûlée",
    ];
    said(store, &bodies).await;
    for (term, expected) in [
        ("kaffee", vec![1]),
        ("AFFE", vec![1]),
        ("kaffeemachine", vec![]),
        ("machine  is", vec![1]),
        ("is machine", vec![]),
        ("晴れ", vec![2]),
        ("会", vec![2]),
        ("会议", vec![2]),
        ("议会", vec![]),
        ("京タワ", vec![2]),
        ("회의", vec![3]),
        ("🎉", vec![4]),
        ("👩💻", vec![4]),
        ("שלום", vec![5]),
        ("رحب", vec![6]),
        ("c++", vec![7]),
        ("$5", vec![7]),
        ("\"less\"", vec![7]),
        ("near(a", vec![7]),
        ("x*", vec![7]),
        ("mac*", vec![]),
        ("creme BRULEE", vec![8]),
    ] {
        assert_eq!(found(store, &[term]).await, expected, "{term}");
    }
}

pub(super) async fn all_terms_must_stand_in_one_message(store: &dyn TenantStore) {
    said(store, &["alpha beta", "beta gamma", "gamma alpha beta"]).await;
    assert_eq!(found(store, &["beta", "alpha"]).await, [3, 1]);
    assert_eq!(found(store, &["alpha", "beta", "gamma"]).await, [3]);
    assert_eq!(found(store, &["alpha", "delta"]).await, [0; 0]);
    assert_eq!(found(store, &[]).await, [3, 2, 1]);
}

pub(super) async fn only_the_rooms_that_are_named(store: &dyn TenantStore) {
    for number in 1..=3 {
        put(store, appended(number, vec![saying(number, 1, "hello")])).await;
    }
    let ask = |rooms: &[u8]| SearchQuery {
        rooms: SearchRooms::Named(rooms.iter().map(|number| room_id(*number)).collect()),
        ..query(&["hello"])
    };
    for (rooms, expected) in [(&[][..], &[][..]), (&[2], &[2]), (&[1, 3, 9], &[3, 1])] {
        let found = good(store.search(ask(rooms)).await).rows;
        let expected: Vec<_> = expected
            .iter()
            .map(|n| (room_id(*n), event_id(*n, 1)))
            .collect();
        let found: Vec<_> = found
            .into_iter()
            .map(|row| (row.place.room_id, row.event_id))
            .collect();
        assert_eq!(found, expected);
    }
}

pub(super) async fn the_rooms_that_somebody_is_in(store: &dyn TenantStore) {
    for number in 1..=4 {
        put(store, appended(number, vec![saying(number, 1, "hello")])).await;
    }
    let state = |number, who: Fqid, membership| {
        Change::PutMember(room_id(number), member(&who, membership, 1))
    };
    let states = vec![
        state(1, ann(), Membership::Join),
        state(2, ann(), Membership::Invite),
        state(2, bob(), Membership::Join),
        state(3, ann(), Membership::Join),
        state(4, ann(), Membership::Leave),
    ];
    put(store, states).await;
    let of = async |who| {
        let asked = SearchQuery {
            rooms: SearchRooms::JoinedBy(who),
            ..query(&["hello"])
        };
        let found = good(store.search(asked).await).rows;
        let rooms = found.into_iter().map(|row| row.place.room_id);
        rooms.collect::<Vec<_>>()
    };
    assert_eq!(of(ann()).await, [room_id(3), room_id(1)]);
    assert_eq!(of(bob()).await, [room_id(2)]);
    put(store, vec![state(3, ann(), Membership::Ban)]).await;
    put(store, vec![state(2, ann(), Membership::Join)]).await;
    assert_eq!(of(ann()).await, [room_id(2), room_id(1)]);
    put(store, vec![state(2, bob(), Membership::Leave)]).await;
    assert!(of(bob()).await.is_empty());
}

pub(super) async fn only_what_is_shown_as_it_is_now(store: &dyn TenantStore) {
    let mut entries: Vec<_> = (1..=6).map(|seq| saying(1, seq, "word")).collect();
    entries[1].verdict = Verdict::Hidden;
    entries[1].shown = false;
    entries[2].verdict = Verdict::Void;
    entries[2].shown = false;
    entries[3].event = b"padding".to_vec();
    entries.push(EntryRow {
        event: entries[0].event.clone(),
        ..edit(1, 7, 5)
    });
    put(store, appended(1, entries)).await;
    assert_eq!(found(store, &["word"]).await, [6, 5, 1]);
    // In one commit with an append, as when history is filled, and for an event that is not here.
    let mut changes = appended(1, vec![saying(1, 8, "first")]);
    changes.extend([
        put_edit(8, 9, "second"),
        put_edit(5, 9, "other"),
        put_edit(77, 9, "word"),
    ]);
    put(store, changes).await;
    assert_eq!(found(store, &["word"]).await, [6, 1]);
    assert_eq!(found(store, &["first"]).await, [0; 0]);
    assert_eq!(found(store, &["second"]).await, [8]);
    let row = good(store.search(query(&["other"])).await).rows.remove(0);
    assert_eq!((row.event_id, row.text.as_str()), (event_id(1, 5), "other"));
    // An older edit changes nothing; without edits the first words count again.
    put(store, vec![put_edit(5, 8, "late")]).await;
    assert_eq!(found(store, &["late"]).await, [0; 0]);
    put(store, vec![Change::DropEdits(room_id(1), event_id(1, 5))]).await;
    assert_eq!(found(store, &["other"]).await, [0; 0]);
    assert_eq!(found(store, &["word"]).await, [6, 5, 1]);
    put(
        store,
        vec![Change::Erase(
            room_id(1),
            event_id(1, 5),
            erasure(&bob(), 5),
        )],
    )
    .await;
    assert_eq!(found(store, &["word"]).await, [6, 1]);
    assert_eq!(found(store, &[]).await, [8, 6, 1]);
    let judged = |seq, verdict, shown| VerdictRow {
        seq,
        verdict,
        shown,
    };
    let verdicts = vec![
        judged(1, Verdict::Void, false),
        judged(2, Verdict::Accepted, true),
    ];
    put(store, vec![Change::JudgeEntries(room_id(1), verdicts)]).await;
    assert_eq!(found(store, &["word"]).await, [6, 2]);
}

pub(super) async fn what_is_set_aside_is_not_found(store: &dyn TenantStore) {
    said(store, &["word one", "word two", "word three"]).await;
    put(store, vec![put_edit(1, 4, "changed")]).await;
    let changes = vec![
        Change::SetAside(room_id(1), 2),
        Change::PutRoom(Box::new(room(1, 2))),
    ];
    put(store, changes).await;
    assert_eq!(found(store, &["word"]).await, [2, 1]);
    assert_eq!(found(store, &["changed"]).await, [0; 0]);
    // Another history takes the free place, in one commit with the one that goes.
    let mut changes = vec![Change::SetAside(room_id(1), 1)];
    changes.extend(appended(1, vec![saying(1, 2, "word again")]));
    put(store, changes).await;
    assert_eq!(found(store, &["word"]).await, [2, 1]);
    assert_eq!(found(store, &["two"]).await, [0; 0]);
    assert_eq!(found(store, &["again"]).await, [2]);
}

pub(super) async fn history_below_is_found(store: &dyn TenantStore) {
    let mut changes = appended(1, vec![saying(1, 5, "above"), saying(1, 6, "above")]);
    changes[0] = Change::PutRoom(Box::new(crate::record::RoomRow {
        base_seq: 4,
        first_seq: 5,
        ..room(1, 6)
    }));
    put(store, changes).await;
    let below = vec![saying(1, 3, "below"), saying(1, 4, "below")];
    put(store, vec![Change::AppendEntries(room_id(1), below)]).await;
    assert_eq!(found(store, &["below"]).await, [4, 3]);
    assert_eq!(found(store, &[]).await, [6, 5, 4, 3]);
}

/// Whatever happens to its messages later, and whichever way they are looked for.
pub(super) async fn a_room_that_is_not_searched(store: &dyn TenantStore) {
    let silent = |seq| {
        Change::PutRoom(Box::new(crate::record::RoomRow {
            searched: false,
            ..room(1, seq)
        }))
    };
    let entries = vec![saying(1, 1, "canary"), saying(1, 2, "canary too")];
    // The founding of a room puts its entries before its row.
    put(
        store,
        vec![Change::AppendEntries(room_id(1), entries), silent(2)],
    )
    .await;
    put(store, appended(2, vec![saying(2, 1, "canary")])).await;
    let everywhere = |terms: &[&str]| SearchQuery {
        rooms: SearchRooms::Named(vec![room_id(1), room_id(2)]),
        ..query(terms)
    };
    let looks: [&[&str]; 3] = [&["canary"], &["ca"], &[]];
    for terms in looks {
        assert_eq!(found(store, terms).await, [0; 0], "{terms:?}");
        assert_eq!(seqs(store, everywhere(terms)).await, [1], "{terms:?}");
    }
    put(store, vec![put_edit(1, 3, "canary again")]).await;
    // How a room was made stays.
    let more = vec![
        Change::AppendEntries(room_id(1), vec![saying(1, 3, "canary at last")]),
        Change::PutRoom(Box::new(room(1, 3))),
    ];
    put(store, more).await;
    assert!(!good(store.room(&room_id(1)).await).is_some_and(|room| room.searched));
    for terms in looks {
        assert_eq!(found(store, terms).await, [0; 0], "{terms:?}");
    }
}

pub(super) async fn filters_of_sender_marks_and_time(store: &dyn TenantStore) {
    let mut entries: Vec<_> = (1..=6).map(|seq| saying(1, seq, "hello")).collect();
    entries[1].sender = bob();
    entries[2] = saying(1, 3, "hello https://example.org");
    put(store, appended(1, entries)).await;
    let base = || query(&["hello"]);
    let from = |sender| SearchQuery {
        sender: Some(sender),
        ..base()
    };
    assert_eq!(seqs(store, from(bob())).await, [2]);
    assert_eq!(seqs(store, from(ann())).await, [6, 5, 4, 3, 1]);
    for (mark, expected) in [
        (Mark::Link, vec![3]),
        (Mark::Reply, vec![]),
        (Mark::File, vec![]),
    ] {
        for terms in [&["hello"][..], &[]] {
            let marked = SearchQuery {
                marks: BTreeSet::from([mark]),
                ..query(terms)
            };
            assert_eq!(seqs(store, marked).await, expected, "{mark:?}");
        }
    }
    for (since, before, expected) in [
        (None, Some(3), vec![2, 1]),
        (Some(3), None, vec![6, 5, 4, 3]),
        (Some(2), Some(4), vec![3, 2]),
        (Some(9), None, vec![]),
        (None, Some(1), vec![]),
        (None, Some(99), vec![6, 5, 4, 3, 2, 1]),
    ] {
        for terms in [&["hello"][..], &["he"], &[]] {
            let then = SearchQuery {
                since: since.map(|ms| EPOCH + ms),
                before: before.map(|ms| EPOCH + ms),
                ..query(terms)
            };
            assert_eq!(seqs(store, then).await, expected, "{since:?}–{before:?}");
        }
    }
}

pub(super) async fn the_newest_come_first_and_have_bounds(store: &dyn TenantStore) {
    // Moments: room 1 at 1, 3, 5, 7; room 2 at 2, 4, 6, 7.
    let at = |number: u8, seq: u64, ms: u64| EntryRow {
        ts: EPOCH + ms,
        ..saying(number, seq, "hello")
    };
    let entries = |number, times: [u64; 4]| {
        let entries = (1..).zip(times).map(|(seq, ms)| at(number, seq, ms));
        entries.collect::<Vec<_>>()
    };
    for (number, times) in [(1, [1, 3, 5, 7]), (2, [2, 4, 6, 7])] {
        let mut changes = appended(number, entries(number, times));
        changes[0] = Change::PutRoom(Box::new(crate::record::RoomRow {
            head_ts: EPOCH + 7,
            ..room(number, 4)
        }));
        put(store, changes).await;
    }
    let place = |number: u8, seq: u64, ms: u64| Place {
        ts: EPOCH + ms,
        room_id: room_id(number),
        seq,
    };
    let all = [
        place(2, 4, 7),
        place(1, 4, 7),
        place(2, 3, 6),
        place(1, 3, 5),
        place(2, 2, 4),
        place(1, 2, 3),
        place(2, 1, 2),
        place(1, 1, 1),
    ];
    for limit in 0..=9 {
        for newest in [0, 1, 2, 3, 7] {
            for terms in [&["hello"][..], &["he"]] {
                let bounded = SearchQuery {
                    rooms: SearchRooms::Named(vec![room_id(1), room_id(2)]),
                    newest: (newest > 0).then(|| all[newest].clone()),
                    limit,
                    ..query(terms)
                };
                let found = good(store.search(bounded).await).rows;
                let found: Vec<_> = found.into_iter().map(|row| row.place).collect();
                let expected: Vec<_> = all[newest..].iter().take(limit as usize).collect();
                assert_eq!(found.iter().collect::<Vec<_>>(), expected);
            }
        }
    }
}

/// Also far below the newest messages, by beginnings of words alone or between others.
pub(super) async fn short_words_are_found_where_words_begin(store: &dyn TenantStore) {
    let said = |seq| match seq {
        1 => "ab",
        2 => "plan (abc) of c",
        3 => "of cab",
        _ => "cd",
    };
    let entries: Vec<_> = (1..=5_100).map(|seq| saying(1, seq, said(seq))).collect();
    put(store, appended(1, entries)).await;
    for (terms, expected) in [
        (&["ab"][..], &[2, 1][..]),
        (&["AB"], &[2, 1]),
        (&["a"], &[]),
        (&["c"], &[2]),
        (&["of", "ab"], &[2]),
        (&["of ca"], &[3]),
        (&["an (a"], &[2]),
        (&["bc"], &[]),
        (&["(a"], &[2]),
        (&["of", "cd"], &[]),
    ] {
        assert_eq!(found(store, terms).await, expected, "{terms:?}");
    }
}

/// A phrase that begins within a word and has no longer one has nothing by which it could be found.
pub(super) async fn what_has_no_piece_is_looked_for_among_the_newest(store: &dyn TenantStore) {
    let entries: Vec<_> = (1..=5_001)
        .map(|seq| saying(1, seq, if seq <= 2 { "ab c" } else { "cd" }))
        .collect();
    put(store, appended(1, entries)).await;
    let phrase = good(store.search(query(&["b c"])).await);
    let seqs: Vec<_> = phrase.rows.iter().map(|row| row.place.seq).collect();
    assert_eq!((seqs, phrase.cut), (vec![2], true));
    let bounded = SearchQuery {
        before: Some(EPOCH + 5_001),
        since: Some(EPOCH + 2),
        ..query(&["b c"])
    };
    let bounded = good(store.search(bounded).await);
    assert_eq!((bounded.rows.len(), bounded.cut), (1, false));
}

pub(super) async fn a_conflict_leaves_the_index_alone(store: &dyn TenantStore) {
    said(store, &["word"]).await;
    let changes = vec![
        put_edit(1, 2, "other"),
        Change::AppendEntries(room_id(1), vec![saying(1, 9, "word")]),
    ];
    refused(store, Commit::of(changes)).await;
    let unmet =
        Commit::of(vec![put_edit(1, 2, "other")]).expecting(Expectation::NoRoom(room_id(1)));
    refused(store, unmet).await;
    assert_eq!(found(store, &["word"]).await, [1]);
    assert_eq!(found(store, &["other"]).await, [0; 0]);
}

/// Many small commits of all kinds; after each of them the index says what the messages say.
pub(super) async fn the_index_follows_the_tables(store: &dyn TenantStore) {
    const PIECES: [&str; 6] = ["abc", "bcd", "会议", "タワー", "abcd", "議会"];
    let mut dice = 7_u64;
    let mut roll = |sides: u64| {
        // A linear congruence: it need only be lively, and the same each time.
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % sides
    };
    let mut texts: Vec<Option<String>> = Vec::new();
    let mut seq = 0;
    for _ in 0..120 {
        let mut changes = Vec::new();
        for _ in 0..=roll(3) {
            let said = format!("{} {}", PIECES[roll(6) as usize], PIECES[roll(6) as usize]);
            let target = roll(texts.len() as u64 + 1) as usize;
            match (roll(5), texts.get(target)) {
                (3, Some(Some(_))) => {
                    changes.push(put_edit(target as u64 + 1, 10_000 + seq, &said));
                    texts[target] = Some(said);
                }
                (4, Some(_)) => {
                    let erased = target as u64 + 1;
                    let id: EventId = event_id(1, erased);
                    changes.push(Change::DropEdits(room_id(1), id));
                    changes.push(Change::Erase(room_id(1), id, erasure(&bob(), erased)));
                    texts[target] = None;
                }
                _ => {
                    let entry = saying(1, texts.len() as u64 + 1, &said);
                    changes.extend(appended(1, vec![entry]));
                    texts.push(Some(said));
                }
            }
            seq += 1;
        }
        put(store, changes).await;
        for piece in PIECES {
            let expected: Vec<u64> = texts
                .iter()
                .enumerate()
                .filter(|(_, text)| text.as_ref().is_some_and(|text| text.contains(piece)))
                .map(|(at, _)| at as u64 + 1)
                .rev()
                .take(99)
                .collect();
            assert_eq!(found(store, &[piece]).await, expected, "{piece}");
        }
    }
}
