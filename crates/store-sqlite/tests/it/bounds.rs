use scaiwave_store::ServerStore;
use scaiwave_store::contract::fixture::{self, EPOCH, appended, good, put, room_id, saying};
use scaiwave_store::search::{SearchQuery, SearchRooms, fold};
use scaiwave_store_sqlite::SqliteServerStore;

/// Messages that one search looks at.
const LOOKS: u64 = 5_000;

/// A search looks at so many messages and no more, and says so when it stops before the end.
#[tokio::test]
async fn a_search_looks_at_so_many_messages() {
    let server = SqliteServerStore::in_memory().unwrap();
    server.create_tenant(fixture::tenant("acme")).await.unwrap();
    let store = server.open("acme").await.unwrap();
    // The oldest has the word; all others have its pieces only.
    let said = |seq| saying(1, seq, if seq == 1 { "abcd" } else { "abc bcd" });
    for chunk in (1..=LOOKS + 1).collect::<Vec<_>>().chunks(1_000) {
        let entries = chunk.iter().map(|seq| said(*seq)).collect();
        put(&*store, appended(1, entries)).await;
    }
    for (newest, found, cut) in [
        (LOOKS - 1, true, false),
        (LOOKS, true, false),
        (LOOKS + 1, false, true),
    ] {
        let query = SearchQuery {
            rooms: SearchRooms::Named(vec![room_id(1)]),
            terms: vec![fold("abcd").chars],
            before: Some(EPOCH + newest + 1),
            limit: 9,
            ..SearchQuery::default()
        };
        let answer = good(store.search(query).await);
        assert_eq!(
            (answer.rows.len() == 1, answer.cut),
            (found, cut),
            "{newest}"
        );
    }
}
