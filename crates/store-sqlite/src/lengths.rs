//! Which pieces the index is asked for.
//!
//! To have all pieces of a word, the index goes through the list of each of them, and the list of a common piece is
//! most of the work: `ing` stands in half of all messages. A few rare pieces leave almost the same messages, and each
//! of those is looked at anyway. So the rarest are asked for, and more of them for as long as one saves more looks
//! than its list costs.
//!
//! How long a list is, FTS5 does not say without going through it; but its table of pages does, roughly: where the
//! pages of a piece begin, and where those of the next. A wrong length costs time and nothing else, and when too much
//! is looked at in vain the index is asked for all pieces after all.

use rusqlite::{Connection, Result, params};

use crate::grams;

/// Parts of the index that are asked, the largest: the others together have less than the last of them.
const SEGMENTS_ASKED: u32 = 4;
/// Named rooms of which it is looked how much they have; more of them have much.
const ROOMS_WEIGHED: usize = 8;
/// Pages of an index that is so small (some thousand messages) that its lists cost nothing.
const SMALL_PAGES: f64 = 64.0;
/// Entries of a list that one page of 4 KiB has, and pieces of a message: what they are like where people write.
const ENTRIES_A_PAGE: f64 = 2_000.0;
const PIECES_A_MESSAGE: f64 = 40.0;
/// What a list has of the page on which it begins, and of the last one before the next list that begins a page.
const PART_OF_A_PAGE: f64 = 0.5;
/// Entries of a list that are gone through in the time of one look at a message.
const ENTRIES_A_LOOK: f64 = 100.0;
/// What a further piece of the same word leaves at least: where a message has the one, it often has the other.
const SAME_WORD_LEAVES: f64 = 0.3;

/// The large segments of the index.
struct Segments<'c> {
    connection: &'c Connection,
    /// (number, pages)
    largest: Vec<(i64, f64)>,
}

/// The rarest of the pieces, the rarest one first: as many as are worth their lists, beside those of the named rooms. The
/// groups are of one word each.
pub(crate) fn rarest<'g>(
    connection: &Connection,
    groups: &'g [Vec<String>],
    rooms: &[i64],
) -> Result<Vec<&'g str>> {
    let all = groups.iter().flatten().map(String::as_str);
    let count = all.clone().count();
    if count <= 1 {
        return Ok(all.collect());
    }
    let segments = Segments::of(connection)?;
    let pages: f64 = segments.largest.iter().map(|(_, pages)| pages).sum();
    if pages < SMALL_PAGES {
        return Ok(all.collect());
    }
    let mut pieces = Vec::with_capacity(count);
    for (word, group) in groups.iter().enumerate() {
        for token in group {
            pieces.push((segments.pages_of(token)?, word, token.as_str()));
        }
    }
    pieces.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
    let mut of_rooms = None;
    if (1..=ROOMS_WEIGHED).contains(&rooms.len()) {
        let tokens = rooms.iter().map(|room| grams::of_room(*room));
        let lengths = tokens.map(|token| segments.pages_of(&token));
        of_rooms = Some(lengths.sum::<Result<f64>>()?);
    }
    Ok(worth_their_lists(&pieces, pages, of_rooms))
}

/// Of pieces as (pages, word, piece), the shortest list first, in an index of so many pages; `of_rooms` are those of the
/// rooms that are named anyway.
fn worth_their_lists<'g>(
    pieces: &[(f64, usize, &'g str)],
    pages: f64,
    of_rooms: Option<f64>,
) -> Vec<&'g str> {
    let messages = pages * ENTRIES_A_PAGE / PIECES_A_MESSAGE;
    let begin = of_rooms.map_or(messages, |pages| messages.min(pages * ENTRIES_A_PAGE));
    // Messages that have one piece of each word so far, and fewer that have all the pieces. The rarest piece of a common
    // word may well leave nothing but that word, so what another word saves is reckoned without the others.
    let (mut with_words, mut with_all) = (begin, begin);
    let mut words = Vec::new();
    let mut chosen = Vec::new();
    for (length, word, piece) in pieces {
        let entries = length * ENTRIES_A_PAGE;
        let share = (entries / messages).min(1.0);
        let again = words.contains(word);
        let (left, share) = match again {
            true => (with_all, share.max(SAME_WORD_LEAVES)),
            false => (with_words, share),
        };
        let is_needed = chosen.is_empty() && of_rooms.is_none();
        if !is_needed && entries > left * (1.0 - share) * ENTRIES_A_LOOK {
            continue;
        }
        with_all *= share;
        if !again {
            with_words *= share;
            words.push(*word);
        }
        chosen.push(*piece);
    }
    chosen
}

impl<'c> Segments<'c> {
    fn of(connection: &'c Connection) -> Result<Self> {
        let mut query = connection.prepare_cached(
            // The number of a page is the lower part of its id.
            "WITH RECURSIVE segments (segid) AS (
                 SELECT min(segid) FROM search_idx
                 UNION ALL
                 SELECT (SELECT min(i.segid) FROM search_idx i WHERE i.segid > s.segid)
                 FROM segments s WHERE s.segid IS NOT NULL)
             SELECT s.segid, (SELECT max(d.id) FROM search_data d
                 WHERE d.id BETWEEN s.segid << 37 AND (s.segid << 37) + 0x7fffffff) - (s.segid << 37) AS pages
             FROM segments s WHERE s.segid IS NOT NULL ORDER BY pages DESC LIMIT ?1",
        )?;
        let largest = query
            .query_map([SEGMENTS_ASKED], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_>>()?;
        Ok(Segments {
            connection,
            largest,
        })
    }

