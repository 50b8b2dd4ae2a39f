//! Where a message stands in the search index: in the order of time, so that the newest of all rooms are
//! found first.
//!
//! A doc is the second of the host's clock, and below it a number that is given out in the order in which
//! messages are indexed. Who has looked at all docs from a second on has seen every message from then on.

use rusqlite::{Connection, OptionalExtension as _, Result, params};

use crate::columns::int;

/// Bits of a doc below the second: 65,536 messages of a tenant in one second. More take numbers of the
/// seconds after it, where a search that ends at that second does not see them.
const SECOND_BITS: u32 = 16;
/// Seconds that are looked through for a message that stands in the index, beyond its own.
const OVERFLOW_SECONDS: i64 = 16;
/// The highest second that fits.
const SECOND_MAX: u64 = 1 << 46;

/// The first doc of the second of this moment (ms).
pub(crate) fn first_of(ts: u64) -> i64 {
    int((ts / 1000).min(SECOND_MAX)) << SECOND_BITS
}

/// The last doc of the second of this moment (ms).
pub(crate) fn last_of(ts: u64) -> i64 {
    first_of(ts) | ((1 << SECOND_BITS) - 1)
}

/// No message of this doc is newer (ms).
pub(crate) fn newest_moment(doc: i64) -> u64 {
    u64::try_from(doc >> SECOND_BITS).unwrap_or_default() * 1000 + 999
}

/// Gives a message a doc.
pub(crate) fn give(connection: &Connection, ts: u64, entry: i64) -> Result<i64> {
    let doc = free(connection, first_of(ts))?;
    connection
        .prepare_cached("INSERT INTO search_docs (doc, entry) VALUES (?1, ?2)")?
        .execute([doc, entry])?;
    Ok(doc)
}

/// The lowest number from here on above which nothing of the same second stands.
fn free(connection: &Connection, from: i64) -> Result<i64> {
    let mut query = connection
        .prepare_cached("SELECT max(doc) FROM search_docs WHERE doc BETWEEN ?1 AND ?2")?;
    let mut first = from;
    loop {
        let last = first | ((1 << SECOND_BITS) - 1);
        let taken: Option<i64> = query.query_row([first, last], |row| row.get(0))?;
        match taken {
            None => return Ok(first),
            Some(taken) if taken < last => return Ok(taken + 1),
            Some(_) => first = last + 1,
        }
    }
}

/// Where a message stands, if it does.
pub(crate) fn of_entry(connection: &Connection, ts: u64, entry: i64) -> Result<Option<i64>> {
    let first = first_of(ts);
    let last = first + ((OVERFLOW_SECONDS + 1) << SECOND_BITS);
    connection
        .prepare_cached("SELECT doc FROM search_docs WHERE doc >= ?1 AND doc < ?2 AND entry = ?3")?
        .query_row(params![first, last, entry], |row| row.get(0))
        .optional()
}

/// Takes a doc back.
pub(crate) fn take_back(connection: &Connection, doc: i64) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM search_docs WHERE doc = ?1")?
        .execute([doc])
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn docs() -> Connection {
        let connection = Connection::open_in_memory().expect("a database");
        connection
            .execute_batch(
                "CREATE TABLE search_docs (doc INTEGER PRIMARY KEY, entry INTEGER NOT NULL) STRICT",
            )
            .expect("a table");
        connection
    }

    #[test]
    fn docs_are_in_the_order_of_seconds() {
        let docs = docs();
        let given: Vec<i64> = [5_000, 3_000, 5_999, 4_000, 5_500]
            .into_iter()
            .zip(1..)
            .map(|(ts, entry)| give(&docs, ts, entry).expect("a doc"))
            .collect();
        let [a, b, c, d, e] = given[..] else {
            panic!("five")
        };
        assert!(b < d && d < a && a < c && c < e);
        assert_eq!(newest_moment(e), 5_999);
        assert!(first_of(5_999) == a && last_of(5_000) >= e && last_of(4_999) < a);
        assert_eq!(of_entry(&docs, 5_999, 3).expect("an answer"), Some(c));
        take_back(&docs, c).expect("done");
        assert_eq!(of_entry(&docs, 5_999, 3).expect("an answer"), None);
    }

    // The last number of a second, and what comes after it.
    #[test]
    fn a_full_second_goes_on_in_the_next() {
        let docs = docs();
        let last = last_of(7_000);
        docs.execute("INSERT INTO search_docs VALUES (?1, 1)", [last - 1])
            .expect("a row");
        assert_eq!(give(&docs, 7_000, 2).expect("a doc"), last);
        assert_eq!(give(&docs, 7_000, 3).expect("a doc"), last + 1);
        assert_eq!(give(&docs, 8_000, 4).expect("a doc"), last + 2);
        assert_eq!(
            of_entry(&docs, 7_000, 3).expect("an answer"),
            Some(last + 1)
        );
    }

    #[test]
    fn a_clock_may_show_anything() {
        assert!(first_of(0) == 0 && last_of(u64::MAX) > first_of(u64::MAX - 1_000_000));
        assert!(first_of(u64::MAX) > 0);
    }
}