    /// Pages that the list of a piece takes. What stands on the page on which a long list begins
    /// is taken for that list.
    fn pages_of(&self, token: &str) -> Result<f64> {
        let mut query = self.connection.prepare_cached(
            "SELECT coalesce(
                     (SELECT pgno >> 1 FROM search_idx WHERE segid = ?1 AND term > ?2 ORDER BY term LIMIT 1),
                     ?3 + 1)
                 - (SELECT pgno >> 1 FROM search_idx WHERE segid = ?1 AND term <= ?2 ORDER BY term DESC LIMIT 1)",
        )?;
        // FTS5 puts a digit before each: `0` is what is not an index of prefixes.
        let term = format!("0{token}").into_bytes();
        let mut total = 0.0;
        for (segment, last) in &self.largest {
            let pages: Option<f64> =
                query.query_row(params![segment, term, last], |row| row.get(0))?;
            total += pages.unwrap_or(1.0) - PART_OF_A_PAGE;
        }
        Ok(total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(pieces: &[(f64, usize, &'static str)]) -> Vec<&'static str> {
        worth_their_lists(pieces, 10_000.0, None)
    }

    #[test]
    fn common_pieces_beside_rare_ones_are_not_asked_for() {
        let rare = [(1.0, 0, "xyz"), (2.0, 0, "yzi"), (200.0, 0, "ing")];
        assert_eq!(chosen(&rare), ["xyz", "yzi"]);
        let two_words = [
            (1.0, 0, "xyz"),
            (3.0, 1, "qrs"),
            (90.0, 1, "rst"),
            (200.0, 0, "ing"),
        ];
        assert_eq!(chosen(&two_words), ["xyz", "qrs"]);
    }

    #[test]
    fn common_pieces_are_asked_for_together() {
        let common = [(80.0, 0, "ing"), (90.0, 1, "the"), (100.0, 1, "her")];
        assert_eq!(chosen(&common), ["ing", "the", "her"]);
        // What stands in every message sorts out none.
        let all = [(80.0, 0, "ing"), (250.0, 1, "everybody")];
        assert_eq!(chosen(&all), ["ing"]);
    }
    #[test]
    fn a_small_room_has_less_than_a_common_piece() {
        let pieces = [(90.0, 0, "ing"), (200.0, 0, "the")];
        for (of_room, expected) in [(0.1, &[][..]), (5.0, &["ing"]), (100.0, &["ing", "the"])] {
            let chosen = worth_their_lists(&pieces, 10_000.0, Some(of_room));
            assert_eq!(chosen, expected, "{of_room}");
        }
    }

    // As FTS5 keeps it, in several segments: a piece in every message, one in half of them, and two in few.
    #[test]
    fn lists_of_a_real_index() {
        let connection = Connection::open_in_memory().expect("a database");
        connection
            .execute_batch(
                "CREATE VIRTUAL TABLE search USING fts5(
                     grams, content = '', columnsize = 0, detail = none, tokenize = 'ascii');",
            )
            .expect("a table");
        let groups = |words: &[&[&str]]| -> Vec<Vec<String>> {
            let words = words
                .iter()
                .map(|word| word.iter().map(|&piece| piece.to_owned()));
            words.map(Iterator::collect).collect()
        };
        let asked = groups(&[&["sew", "ing"], &["hal", "rar"]]);
        let rarest = |asked| rarest(&connection, asked, &[]).expect("an answer");
        assert_eq!(rarest(&asked), ["sew", "ing", "hal", "rar"]);
        fill(&connection).expect("rows");
        assert_eq!(rarest(&asked), ["sew", "rar"]);
        // What comes after everything else and is in all.
        let ends = groups(&[&["ing", "sew"], &["zzz"]]);
        assert_eq!(rarest(&ends), ["sew"]);
        // Nothing to choose from.
        let one = groups(&[&["ing"]]);
        assert_eq!(rarest(&one), ["ing"]);
        let in_room = |room| super::rarest(&connection, &asked, &[room]).expect("an answer");
        assert_eq!(in_room(7), ["sew", "rar"]);
        assert_eq!(rarest(&[]), [""; 0]);
    }

    fn fill(connection: &Connection) -> Result<()> {
        connection.execute_batch("BEGIN")?;
        let mut insert = connection.prepare("INSERT INTO search (rowid, grams) VALUES (?1, ?2)")?;
        for message in 0..30_000_i64 {
            let mut grams = String::from("ing");
            for (every, piece) in [(2, " hal"), (1_000, " sew"), (999, " rar")] {
                if message % every == 0 {
                    grams.push_str(piece);
                }
            }
            grams.push_str(" zzz");
            // Other words, as many as make an index of some size.
            for other in 0..12 {
                grams.push_str(&format!(" x{}", (message * 7 + other * 331) % 4_000));
            }
            insert.execute(params![message << 16, grams])?;
            if message % 10_000 == 9_999 {
                connection.execute_batch("COMMIT; BEGIN")?;
            }
        }
        connection.execute_batch("COMMIT")
    }
}
